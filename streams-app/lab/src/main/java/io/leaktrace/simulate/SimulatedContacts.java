package io.leaktrace.simulate;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.ScamContact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The reported contacts of a simulation and its true leaks.
 *
 * @param caused contacts with their causes, in the order of the reports, then of the contact id
 * @param truth all leaks, in the order of {@code ROLE:id}
 * @param incidents number of incidents, reported or not
 * @param reportedIncidents number of incidents that were reported, before the end or later
 * @param trueCalls the behaviour of the callers, or null if it is not known
 */
public record SimulatedContacts(
        List<CausedContact> caused, List<Leak> truth, long incidents, long reportedIncidents, TrueCalls trueCalls) {

    private static final Comparator<CausedContact> BY_TIME = Comparator.comparing(
                    (CausedContact c) -> c.contact().reportedAt())
            .thenComparing(c -> c.contact().contactedAt())
            .thenComparing(c -> c.contact().buyerId());

    private static final Comparator<CausedContact> BY_TIME_AND_ID = Comparator.comparing(
                    (CausedContact c) -> c.contact().reportedAt())
            .thenComparing(c -> c.contact().contactId());

    public SimulatedContacts {
        caused = List.copyOf(caused);
        truth = truth.stream().sorted(Comparator.comparing(Leak::custodian)).toList();
    }

    /** Contacts of callers whose behaviour is not known. */
    public SimulatedContacts(List<CausedContact> caused, List<Leak> truth, long incidents, long reportedIncidents) {
        this(caused, truth, incidents, reportedIncidents, null);
    }

    /** Returns the same contacts without further evidence. */
    SimulatedContacts withoutDetails() {
        List<CausedContact> without = caused.stream()
                .map(each -> new CausedContact(each.contact().with(ContactDetails.NONE), each.cause()))
                .toList();
        return new SimulatedContacts(without, truth, incidents, reportedIncidents, trueCalls);
    }

    /** Returns the contacts without those of some buyers. */
    SimulatedContacts without(Set<String> buyers) {
        List<CausedContact> others = caused.stream()
                .filter(c -> !buyers.contains(c.contact().buyerId()))
                .toList();
        return new SimulatedContacts(others, truth, incidents, reportedIncidents, trueCalls);
    }

    /** Passes on all contacts, in the order of {@code reportedAt}, then of the id. */
    public void forEach(Consumer<ScamContact> consumer) {
        caused.forEach(c -> consumer.accept(c.contact()));
    }

    /**
     * Sorts drafts by report and numbers them, so that an id does not reveal the cause. Contacts reported at the end or
     * later are left out.
     *
     * @param fixed contacts that keep their ids
     */
    static SimulatedContacts of(
            List<CausedContact> drafts,
            List<CausedContact> fixed,
            List<Leak> truth,
            IncidentTally tally,
            Instant end,
            TrueCalls trueCalls) {
        List<CausedContact> ordered = new ArrayList<>(drafts);
        ordered.removeIf(c -> !c.contact().reportedAt().isBefore(end));
        ordered.sort(BY_TIME);
        List<CausedContact> numbered = new ArrayList<>(ordered.size() + fixed.size());
        for (CausedContact draft : ordered) {
            ScamContact contact = draft.contact();
            String id = "c-" + (numbered.size() + 1);
            numbered.add(new CausedContact(
                    ContactMaker.copy(contact, id, contact.contactedAt(), contact.reportedAt()), draft.cause()));
        }
        numbered.addAll(fixed);
        numbered.sort(BY_TIME_AND_ID);
        return new SimulatedContacts(numbered, truth, tally.happened(), tally.reported(), trueCalls);
    }
}

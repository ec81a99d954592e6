package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Unmatched;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The attribution records of an epoch: for each contact, the share that is attributed to each touch before it.
 *
 * @param records records of contacts that are attributed for the first time and of contacts whose attribution is now
 *     final, ordered by key
 * @param unmatched contacts attributed for the first time whose buyer had no touch in the join window before
 * @param outdated contacts of incidents that have left the history, ordered by key
 */
record AttributionRecords(List<Evidence> records, Unmatched unmatched, List<ContactKey> outdated) {

    /**
     * Returns the records of an epoch.
     *
     * @param pending contacts that were reported before this epoch but have no attribution record yet
     */
    static AttributionRecords of(Attribution attribution, Set<ContactKey> pending) {
        EpochData data = attribution.data();
        EpochDays days = data.days();
        long start = days.end() - data.settings().epoch();
        List<Evidence> records = new ArrayList<>();
        List<ContactKey> outdated = new ArrayList<>();
        Unmatched unmatched = Unmatched.NONE;
        IncidentColumns columns = data.columns();
        for (int i = 0; i < columns.size(); i++) {
            boolean isFinal = columns.day[i] >= days.leftHorizonFrom() && columns.day[i] < days.horizonFrom();
            // Most incidents have no new contact.
            boolean maybeNew = columns.reportedAt[i] >= start || !pending.isEmpty();
            if (isFinal || maybeNew) {
                Incident incident = data.incidents().get(i);
                for (KnownContact contact : incident.contacts) {
                    ContactEvidence evidence = contact.evidence();
                    boolean isNew = evidence.reportedAt() >= start || pending.contains(evidence.key());
                    if (isFinal || isNew) {
                        records.add(record(attribution, i, evidence, isFinal));
                    }
                    // A decoy's number is called at random, long after its orders too.
                    if (isNew && !evidence.decoy() && !isMatched(contact)) {
                        unmatched = unmatched.plus(reason(contact, days.end()));
                    }
                    if (isNew && quotesLaterOrder(contact, days.end())) {
                        unmatched = unmatched.plus(new Unmatched(0, 0, 0, 0, 1));
                    }
                }
            }
            // Incidents leave as a whole, so that the grouping of the remaining contacts does not change.
            if (columns.day[i] < days.historyFrom()) {
                data.incidents()
                        .get(i)
                        .contacts
                        .forEach(contact -> outdated.add(contact.evidence().key()));
            }
        }
        records.sort(Comparator.comparing(Evidence::contactKey));
        outdated.sort(Comparator.naturalOrder());
        return new AttributionRecords(records, unmatched, outdated);
    }

    private static boolean isMatched(KnownContact contact) {
        return contact.touches() > 0
                && contact.touchedAt()[0] < contact.evidence().contactedAt();
    }

    /** Whether the contact quotes an order whose events, as far as they are known before the end, all come after it. */
    private static boolean quotesLaterOrder(KnownContact contact, long end) {
        ContactEvidence evidence = contact.evidence();
        if (evidence.quotedOrderId() == null) {
            return false;
        }
        boolean later = false;
        for (ContactTouch touch : evidence.touches()) {
            if (touch.orderId().equals(evidence.quotedOrderId()) && touch.touchedAt() < end) {
                if (touch.touchedAt() <= evidence.contactedAt()) {
                    return false;
                }
                later = true;
            }
        }
        return later;
    }

    /** Returns the count of one unmatched contact. A correlate task may have read orders of later epochs. */
    private static Unmatched reason(KnownContact contact, long end) {
        if (contact.evidence().orderedBeforeWindow()) {
            return new Unmatched(1, 0, 0, 1, 0);
        }
        boolean orderLater = contact.touches() > 0 && contact.touchedAt()[0] < end;
        return orderLater ? new Unmatched(1, 0, 1, 0, 0) : new Unmatched(1, 1, 0, 0, 0);
    }

    private static Evidence record(Attribution attribution, int incident, ContactEvidence contact, boolean isFinal) {
        List<Evidence.Touch> touches = new ArrayList<>();
        double blamed = 0;
        for (ContactTouch touch : contact.touches()) {
            if (touch.touchedAt() < contact.contactedAt()) {
                double share = attribution.share(incident, touch);
                blamed += share;
                touches.add(new Evidence.Touch(
                        touch.custodian(),
                        touch.orderId(),
                        Instant.ofEpochMilli(touch.touchedAt()),
                        share,
                        Fields.seen(touch.saw()),
                        touch.mark() == 0 || contact.disclosedMark() == 0
                                ? null
                                : Boolean.valueOf(touch.mark() == contact.disclosedMark()),
                        touch.accessedAt() == 0 ? null : Instant.ofEpochMilli(touch.accessedAt()),
                        contact.dialledOrderId() == null
                                ? null
                                : Boolean.valueOf(touch.orderId().equals(contact.dialledOrderId()))));
            }
        }
        return new Evidence(
                contact.contactId(),
                contact.buyerId(),
                Instant.ofEpochMilli(contact.contactedAt()),
                Instant.ofEpochMilli(contact.reportedAt()),
                Fields.of(contact.disclosed()),
                contact.quotedOrderId(),
                touches,
                Math.max(0, 1 - blamed),
                isFinal,
                Instant.ofEpochMilli(attribution.data().days().end()),
                contact.source(),
                contact.traces(),
                contact.decoy());
    }
}

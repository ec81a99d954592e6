package io.leaktrace.api;

import io.leaktrace.domain.Evidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The buyers with a contact of the same id, by their short names: nearly always one, unless several systems assign ids.
 * A request names a contact by its id and, if the id is ambiguous, by its buyer.
 */
final class ContactBuyers {

    private final String contactId;
    private final List<Evidence> sameId;
    private final Map<String, String> shown;

    /** @param sameId evidence of all contacts with this id */
    ContactBuyers(String contactId, List<Evidence> sameId) {
        this.contactId = contactId;
        this.sameId = sameId;
        TreeSet<String> buyers = new TreeSet<>();
        sameId.forEach(evidence -> buyers.add(evidence.buyerId()));
        this.shown = Pseudonym.brief(buyers);
    }

    /** The short name of a buyer, unique among the buyers with this contact id. */
    String shown(String buyerId) {
        return shown.getOrDefault(buyerId, Pseudonym.brief(buyerId));
    }

    /** The short name of the only buyer whose contact matches; empty if none or several match. */
    Optional<String> shownOf(Predicate<Evidence> matching) {
        List<Evidence> found = sameId.stream().filter(matching).toList();
        return found.size() == 1 ? Optional.of(shown(found.get(0).buyerId())) : Optional.empty();
    }

    /**
     * The evidence of a buyer's contact.
     *
     * @param buyer short name, or null if there is only one buyer
     * @throws Problem if there is no evidence (404) or the id is ambiguous (409)
     */
    Evidence evidence(String buyer) {
        List<Evidence> found = sameId.stream()
                .filter(evidence -> buyer == null || shown(evidence.buyerId()).equals(buyer))
                .toList();
        if (found.isEmpty()) {
            // The link may be older than the contact of the other buyer.
            found = sameId.stream()
                    .filter(evidence -> Pseudonym.brief(evidence.buyerId()).equals(buyer))
                    .toList();
        }
        if (found.isEmpty()) {
            throw new Problem(
                    404,
                    "there is no evidence of a contact '" + contactId + "'" + (buyer == null ? "" : " of that buyer")
                            + "; evidence is kept for some weeks only");
        }
        if (found.size() > 1) {
            throw new Problem(
                    409,
                    "several buyers have a contact '" + contactId + "': add ?buyer= and one of "
                            + new TreeSet<>(shown.values()));
        }
        return found.get(0);
    }
}

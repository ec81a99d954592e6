package io.leaktrace.api;

import io.leaktrace.domain.Evidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The buyers who have a contact of the same id, by their short names: nearly always one, unless several systems give out
 * ids. A contact is asked for by its id and, where that is not enough, by its buyer.
 */
final class ContactBuyers {

    private final String contactId;
    private final List<Evidence> sameId;
    private final Map<String, String> shown;

    /** @param sameId what is known of the contacts of this id */
    ContactBuyers(String contactId, List<Evidence> sameId) {
        this.contactId = contactId;
        this.sameId = sameId;
        TreeSet<String> buyers = new TreeSet<>();
        sameId.forEach(evidence -> buyers.add(evidence.buyerId()));
        this.shown = Pseudonym.brief(buyers);
    }

    /** The short name of a buyer, which tells it apart from the others with such a contact. */
    String shown(String buyerId) {
        return shown.getOrDefault(buyerId, Pseudonym.brief(buyerId));
    }

    /** The short name of the one buyer whose contact fits; empty if none or several do. */
    Optional<String> shownOf(Predicate<Evidence> fitting) {
        List<Evidence> found = sameId.stream().filter(fitting).toList();
        return found.size() == 1 ? Optional.of(shown(found.get(0).buyerId())) : Optional.empty();
    }

    /**
     * The evidence of a buyer's contact.
     *
     * @param buyer as shown, or null where there is one buyer only
     * @throws Problem if there is none (404) or the buyer has to be named (409)
     */
    Evidence evidence(String buyer) {
        List<Evidence> found = sameId.stream()
                .filter(evidence -> buyer == null || shown(evidence.buyerId()).equals(buyer))
                .toList();
        if (found.isEmpty()) {
            // From a link that is older than the other buyer's contact.
            found = sameId.stream()
                    .filter(evidence -> Pseudonym.brief(evidence.buyerId()).equals(buyer))
                    .toList();
        }
        if (found.isEmpty()) {
            throw new Problem(
                    404,
                    "there is no evidence of a contact '" + contactId + "'" + (buyer == null ? "" : " of that buyer")
                            + "; it is kept for some weeks only");
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

package io.leaktrace.domain;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A contact with the touches of its buyer that could explain it, and how the model shares the blame.
 *
 * @param backgroundShare the share that no custodian carries; with the touches' shares it adds up to 1
 * @param settled false when first solved; true when the contact left the horizon and its shares no longer change
 * @param asOf end of the epoch that was solved
 */
public record Evidence(
        String contactId,
        String buyerId,
        Instant contactedAt,
        Instant reportedAt,
        Set<Field> disclosed,
        String quotedOrderId,
        List<Touch> touches,
        double backgroundShare,
        boolean settled,
        Instant asOf)
        implements Finding {

    @Override
    public String key() {
        return buyerId;
    }

    /** Identity of the contact. */
    public ContactKey contactKey() {
        return new ContactKey(buyerId, contactId);
    }

    /** One custodian's touch, with its share of the blame in [0,1]. */
    public record Touch(Custodian custodian, String orderId, Instant touchedAt, double share) {}
}

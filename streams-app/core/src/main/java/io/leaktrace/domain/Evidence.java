package io.leaktrace.domain;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The attribution record of a contact: the touches of its buyer that could explain it, with their shares of the blame.
 *
 * @param backgroundShare share that is not attributed to a custodian; all shares sum to 1
 * @param settled whether it is final: the contact has left the horizon and its shares no longer change
 * @param asOf end of the estimated epoch
 * @param source who reported the contact, or null if that is unknown
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
        Instant asOf,
        ReportSource source)
        implements Finding {

    @Override
    public String key() {
        return buyerId;
    }

    /** Returns the identity of the contact. */
    public ContactKey contactKey() {
        return new ContactKey(buyerId, contactId);
    }

    /**
     * One custodian's touch, with its share of the blame in [0,1].
     *
     * @param saw the fields that it had seen of the order, or null for those that its role can know
     * @param markAgrees whether the mark that came back is that of the custodian, or null without one of the two
     * @param accessedAt when it first accessed the order before the contact, or null if it did not
     * @param dialledOrder whether the virtual number that was dialled stood for this order, or null if that is unknown
     */
    public record Touch(
            Custodian custodian,
            String orderId,
            Instant touchedAt,
            double share,
            Set<Field> saw,
            Boolean markAgrees,
            Instant accessedAt,
            Boolean dialledOrder) {

        /** Creates a touch by a custodian that saw the fields that its role can know, and did not access the order. */
        public Touch(Custodian custodian, String orderId, Instant touchedAt, double share) {
            this(custodian, orderId, touchedAt, share, null, null, null, null);
        }
    }
}

package io.leaktrace.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The attribution record of a contact: the touches of its buyer that could explain it, with their shares of the blame.
 *
 * @param backgroundShare share that is not attributed to a custodian; all shares sum to 1
 * @param settled whether it is final: the contact has left the horizon and its shares no longer change
 * @param asOf end of the estimated epoch
 * @param source who reported the contact, or null if that is unknown
 * @param traces what the scammer left that other contacts may share
 * @param decoy whether the buyer is a decoy
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
        ReportSource source,
        ContactTraces traces,
        boolean decoy)
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
     * Returns a smaller record with all that a {@link Campaign} needs: one touch of each custodian, with the sum of its
     * shares and without the order and its time.
     *
     * @param known custodians of other records, which are used again; new ones are added
     */
    public Evidence withoutOrders(Map<Custodian, Custodian> known) {
        Map<Custodian, Double> shares = new TreeMap<>();
        touches.forEach(touch -> shares.merge(touch.custodian(), touch.share(), Double::sum));
        List<Touch> byCustodian = new ArrayList<>(shares.size());
        shares.forEach((custodian, share) ->
                byCustodian.add(new Touch(known.computeIfAbsent(custodian, same -> same), "", contactedAt, share)));
        return new Evidence(
                contactId,
                buyerId,
                contactedAt,
                reportedAt,
                Set.of(),
                null,
                byCustodian,
                backgroundShare,
                settled,
                asOf,
                source,
                traces,
                decoy);
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

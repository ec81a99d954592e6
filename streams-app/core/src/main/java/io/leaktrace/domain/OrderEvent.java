package io.leaktrace.domain;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An event of an order by which the given custodians gained the order's data.
 *
 * @param occurredAt the event time, to the millisecond
 * @param custodians those that gained the order's data at this time; empty for a cancellation
 * @param saw the fields that a custodian saw of this order, empty if it saw none; a custodian that is missing here saw
 *     those that its role can know
 * @param marks the pseudonym of what was written differently for a custodian; only those that have one. Both maps are
 *     best collected by {@link OrderCustodians}
 * @param decoy whether the buyer is a decoy: a number that nobody else has, with all of its calls reported
 */
public record OrderEvent(
        String eventId,
        String orderId,
        String buyerId,
        OrderEventType type,
        Instant occurredAt,
        List<Custodian> custodians,
        Map<Custodian, Set<Field>> saw,
        Map<Custodian, String> marks,
        boolean decoy)
        implements InputRecord {

    public OrderEvent {
        custodians = List.copyOf(custodians);
        saw = sorted(saw);
        marks = sorted(marks);
    }

    private static <T> Map<Custodian, T> sorted(Map<Custodian, T> byCustodian) {
        return byCustodian.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(byCustodian));
    }

    /** Creates an event of these custodians, with what each saw and its mark. */
    public OrderEvent(
            String eventId,
            String orderId,
            String buyerId,
            OrderEventType type,
            Instant occurredAt,
            OrderCustodians custodians,
            boolean decoy) {
        this(
                eventId,
                orderId,
                buyerId,
                type,
                occurredAt,
                custodians.custodians(),
                custodians.saw(),
                custodians.marks(),
                decoy);
    }

    /** Creates an event of no decoy, whose custodians saw what their roles can know, without marks. */
    public OrderEvent(
            String eventId,
            String orderId,
            String buyerId,
            OrderEventType type,
            Instant occurredAt,
            List<Custodian> custodians) {
        this(eventId, orderId, buyerId, type, occurredAt, custodians, Map.of(), Map.of(), false);
    }

    /** Returns the event with these custodians in place of its own. */
    public OrderEvent with(OrderCustodians others) {
        return new OrderEvent(eventId, orderId, buyerId, type, occurredAt, others, decoy);
    }

    /**
     * Returns the event with the wholes of the parts that accessed the order, and the wholes of these, if it is an
     * access, and otherwise this event. A whole saw what its parts saw, and has their first mark.
     */
    public OrderEvent withWholes() {
        if (type != OrderEventType.ACCESSED || custodians.stream().allMatch(custodian -> custodian.whole() == null)) {
            return this;
        }
        OrderCustodians all = new OrderCustodians();
        for (Custodian custodian : custodians) {
            all.add(custodian, saw.get(custodian), marks.get(custodian));
        }
        for (Custodian custodian : custodians) {
            for (Custodian whole = custodian.whole(); whole != null; whole = whole.whole()) {
                all.add(whole, saw.get(custodian), marks.get(custodian));
            }
        }
        return with(all);
    }

    /** Returns the bits of the fields that a custodian saw, or {@link Fields#OF_ROLE}. */
    public int sawBits(Custodian custodian) {
        Set<Field> fields = saw.get(custodian);
        return fields == null ? Fields.OF_ROLE : Fields.bits(fields);
    }

    @Override
    public String key() {
        return buyerId;
    }

    @Override
    public Instant eventTime() {
        return occurredAt;
    }
}

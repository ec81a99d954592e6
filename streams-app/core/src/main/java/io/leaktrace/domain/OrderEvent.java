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
 *     those that its role can know. Best collected by {@link OrderCustodians}
 */
public record OrderEvent(
        String eventId,
        String orderId,
        String buyerId,
        OrderEventType type,
        Instant occurredAt,
        List<Custodian> custodians,
        Map<Custodian, Set<Field>> saw)
        implements InputRecord {

    public OrderEvent {
        custodians = List.copyOf(custodians);
        saw = saw.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(saw));
    }

    /** Creates an event whose custodians saw what their roles can know. */
    public OrderEvent(
            String eventId,
            String orderId,
            String buyerId,
            OrderEventType type,
            Instant occurredAt,
            List<Custodian> custodians) {
        this(eventId, orderId, buyerId, type, occurredAt, custodians, Map.of());
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

package io.leaktrace.domain;

import java.time.Instant;
import java.util.List;

/**
 * An event of an order by which the given custodians gained the order's data.
 *
 * @param occurredAt the event time, to the millisecond
 * @param custodians those that gained the order's data at this time; empty for a cancellation
 */
public record OrderEvent(
        String eventId,
        String orderId,
        String buyerId,
        OrderEventType type,
        Instant occurredAt,
        List<Custodian> custodians)
        implements InputRecord {

    public OrderEvent {
        custodians = List.copyOf(custodians);
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

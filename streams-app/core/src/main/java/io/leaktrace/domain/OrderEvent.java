package io.leaktrace.domain;

import java.time.Instant;
import java.util.List;

/**
 * Something happened to an order, and the custodians named gained the order's data by it.
 *
 * @param occurredAt the event time, to the millisecond
 * @param custodians who gained the order's data at this moment; empty for a cancellation
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

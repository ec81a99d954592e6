package io.leaktrace.benchmarks.market;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import java.time.Instant;
import java.util.List;

/**
 * An order of the market: one order event, by which a seller and three nodes gain the order's data.
 *
 * @param number from 0, in the order of time
 * @param time of the event, epoch milliseconds
 */
public record Order(
        long number, int buyer, long time, Custodian seller, Custodian first, Custodian second, Custodian third) {

    public List<Custodian> custodians() {
        return List.of(seller, first, second, third);
    }

    public String eventId() {
        return "e-" + number;
    }

    public String orderId() {
        return "o-" + number;
    }

    public String buyerId() {
        return Market.buyerId(buyer);
    }

    public OrderEvent event() {
        return new OrderEvent(
                eventId(), orderId(), buyerId(), OrderEventType.PLACED, Instant.ofEpochMilli(time), custodians());
    }
}

package io.leaktrace.imports;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One order of the Olist set while its rows are gathered from several files. Custodians are sets: an order of three
 * items by one seller was seen by that seller once.
 *
 * @param station the node of the buyer's region
 * @param purchasedAt null where the data has none, as with the other times
 */
record OlistOrder(
        String orderId,
        String buyerId,
        boolean cancelled,
        Custodian station,
        Instant purchasedAt,
        Instant approvedAt,
        Instant carrierAt,
        Instant deliveredAt,
        SortedSet<Custodian> sellers,
        SortedSet<Custodian> origins,
        SortedSet<Custodian> channels) {

    OlistOrder(
            String orderId,
            String buyerId,
            boolean cancelled,
            Custodian station,
            Instant purchasedAt,
            Instant approvedAt,
            Instant carrierAt,
            Instant deliveredAt) {
        this(
                orderId,
                buyerId,
                cancelled,
                station,
                purchasedAt,
                approvedAt,
                carrierAt,
                deliveredAt,
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>());
    }

    /**
     * What happened to the order, as far as there are times for it. The number at the end of an event's id tells what
     * happened, so that it stays the same whichever times are missing. There is no time of cancellation in the data:
     * the last time known of the order stands for it.
     */
    Stream<OrderEvent> events() {
        return Stream.of(
                        event(1, OrderEventType.PLACED, purchasedAt, sellers),
                        event(2, OrderEventType.PAID, approvedAt, channels),
                        event(3, OrderEventType.PICKED_UP, carrierAt, origins),
                        event(4, OrderEventType.DELIVERED, deliveredAt, List.of(station)),
                        event(5, OrderEventType.CANCELLED, cancelled ? lastKnown() : null, List.of()))
                .filter(Objects::nonNull);
    }

    private OrderEvent event(int number, OrderEventType type, Instant at, Collection<Custodian> custodians) {
        if (at == null) {
            return null;
        }
        return new OrderEvent(orderId + "-" + number, orderId, buyerId, type, at, List.copyOf(custodians));
    }

    private Instant lastKnown() {
        return Stream.of(purchasedAt, approvedAt, carrierAt, deliveredAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(null);
    }
}

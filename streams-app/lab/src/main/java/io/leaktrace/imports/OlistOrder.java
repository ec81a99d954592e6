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
 * An order of the Olist set, collected from several files. Custodians are sets: a seller of three items of an order
 * touched that order once.
 *
 * @param station the node of the buyer's region
 * @param purchasedAt null if missing, like the other times
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
     * The events of the order for which the data contain times. The number at the end of an event id depends only on
     * the event's type, so that ids do not depend on missing times. The data contain no time of cancellation; the
     * order's last known time is used instead.
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

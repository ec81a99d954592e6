package io.leaktrace.imports;

import io.leaktrace.domain.OrderEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Collects events as they are found and hands them on in the order of their time, then of their id. */
final class EventsInOrder {

    private static final Comparator<OrderEvent> ORDER =
            Comparator.comparing(OrderEvent::occurredAt).thenComparing(OrderEvent::eventId);

    private final List<OrderEvent> events = new ArrayList<>();

    void add(OrderEvent event) {
        events.add(event);
    }

    void handOver(Consumer<OrderEvent> consumer) {
        events.sort(ORDER);
        events.forEach(consumer);
    }
}

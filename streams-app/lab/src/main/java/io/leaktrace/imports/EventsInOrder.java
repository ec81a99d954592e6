package io.leaktrace.imports;

import io.leaktrace.domain.OrderEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** A buffer of events that passes them on sorted by time, then by id. */
final class EventsInOrder {

    private static final Comparator<OrderEvent> ORDER =
            Comparator.comparing(OrderEvent::occurredAt).thenComparing(OrderEvent::eventId);

    private final List<OrderEvent> events = new ArrayList<>();

    void add(OrderEvent event) {
        events.add(event);
    }

    void forEach(Consumer<OrderEvent> consumer) {
        events.sort(ORDER);
        events.forEach(consumer);
    }
}

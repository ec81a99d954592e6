package io.leaktrace.simulate;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ScamContact;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A simulated market: its orders, reported contacts and true leaks. */
public final class SimulatedMarket {

    static final UnaryOperator<OrderEvent> NO_EVIDENCE = event -> event;

    private final Scenario scenario;
    private final MarketSettings settings;
    private final OrderBook book;
    private final List<OrderEvent> otherEvents;
    private final UnaryOperator<OrderEvent> evidence;
    private final SimulatedContacts contacts;

    /** @param evidence adds further evidence to an order event, or is {@link #NO_EVIDENCE} */
    SimulatedMarket(
            Scenario scenario,
            MarketSettings settings,
            OrderBook book,
            List<OrderEvent> otherEvents,
            UnaryOperator<OrderEvent> evidence,
            SimulatedContacts contacts) {
        this.scenario = scenario;
        this.settings = settings;
        this.book = book;
        this.otherEvents = List.copyOf(otherEvents);
        this.evidence = evidence;
        this.contacts = contacts;
    }

    public Scenario scenario() {
        return scenario;
    }

    public MarketSettings settings() {
        return settings;
    }

    /** Whether another market has equal orders, event by event. */
    public boolean hasOrdersOf(SimulatedMarket other) {
        return book.equalTo(other.book) && otherEvents.equals(other.otherEvents) && evidence == other.evidence;
    }

    /** Returns the same market without decoys, whose orders have no further evidence. */
    public SimulatedMarket withoutEvidence() {
        Set<String> decoys = otherEvents.stream()
                .filter(OrderEvent::decoy)
                .map(OrderEvent::buyerId)
                .collect(Collectors.toSet());
        List<OrderEvent> others = otherEvents.stream()
                .filter(event -> !event.decoy() && event.type() != OrderEventType.ACCESSED)
                .toList();
        return new SimulatedMarket(
                scenario,
                settings,
                book,
                others,
                NO_EVIDENCE,
                contacts.without(decoys).withoutDetails());
    }

    /** Number of orders. */
    public int orders() {
        // Accesses are of orders of the book.
        return book.size
                + (int) otherEvents.stream()
                        .filter(event -> event.type() != OrderEventType.ACCESSED)
                        .map(OrderEvent::orderId)
                        .distinct()
                        .count();
    }

    /** The reported contacts with their causes. */
    public SimulatedContacts contacts() {
        return contacts;
    }

    /** All leaks, in the order of {@code ROLE:id}. */
    public List<Leak> truth() {
        return contacts.truth();
    }

    /** Passes on all order events in the order of time, then of event id. Each call creates the events again. */
    public void orderEvents(Consumer<OrderEvent> consumer) {
        book.events(otherEvents, event -> consumer.accept(evidence.apply(event)));
    }

    /** Passes on all reported contacts in the order of {@code reportedAt}, then of contact id. */
    public void scamContacts(Consumer<ScamContact> consumer) {
        contacts.forEach(consumer);
    }

    /** Passes on both streams in event-time order; at equal times, order events first. */
    public void inEventTime(Consumer<OrderEvent> events, Consumer<ScamContact> reports) {
        Iterator<CausedContact> rest = contacts.caused().iterator();
        ScamContact[] next = {rest.hasNext() ? rest.next().contact() : null};
        orderEvents(event -> {
            while (next[0] != null && next[0].reportedAt().isBefore(event.occurredAt())) {
                reports.accept(next[0]);
                next[0] = rest.hasNext() ? rest.next().contact() : null;
            }
            events.accept(event);
        });
        while (next[0] != null) {
            reports.accept(next[0]);
            next[0] = rest.hasNext() ? rest.next().contact() : null;
        }
    }
}

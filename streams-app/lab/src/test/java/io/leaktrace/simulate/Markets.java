package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.files.OrderEventWriter;
import io.leaktrace.files.ScamContactWriter;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Markets for the tests, small enough to make many, and what the tests read from them. */
final class Markets {

    /** Less than a tenth of the usual market. */
    static final MarketOverrides SMALL = small(null, null, null);

    private Markets() {}

    static MarketOverrides small(Double background, Double reportedShare, Double leakRate) {
        return new MarketOverrides(800, null, 15_000, 400, 50, background, reportedShare, leakRate);
    }

    /** A seed that is new each time and printed, so that a failure can be repeated. */
    static long printedSeed(String test) {
        long seed = Seed.of(test);
        return seed;
    }

    static SimulatedMarket small(Scenario scenario, long seed) {
        return scenario.market(seed, SMALL, CallHabits.assumed());
    }

    static List<OrderEvent> events(SimulatedMarket market) {
        List<OrderEvent> events = new ArrayList<>();
        market.orderEvents(events::add);
        return events;
    }

    /** How many orders each custodian touched. */
    static Map<Custodian, Integer> touches(List<OrderEvent> events) {
        Map<Custodian, Integer> touches = new HashMap<>();
        events.forEach(event -> event.custodians().forEach(c -> touches.merge(c, 1, Integer::sum)));
        return touches;
    }

    /** For each hub, the orders that it took over from each seller. */
    static Map<Custodian, Map<Custodian, Integer>> sellersOfHubs(List<OrderEvent> events) {
        Map<String, Custodian> sellerOfOrder = new HashMap<>();
        Map<Custodian, Map<Custodian, Integer>> sellers = new HashMap<>();
        for (OrderEvent event : events) {
            if (event.type() == OrderEventType.PLACED) {
                event.custodians().stream()
                        .filter(c -> c.role() == Role.SELLER)
                        .forEach(seller -> sellerOfOrder.put(event.orderId(), seller));
            } else if (event.type() == OrderEventType.PICKED_UP) {
                sellers.computeIfAbsent(event.custodians().get(0), hub -> new HashMap<>())
                        .merge(sellerOfOrder.get(event.orderId()), 1, Integer::sum);
            }
        }
        return sellers;
    }

    /** The buyers who reported a contact that this custodian caused. */
    static Set<String> victims(SimulatedContacts contacts, Custodian custodian) {
        Set<String> victims = new HashSet<>();
        contacts.caused().stream()
                .filter(c -> custodian.equals(c.cause()))
                .forEach(c -> victims.add(c.contact().buyerId()));
        return victims;
    }

    static byte[] bytes(SimulatedMarket market) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OrderEventWriter orders = new OrderEventWriter(bytes);
                ScamContactWriter contacts = new ScamContactWriter(bytes)) {
            List<OrderEvent> events = events(market);
            for (OrderEvent event : events) {
                orders.write(event);
            }
            for (CausedContact caused : market.contacts().caused()) {
                contacts.write(caused.contact());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

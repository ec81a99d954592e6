package io.leaktrace.simulate;

import static io.leaktrace.simulate.Markets.events;
import static io.leaktrace.simulate.Markets.printedSeed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DecoyOrdersTest {

    private static final int DAYS = 60;
    private static final int PER_DAY = 40;

    private static final MarketOverrides SMALL =
            new MarketOverrides(800, DAYS, 15_000, 400, 50, null, null, null, PER_DAY);

    @Test
    void decoysOrderOnceFromWatchedCustodiansAndAllTheirCallsAreReported() {
        long seed = printedSeed("decoys");
        SimulatedMarket market = Scenario.DECOYS.market(seed, SMALL, CallHabits.assumed());
        Map<String, String> orderOfDecoy = new HashMap<>();
        Map<Custodian, Integer> touches = new HashMap<>();
        for (OrderEvent event : events(market)) {
            if (event.decoy()) {
                assertEquals(
                        event.orderId(),
                        orderOfDecoy.computeIfAbsent(event.buyerId(), buyer -> event.orderId()),
                        "one order");
                event.custodians().forEach(custodian -> touches.merge(custodian, 1, Integer::sum));
            } else {
                assertFalse(orderOfDecoy.containsKey(event.buyerId()), "a decoy's events all say so");
            }
        }
        assertEquals(DAYS * PER_DAY, orderOfDecoy.size());
        Set<Custodian> sellers = touches.keySet().stream()
                .filter(custodian -> custodian.role() == Role.SELLER)
                .collect(Collectors.toSet());
        assertTrue(sellers.size() >= 4 && sellers.size() <= 6, sellers.toString());
        for (Leak leak : market.truth()) {
            assertTrue(touches.get(leak.custodian()) > DAYS * PER_DAY / 8, leak + ": " + touches.get(leak.custodian()));
            assertTrue(leak.ratePerOrder() >= 0.01 && leak.ratePerOrder() <= 0.03, leak.toString());
        }

        int random = 0;
        int silent = 0;
        Map<Custodian, Set<String>> victims = new HashMap<>();
        for (CausedContact caused : market.contacts().caused()) {
            if (!orderOfDecoy.containsKey(caused.contact().buyerId())) {
                continue;
            }
            Duration delay = Duration.between(
                    caused.contact().contactedAt(), caused.contact().reportedAt());
            assertTrue(delay.toMinutes() >= 10 && delay.toHours() <= 4, caused.toString());
            if (caused.cause() == null) {
                random++;
                silent += caused.contact().disclosed().isEmpty() ? 1 : 0;
            } else {
                victims.computeIfAbsent(caused.cause(), cause -> new HashSet<>())
                        .add(caused.contact().buyerId());
            }
        }
        // Decoys of every day are called until the end.
        assertEquals(DecoyOrders.RANDOM_CALLS_PER_MONTH / 30 * PER_DAY * DAYS * (DAYS - 1) / 2, random, 0.1 * random);
        assertEquals(0.94, silent / (double) random, 0.01);
        for (Leak leak : market.truth()) {
            int exposed = (int) events(market).stream()
                    .filter(event -> event.decoy()
                            && event.custodians().contains(leak.custodian())
                            && leak.covers(event.occurredAt()))
                    .count();
            double expected = exposed * leak.ratePerOrder() / market.settings().reportedShare();
            int called = victims.getOrDefault(leak.custodian(), Set.of()).size();
            // Some are called after the end.
            assertTrue(called < expected + 5 * Math.sqrt(expected), leak + ": " + called + " of " + expected);
            assertTrue(called > 0.5 * expected - 5 * Math.sqrt(expected), leak + ": " + called + " of " + expected);
        }
    }

    @Test
    void withoutLeaksTheSameDecoysAreCalledAtRandom() {
        long seed = printedSeed("decoys without leaks");
        SimulatedMarket market = Scenario.DECOYS.market(seed, SMALL, CallHabits.assumed());
        SimulatedMarket leakFree = Scenario.DECOYS.marketWithoutLeaks(seed, SMALL, CallHabits.assumed());
        assertTrue(market.hasOrdersOf(leakFree));
        assertTrue(leakFree.contacts().caused().stream().allMatch(caused -> caused.cause() == null));

        SimulatedMarket without = market.withoutEvidence();
        List<OrderEvent> remaining = new ArrayList<>();
        without.orderEvents(remaining::add);
        assertTrue(remaining.stream().noneMatch(OrderEvent::decoy));
        Set<String> buyers = remaining.stream().map(OrderEvent::buyerId).collect(Collectors.toSet());
        Set<String> decoys = events(market).stream()
                .filter(OrderEvent::decoy)
                .map(OrderEvent::buyerId)
                .collect(Collectors.toSet());
        assertFalse(decoys.isEmpty());
        assertTrue(decoys.stream().noneMatch(buyers::contains));
        assertTrue(without.contacts().caused().stream()
                .noneMatch(caused -> decoys.contains(caused.contact().buyerId())));
    }

    @Test
    void theNumberOfDecoysIsChecked() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new MarketOverrides(null, null, null, null, null, null, null, null, 0));
    }
}

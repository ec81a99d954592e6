package io.leaktrace.simulate;

import static io.leaktrace.simulate.Markets.events;
import static io.leaktrace.simulate.Markets.printedSeed;
import static io.leaktrace.simulate.Markets.sellersOfHubs;
import static io.leaktrace.simulate.Markets.small;
import static io.leaktrace.simulate.Markets.touches;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenarioTest {

    /** Large enough for every scenario. */
    private static final MarketOverrides TINY = new MarketOverrides(150, null, 1500, 300, 50, null, null, null);

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void aSeedGivesTheSameMarketByteByByteAndAnotherSeedAnother(Scenario scenario) {
        long seed = printedSeed("determinism of " + scenario);
        CallHabits habits = CallHabits.assumed();
        byte[] once = Markets.bytes(scenario.market(seed, TINY, habits));
        SimulatedMarket again = scenario.market(seed, TINY, habits);
        assertArrayEquals(once, Markets.bytes(again));
        assertArrayEquals(once, Markets.bytes(again), "reading a market twice");
        assertFalse(Arrays.equals(once, Markets.bytes(scenario.market(seed + 1, TINY, habits))));
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void eventsAndLeaksLieWithinTheMarketsDays(Scenario scenario) {
        long seed = printedSeed("days of " + scenario);
        SimulatedMarket market = scenario.market(seed, TINY, CallHabits.assumed());
        assertEventsInOrder(scenario, market);
        assertTruth(scenario, market);
    }

    private static void assertEventsInOrder(Scenario scenario, SimulatedMarket market) {
        Instant start = market.settings().start().toInstant();
        Instant end = market.settings().end();
        List<OrderEvent> events = events(market);
        List<OrderEvent> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparing(OrderEvent::occurredAt).thenComparing(OrderEvent::eventId));
        assertEquals(sorted, events);
        Set<String> ids = new HashSet<>();
        for (OrderEvent event : events) {
            assertTrue(ids.add(event.eventId()), event.eventId());
            assertTrue(!event.occurredAt().isBefore(start) && event.occurredAt().isBefore(end), event.toString());
        }
        Set<String> orders = new HashSet<>();
        int withoutAccesses = 0;
        for (OrderEvent event : events) {
            orders.add(event.orderId());
            withoutAccesses += event.type() == OrderEventType.ACCESSED ? 0 : 1;
        }
        assertEquals(orders.size(), market.orders());
        // The means are from 4.84 to 4.95, and 3.86 in five days, with standard deviations below 0.01 and 0.05.
        double eventsAnOrder = withoutAccesses / (double) orders.size();
        double least = scenario == Scenario.SHORT_EXTRACT ? 3.5 : 4;
        assertTrue(eventsAnOrder > least && eventsAnOrder < 5, "events an order: " + eventsAnOrder);
        Instant before = start;
        for (CausedContact caused : market.contacts().caused()) {
            ScamContact contact = caused.contact();
            assertTrue(ids.add(contact.contactId()), contact.contactId());
            assertTrue(
                    contact.reportedAt().isAfter(contact.contactedAt())
                            || scenario == Scenario.TIMES_TO_THE_DAY
                                    && contact.reportedAt().equals(contact.contactedAt()),
                    contact.toString());
            assertTrue(
                    Duration.between(contact.contactedAt(), contact.reportedAt())
                                    .toDays()
                            <= 14,
                    contact.toString());
            Instant earliest = scenario == Scenario.MIXED_CLOCKS ? start.minus(8, ChronoUnit.HOURS) : start;
            assertTrue(!contact.contactedAt().isBefore(earliest)
                    && contact.reportedAt().isBefore(end));
            assertTrue(!contact.reportedAt().isBefore(before), "in the order of reports");
            before = contact.reportedAt();
        }
    }

    /** Leaks start after twenty days, so that scorers can learn, except where the market is shorter. */
    private static void assertTruth(Scenario scenario, SimulatedMarket market) {
        int learning = scenario == Scenario.SHORT_EXTRACT ? 0 : 20;
        Instant earliest = market.settings().start().toInstant().plus(learning, ChronoUnit.DAYS);
        Map<Custodian, Integer> touches = touches(events(market));
        Set<Custodian> leaking = new HashSet<>();
        for (Leak leak : market.truth()) {
            assertTrue(leaking.add(leak.custodian()), "twice: " + leak);
            assertTrue(!leak.from().isBefore(earliest), leak.toString());
            assertTrue(leak.from().isBefore(market.settings().end()), leak.toString());
            assertTrue(leak.to() == null || !leak.to().isAfter(market.settings().end()), leak.toString());
            assertEquals(scenario != Scenario.HIDDEN_LEAKER, touches.containsKey(leak.custodian()), leak.toString());
        }
        int expected =
                switch (scenario) {
                    case QUIET, FESTIVAL_QUIET, FALSE_REPORTS, CAREFUL_FALSE_REPORTS -> 0;
                    case BIG_SELLER, LEAKING_HUB, LEAKING_SELLER, STOPPED_LEAK, HIDDEN_LEAKER -> 1;
                    case STOLEN_ARCHIVE_LONG, ACCESSES -> 2;
                    case STORY, STOLEN_ARCHIVE, REPORTS_BEFORE_BUYING, SHORT_EXTRACT -> 3;
                    case FESTIVAL,
                            OFTEN_CALLED,
                            OFTEN_CALLED_SHOPPERS,
                            REGIONAL_WAVE,
                            SLOW_CALLERS,
                            CALL_CENTRES,
                            WITHIN_THE_HOUR,
                            TIMES_TO_THE_DAY,
                            MIXED_CLOCKS,
                            OTHER_KNOWLEDGE,
                            WHO_SAW_WHAT,
                            MARKS,
                            DIALLED,
                            DECOYS,
                            RARELY_REPORTED -> 4;
                    case SMALL_SELLERS -> 8;
                    case INJECTION, SILENT_CALLERS -> 10;
                    case LEAK_SIZES -> 12;
                    case TWENTY_LEAKS, FAINT_LEAKS -> 20;
                };
        assertEquals(expected, leaking.size());
    }

    @Test
    void anInnocentMarketHasNoCauses() {
        SimulatedMarket market = small(Scenario.QUIET, printedSeed("quiet"));
        assertTrue(market.contacts().caused().stream().allMatch(c -> c.cause() == null));
    }

    @Test
    void theBigSellerIsOneOfTheTenBiggest() {
        SimulatedMarket market = small(Scenario.BIG_SELLER, printedSeed("big-seller"));
        List<Custodian> biggest = touches(events(market)).entrySet().stream()
                .filter(e -> e.getKey().role() == Role.SELLER)
                .sorted(Map.Entry.<Custodian, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(10)
                .map(Map.Entry::getKey)
                .toList();
        assertTrue(biggest.contains(market.truth().get(0).custodian()));
    }

    @Test
    void theSmallSellersHaveFewerThanThirtyOrdersADay() {
        SimulatedMarket market = small(Scenario.SMALL_SELLERS, printedSeed("small-sellers"));
        Map<Custodian, Integer> touches = touches(events(market));
        for (Leak leak : market.truth()) {
            assertEquals(Role.SELLER, leak.custodian().role());
            assertTrue(touches.get(leak.custodian()) < 30 * market.settings().days(), leak.toString());
        }
    }

    @Test
    void tenInnocentSellersShipOnlyThroughTheLeakingHub() {
        SimulatedMarket market = small(Scenario.LEAKING_HUB, printedSeed("leaking-hub"));
        Map<Custodian, Map<Custodian, Integer>> sellersOfHubs = sellersOfHubs(events(market));
        Custodian hub = market.truth().get(0).custodian();
        Set<Custodian> only = new HashSet<>(sellersOfHubs.get(hub).keySet());
        sellersOfHubs.forEach((other, sellers) -> {
            if (!other.equals(hub)) {
                only.removeAll(sellers.keySet());
            }
        });
        assertTrue(only.size() >= 10, "sellers that ship only through " + hub + ": " + only.size());
    }

    @Test
    void theLeakingSellersInnocentHubServesMostlyIt() {
        SimulatedMarket market = small(Scenario.LEAKING_SELLER, printedSeed("leaking-seller"));
        Custodian seller = market.truth().get(0).custodian();
        assertEquals(Role.SELLER, seller.role());
        Map<Custodian, Integer> ofHub = sellersOfHubs(events(market)).values().stream()
                .filter(sellers -> sellers.containsKey(seller))
                .findFirst()
                .orElseThrow();
        int all = ofHub.values().stream().mapToInt(Integer::intValue).sum();
        assertTrue(ofHub.get(seller) > 0.7 * all, ofHub.get(seller) + " of " + all);
        assertTrue(ofHub.size() > 1, "the hub serves somebody else too");
    }

    @Test
    void twentyLeaksAreOfAllRolesAndOfRatesFromTenToOnePercent() {
        SimulatedMarket market = small(Scenario.TWENTY_LEAKS, printedSeed("twenty-leaks"));
        Set<Role> roles = new HashSet<>();
        market.truth().forEach(leak -> roles.add(leak.custodian().role()));
        assertEquals(Set.of(Role.values()), roles);
        double[] rates =
                market.truth().stream().mapToDouble(Leak::ratePerOrder).sorted().toArray();
        assertEquals(0.01, rates[0], 1e-9);
        assertEquals(0.10, rates[19], 1e-9);
        assertTrue(market.truth().stream().map(Leak::from).distinct().count() > 10);
    }

    @Test
    void theFestivalBringsFiveTimesTheCalls() {
        long seed = printedSeed("festival");
        SimulatedMarket festival = small(Scenario.FESTIVAL_QUIET, seed);
        double during = contactsADay(festival, 40, 47);
        double before = contactsADay(festival, 10, 40);
        assertTrue(during > 3.5 * before && during < 6.5 * before, during + " a day, before " + before);
        assertArrayEquals(
                events(festival).toArray(),
                events(small(Scenario.FESTIVAL, seed)).toArray(),
                "the same orders");
    }

    @Test
    void twoHundredBuyersAreCalledAllTheTime() {
        SimulatedMarket market = small(Scenario.OFTEN_CALLED, printedSeed("often-called"));
        Map<String, Integer> contacts = new HashMap<>();
        market.contacts().caused().stream()
                .filter(c -> c.cause() == null)
                .forEach(c -> contacts.merge(c.contact().buyerId(), 1, Integer::sum));
        long often = contacts.values().stream().filter(n -> n >= 8).count();
        assertTrue(often >= 190 && often <= 210, "called eight times and more: " + often);
    }

    @Test
    void theStoppedLeakStopsAfterFifteenDays() {
        SimulatedMarket market = small(Scenario.STOPPED_LEAK, printedSeed("stopped-leak"));
        Leak leak = market.truth().get(0);
        assertEquals(leak.from().plus(15, ChronoUnit.DAYS), leak.to());
    }

    @Test
    void theStoryIsToldAsItHappened() {
        SimulatedMarket market = Scenario.STORY.market(printedSeed("story"));
        Leak desk = market.truth().stream()
                .filter(leak -> leak.custodian().role() == Role.PLATFORM)
                .findFirst()
                .orElseThrow();
        List<OrderEvent> events = events(market);
        List<OrderEvent> ofZhou =
                events.stream().filter(event -> event.buyerId().equals("zhou")).toList();
        Set<Custodian> sellers = new HashSet<>();
        Map<String, List<OrderEventType>> types = new HashMap<>();
        for (OrderEvent event : ofZhou) {
            types.computeIfAbsent(event.orderId(), o -> new ArrayList<>()).add(event.type());
            if (event.type() == OrderEventType.PLACED) {
                assertTrue(event.custodians().contains(desk.custodian()));
                assertTrue(desk.covers(event.occurredAt()));
            }
            for (Custodian custodian : event.custodians()) {
                if (custodian.role() == Role.SELLER) {
                    sellers.add(custodian);
                }
                boolean leaks = market.truth().stream()
                        .anyMatch(leak -> leak.custodian().equals(custodian));
                assertEquals(custodian.equals(desk.custodian()), leaks, "only the desk is to blame: " + custodian);
            }
        }
        assertEquals(Set.of("zhou-1", "zhou-2", "zhou-3", "zhou-4"), types.keySet());
        assertEquals(4, sellers.size());
        types.values()
                .forEach(ofOrder -> assertTrue(
                        ofOrder.indexOf(OrderEventType.CANCELLED) < ofOrder.indexOf(OrderEventType.DELIVERED)));
        Map<String, ScamContact> contacts = new HashMap<>();
        market.scamContacts(contact -> {
            if (contact.buyerId().equals("zhou")) {
                contacts.put(contact.contactId(), contact);
            }
        });
        assertEquals(Set.of("zhou-call-1", "zhou-sms-1", "zhou-call-2"), contacts.keySet());
        assertEquals(
                new BigDecimal("9892.00"), contacts.get("zhou-sms-1").loss().amount());
        int ofDesk = touches(events).get(desk.custodian());
        assertTrue(ofDesk > 0.03 * market.orders() && ofDesk < 0.08 * market.orders(), "orders of the desk " + ofDesk);
    }

    @Test
    void bothStreamsComeInEventTime() {
        SimulatedMarket market = small(Scenario.BIG_SELLER, printedSeed("event time"));
        List<Instant> times = new ArrayList<>();
        market.inEventTime(event -> times.add(event.occurredAt()), contact -> times.add(contact.reportedAt()));
        List<Instant> sorted = times.stream().sorted().toList();
        assertEquals(sorted, times);
        assertEquals(events(market).size() + market.contacts().caused().size(), times.size(), "nothing is left out");
    }

    @Test
    void aMarketThatIsTooSmallOrTooShortIsRefusedInPlainWords() {
        assertRefused(Scenario.STOPPED_LEAK, days(30), "the leaks of this scenario need at least 35 days");
        assertRefused(Scenario.FESTIVAL, days(46), "scenario festival needs at least 47 days");
        assertRefused(Scenario.STORY, days(20), "scenario story needs at least 39 days");
        MarketOverrides fewSellers = new MarketOverrides(100, null, 100, 3, null, null, null, null);
        assertRefused(Scenario.SMALL_SELLERS, fewSellers, "this market is too small to find 8 small sellers in it");
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> MarketSettings.USUAL.with(new MarketOverrides(0, -1, null, null, null, 2.0, null, null)));
        assertEquals(
                "the number of orders per day must be at least 1, not 0; the number of days must be at least 1, not -1;"
                        + " the background must be from 0 to 1 per buyer and day, not 2.0",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Scenario.named("loud"));
        assertEquals(Scenario.LEAKING_HUB, Scenario.named("leaking-hub"));
    }

    private static MarketOverrides days(int days) {
        return new MarketOverrides(100, days, 100, 200, null, null, null, null);
    }

    private static void assertRefused(Scenario scenario, MarketOverrides overrides, String reason) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> scenario.market(1, overrides, CallHabits.assumed()));
        assertEquals(reason, e.getMessage());
    }

    private static double contactsADay(SimulatedMarket market, int fromDay, int toDay) {
        Instant start = market.settings().start().toInstant();
        long contacts = market.contacts().caused().stream()
                .map(c -> Duration.between(start, c.contact().contactedAt()).toDays())
                .filter(day -> day >= fromDay && day < toDay)
                .count();
        return contacts / (double) (toDay - fromDay);
    }
}

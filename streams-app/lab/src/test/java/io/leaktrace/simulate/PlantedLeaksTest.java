package io.leaktrace.simulate;

import static io.leaktrace.simulate.Markets.printedSeed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.files.JsonLines;
import io.leaktrace.files.OrderEventWriter;
import io.leaktrace.imports.CsvFiles;
import io.leaktrace.imports.PublicData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlantedLeaksTest {

    private static final MarketOverrides TINY = new MarketOverrides(200, 40, 2000, 100, 20, null, null, null);

    /** With so many, at the usual rate, a leak without a victim is out of the question. */
    private static final int LEAST_TOUCHES = 100;

    @TempDir
    Path dir;

    private SimulatedContacts plant(Path orders, PlantedSettings settings, long seed) throws IOException {
        SimulatedContacts planted = PlantedLeaks.plant(List.of(orders), settings, seed, CallHabits.assumed(), bad -> {
            throw new AssertionError(bad);
        });
        // Without the functions of the true calls, which are equal to themselves only.
        return new SimulatedContacts(
                planted.caused(), planted.truth(), planted.incidents(), planted.reportedIncidents());
    }

    private Path orders(String name, List<OrderEvent> events) throws IOException {
        Path file = dir.resolve(name);
        try (OrderEventWriter writer = new OrderEventWriter(file)) {
            for (OrderEvent event : events) {
                writer.write(event);
            }
        }
        return file;
    }

    private static PlantedSettings named(int leaks, Map<Custodian, Double> named) {
        PlantedSettings usual = PlantedSettings.USUAL;
        return new PlantedSettings(
                leaks,
                LEAST_TOUCHES,
                usual.ratePerOrder(),
                named,
                usual.backgroundPerBuyerDay(),
                usual.idleShare(),
                usual.reportedShare(),
                ZoneOffset.ofHours(-3),
                "BRL");
    }

    @Test
    void theSameOrdersInAnyOrderOfLinesGiveTheSameContacts() throws IOException {
        long seed = printedSeed("planted");
        List<OrderEvent> events = Markets.events(Scenario.QUIET.market(seed, TINY, CallHabits.assumed()));
        SimulatedContacts once = plant(orders("a.jsonl", events), PlantedSettings.USUAL, seed);
        List<OrderEvent> shuffled = new ArrayList<>(events);
        shuffled.addAll(events.subList(0, 50)); // read twice
        Collections.shuffle(shuffled, new Random(seed));
        assertEquals(once, plant(orders("b.jsonl", shuffled), PlantedSettings.USUAL, seed));
        assertNotEquals(once, plant(orders("c.jsonl", events), PlantedSettings.USUAL, seed + 1));
        assertEquals(3, once.truth().size());
        Map<Custodian, Integer> touches = Markets.touches(events);
        for (Leak leak : once.truth()) {
            assertTrue(touches.get(leak.custodian()) >= PlantedSettings.USUAL.leastTouches());
        }
    }

    @Test
    void anEventThatIsReadTwiceMakesNobodyLargeEnoughToLeak() throws IOException {
        long seed = printedSeed("read twice");
        List<OrderEvent> events = Markets.events(Scenario.QUIET.market(seed, TINY, CallHabits.assumed()));
        List<OrderEvent> twice = new ArrayList<>(events);
        twice.addAll(events);
        assertEquals(
                plant(orders("a.jsonl", events), PlantedSettings.USUAL, seed),
                plant(orders("b.jsonl", twice), PlantedSettings.USUAL, seed));
    }

    @Test
    void contactsFollowTheTouchesOfThoseNamed() throws IOException {
        long seed = printedSeed("planted by name");
        List<OrderEvent> events = Markets.events(Scenario.QUIET.market(seed, TINY, CallHabits.assumed()));
        Custodian desk = Markets.touches(events).keySet().stream()
                .filter(custodian -> custodian.role() == Role.PLATFORM)
                .sorted()
                .findFirst()
                .orElseThrow();
        SimulatedContacts planted = plant(orders("a.jsonl", events), named(0, Map.of(desk, 0.5)), seed);
        Leak leak = planted.truth().get(0);
        assertEquals(
                List.of(desk), planted.truth().stream().map(Leak::custodian).toList());
        Set<String> touched = new HashSet<>();
        events.stream()
                .filter(event -> event.custodians().contains(desk) && leak.covers(event.occurredAt()))
                .forEach(event -> touched.add(event.buyerId()));
        Set<String> victims = Markets.victims(planted, desk);
        assertTrue(touched.containsAll(victims));
        assertTrue(victims.size() > 0.2 * touched.size(), victims.size() + " of " + touched.size());
    }

    @Test
    void filesAreWritten() throws IOException {
        long seed = printedSeed("files");
        SimulatedMarket market = Scenario.STOPPED_LEAK.market(
                seed, new MarketOverrides(100, 60, 1000, 100, 20, null, null, null), CallHabits.assumed());
        SimulatedFiles.write(market, dir.resolve("new/folder"));
        List<OrderEvent> read = new ArrayList<>();
        JsonLines.readOrderEvents(dir.resolve("new/folder/orders.jsonl"), read::add, bad -> {
            throw new AssertionError(bad);
        });
        assertEquals(Markets.events(market), read);
        Leak leak = market.truth().get(0);
        assertEquals(
                "role,id,from,to\nSELLER," + leak.custodian().id() + "," + leak.from() + "," + leak.to() + "\n",
                Files.readString(dir.resolve("new/folder/truth.csv")));
        Custodian odd = new Custodian(Role.SELLER, "a,\"b\"");
        SimulatedFiles.write(
                new SimulatedContacts(List.of(), List.of(new Leak(odd, leak.from(), null, 0.1)), 0, 0), dir);
        assertEquals(
                "role,id,from,to\nSELLER,\"a,\"\"b\"\"\"," + leak.from() + ",\n",
                Files.readString(dir.resolve("truth.csv")));
        assertEquals("", Files.readString(dir.resolve("contacts.jsonl")));
    }

    @Test
    void whatCannotBePlantedIsRefusedInPlainWords() throws IOException {
        Path none = orders("none.jsonl", List.of());
        assertThrows(IllegalArgumentException.class, () -> plant(none, PlantedSettings.USUAL, 1));
        List<OrderEvent> events = Markets.events(Scenario.QUIET.market(1, TINY, CallHabits.assumed()));
        Path some = orders("some.jsonl", events);
        Custodian nobody = new Custodian(Role.SELLER, "nobody");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> plant(some, named(0, Map.of(nobody, 0.1)), 1));
        assertEquals("SELLER:nobody touched none of these orders", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> plant(some, named(10_000, Map.of()), 1));
        assertThrows(IllegalArgumentException.class, () -> named(0, Map.of(nobody, 1.5)));
    }

    @Test
    void leaksAreFoundPlantedOnTheRealOrdersOfOlist() throws IOException {
        List<OrderEvent> events = new ArrayList<>();
        PublicData.named("olist").read(CsvFiles.realData("olist"), events::add, bad -> {
            throw new AssertionError(bad);
        });
        long seed = printedSeed("olist");
        SimulatedContacts planted = plant(orders("olist.jsonl", events), named(3, Map.of()), seed);
        for (Leak leak : planted.truth()) {
            int victims = Markets.victims(planted, leak.custodian()).size();
            System.out.println("planted on Olist: " + leak + ", victims " + victims);
            assertTrue(victims > 0);
        }
    }
}

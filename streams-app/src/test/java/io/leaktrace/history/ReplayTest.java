package io.leaktrace.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.runtime.Settings;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.simulate.SimulatedMarket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline against a real broker and a real registry. */
class ReplayTest {

    /** A fixed market, so that what is found can be compared with what is planted; any seed replays the same twice. */
    private static final long SEED = 5;

    @TempDir
    private static Path folder;

    private static SimulatedMarket market;
    private static Path expected;

    @BeforeAll
    static void replayOnce() throws Exception {
        MarketOverrides small = new MarketOverrides(700, 50, 12_000, 300, 40, null, null, null);
        market = Scenario.LEAKING_HUB.market(SEED, small, CallHabits.assumed());
        SimulatedFiles.write(market, folder);
        expected = replay("expected", orders(), contacts(), Map.of("topic.partitions", "4"));
    }

    private static Path orders() {
        return folder.resolve(SimulatedFiles.ORDERS);
    }

    private static Path contacts() {
        return folder.resolve(SimulatedFiles.CONTACTS);
    }

    private static Path replay(String name, Path orders, Path contacts, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path out = folder.resolve(name);
        InputFiles input = new InputFiles(List.of(orders), List.of(contacts), Clock.systemUTC());
        Replay.Listener silent = new Replay.Listener() {
            @Override
            public void onProgress(String step, long done, long total) {
                // Nobody watches.
            }

            @Override
            public void onBadLine(BadLine line) {
                System.out.println(line);
            }
        };
        Replay replay = new Replay(Settings.of(settings), input, folder.resolve(name + ".work"), silent);
        replay.run();
        replay.write(out, name);
        return out;
    }

    private static void assertSame(Path found) throws IOException {
        for (String file : List.of("suspects.csv", "alerts.csv")) {
            assertEquals(Files.readString(expected.resolve(file)), Files.readString(found.resolve(file)), file);
        }
    }

    @Test
    void thePlantedLeakerIsOnTopAndNobodyElseIsAccused() throws IOException {
        List<String> planted = market.truth().stream()
                .map(Leak::custodian)
                .map(Custodian::toString)
                .toList();
        List<String> ranking = Files.readAllLines(expected.resolve("suspects.csv"));
        List<String> top = ranking.subList(1, 1 + planted.size()).stream()
                .map(ReplayTest::custodian)
                .toList();
        assertEquals(planted, top);
        List<String> alerts = Files.readAllLines(expected.resolve("alerts.csv"));
        assertTrue(alerts.size() > 1, "an alert was raised");
        for (String alert : alerts.subList(1, alerts.size())) {
            assertTrue(planted.contains(custodian(alert)), alert);
        }
    }

    private static String custodian(String row) {
        String[] cells = row.split(",");
        return cells[1] + ":" + cells[2];
    }

    @Test
    void shuffledLinesOnTwelvePartitionsAndTwoThreadsGiveTheSameBytes() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("ReplayTest.shuffledLines, seed " + seed);
        Random random = new Random(seed);
        Path orders = shuffled(orders(), random);
        Path contacts = shuffled(contacts(), random);
        assertSame(replay("shuffled", orders, contacts, Map.of("topic.partitions", "12", "threads", "2")));
    }

    @Test
    void onePartitionAndStoresOnDiskGiveTheSameBytes() throws Exception {
        assertSame(replay("one", orders(), contacts(), Map.of("topic.partitions", "1", "state.stores", "disk")));
    }

    private static Path shuffled(Path file, Random random) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        Collections.shuffle(lines, random);
        return Files.write(folder.resolve("shuffled-" + file.getFileName()), lines);
    }

    @Test
    void theManifestCountsWhatWasRead() throws Exception {
        String manifest = Files.readString(expected.resolve("manifest.json"));
        long lines = Files.readAllLines(orders()).size()
                + Files.readAllLines(contacts()).size();
        assertTrue(manifest.contains("\"read\" : " + lines), manifest);
        assertTrue(manifest.contains("\"late\" : 0"), manifest);
        assertTrue(manifest.contains("\"duplicate\" : 0"), manifest);
        assertTrue(manifest.contains("\"sha256\""), manifest);
    }

    @Test
    void badLinesAreSetAsideAndDuplicatesCountOnce() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(orders()));
        lines.add("{\"eventId\":\"e\"}");
        lines.add("no json");
        lines.add(lines.get(0));
        lines.add(lines.get(77));
        lines.add("{\"eventId\":\"old\",\"orderId\":\"o\",\"buyerId\":\"b\",\"type\":\"PLACED\","
                + "\"occurredAt\":\"1970-01-01T00:00:00Z\",\"custodians\":[{\"role\":\"SELLER\",\"id\":\"s\"}]}");
        Path dirty = Files.write(folder.resolve("dirty.jsonl"), lines);
        Path found = replay("dirty", dirty, contacts(), Map.of());
        assertSame(found);
        String manifest = Files.readString(found.resolve("manifest.json"));
        assertTrue(manifest.contains("\"bad\" : 3"), manifest);
        assertTrue(manifest.contains("\"duplicate\" : 2"), manifest);
    }

    @Test
    void aFileWithoutOrdersGivesEmptyResults() throws Exception {
        Path empty = Files.write(folder.resolve("empty.jsonl"), List.<String>of());
        Path found = replay("nothing", empty, empty, Map.of());
        assertEquals(1, Files.readAllLines(found.resolve("suspects.csv")).size());
        assertEquals(List.of("at,role,id,change,score,evidence"), Files.readAllLines(found.resolve("alerts.csv")));
    }
}

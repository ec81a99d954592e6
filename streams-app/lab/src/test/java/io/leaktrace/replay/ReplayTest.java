package io.leaktrace.replay;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdOutputStream;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.InputFiles;
import io.leaktrace.files.JsonLines;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Listeners;
import io.leaktrace.testing.Seed;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays of files, which need no broker, beside the whole pipeline on a real broker and a real registry. */
class ReplayTest {

    /** A fixed market, so that what is found can be compared with what is planted; any seed replays the same twice. */
    private static final long SEED = 5;

    private static final List<String> NDJSON = List.of(
            "evidence.ndjson",
            "epochs.ndjson",
            "suspects.ndjson",
            "alerts.ndjson",
            "campaigns.ndjson",
            "campaign_contacts.ndjson");

    @TempDir
    private static Path folder;

    private static SimulatedMarket market;
    private static Path expected;

    @BeforeAll
    static void replayOnce() throws Exception {
        MarketOverrides small = new MarketOverrides(400, 44, 7_000, 200, 40, null, null, null);
        market = Scenario.LEAKING_HUB.market(SEED, small, CallHabits.assumed());
        SimulatedFiles.write(market, folder);
        expected = replay("expected", orders(), contacts());
    }

    private static Path orders() {
        return folder.resolve(SimulatedFiles.ORDERS);
    }

    private static Path contacts() {
        return folder.resolve(SimulatedFiles.CONTACTS);
    }

    private static Path replay(String name, Path orders, Path contacts) throws IOException, InterruptedException {
        return replay(name, orders, contacts, 1);
    }

    private static Path replay(String name, Path orders, Path contacts, int threads)
            throws IOException, InterruptedException {
        Path out = folder.resolve(name);
        replay(plan(name), history(orders, contacts), out, Duration.ofMinutes(1), threads, Listeners.PRINTING);
        return out;
    }

    private static void replay(
            ReplayPlan plan, History history, Path out, Duration keepPlaceEvery, int threads, ProgressListener listener)
            throws IOException, InterruptedException {
        EnumSet<RunFormat> formats = EnumSet.of(RunFormat.CSV, RunFormat.NDJSON);
        new Replay(plan, history, out, formats, keepPlaceEvery, threads, listener).run();
    }

    private static final TimeLimit LIMIT = new TimeLimit(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofMinutes(10));

    private static ReplayPlan plan(String name) {
        return new ReplayPlan(name, Settings.of(Map.of()), Selection.ALL, Instant.parse("2026-01-01T00:00:00Z"));
    }

    private static FileHistory history(Path orders, Path contacts) throws IOException {
        return FileHistory.read(new InputFiles(List.of(orders), List.of(contacts), LIMIT), Listeners.PRINTING);
    }

    /** The same through Kafka Streams. */
    private static Path runOnKafka(String name, Path orders, Path contacts, Map<String, String> settings)
            throws IOException, InterruptedException {
        InputFiles input = new InputFiles(List.of(orders), List.of(contacts), LIMIT);
        EmbeddedRun run =
                new EmbeddedRun(Settings.of(settings), input, folder.resolve(name + ".work"), Listeners.PRINTING);
        run.run();
        Path out = Files.createDirectories(folder.resolve(name));
        RunFiles.writeSuspects(out.resolve("suspects.csv"), run.suspects());
        RunFiles.writeAlerts(out.resolve("alerts.csv"), run.alerts());
        return out;
    }

    private static void assertSame(Path found) throws IOException {
        for (String file : List.of("suspects.csv", "alerts.csv", "campaigns.csv")) {
            // The pipeline on Kafka writes no campaigns: they are read from its API.
            if (Files.exists(found.resolve("manifest.json")) || !file.startsWith("campaigns")) {
                assertEquals(Files.readString(expected.resolve(file)), Files.readString(found.resolve(file)), file);
            }
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

    /** In this market, two background callers never have the same number within a week; those of the leak do. */
    @Test
    void contactsWithTheSameCallerAreACampaignThatTheLeakerExplains() throws IOException {
        List<JsonNode> campaigns = jsonLines("campaigns.ndjson");
        List<JsonNode> contacts = jsonLines("campaign_contacts.ndjson");
        Map<String, JsonNode> evidence = new HashMap<>();
        jsonLines("evidence.ndjson")
                .forEach(row -> evidence.put(row.path("contact_id").asText(), row));
        assertEquals(
                campaigns.size() + 1,
                Files.readAllLines(expected.resolve("campaigns.csv")).size());
        Custodian leaker = market.truth().get(0).custodian();
        Map<Integer, Set<String>> callers = new HashMap<>();
        for (JsonNode row : contacts) {
            callers.computeIfAbsent(row.path("campaign").asInt(), absent -> new HashSet<>())
                    .add(evidence.get(row.path("contact_id").asText())
                            .path("caller")
                            .asText());
        }
        assertFalse(campaigns.isEmpty());
        for (JsonNode campaign : campaigns) {
            assertEquals(1, callers.get(campaign.path("campaign").asInt()).size());
            assertTrue(campaign.path("buyers").asInt() > 1, campaign.toString());
            assertEquals(leaker.id(), campaign.path("id").asText(), campaign.toString());
            assertTrue(campaign.path("share").asDouble() > 0.1, campaign.toString());
        }
        assertEquals(
                contacts.size(),
                campaigns.stream().mapToInt(row -> row.path("contacts").asInt()).sum());
    }

    private static List<JsonNode> jsonLines(String file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(expected.resolve(file))) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }

    @Test
    void shuffledLinesOnTwelvePartitionsAndTwoThreadsGiveTheSameBytes() throws Exception {
        long seed = Seed.of("ReplayTest.shuffledLines");
        Random random = new Random(seed);
        Path orders = shuffled(orders(), random);
        Path contacts = shuffled(contacts(), random);
        assertSame(replay("shuffled", orders, contacts, 3));
        assertSame(runOnKafka("kafka", orders, contacts, Map.of("topic.partitions", "12", "threads", "2")));
    }

    @Test
    void onePartitionAndStoresOnDiskGiveTheSameBytes() throws Exception {
        assertSame(runOnKafka("one", orders(), contacts(), Map.of("topic.partitions", "1", "state.stores", "disk")));
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
        Path found = replay("dirty", dirty, contacts());
        assertSame(found);
        String manifest = Files.readString(found.resolve("manifest.json"));
        assertTrue(manifest.contains("\"bad\" : 3"), manifest);
        assertTrue(manifest.contains("\"duplicate\" : 2"), manifest);
    }

    @Test
    void aFileWithoutOrdersGivesEmptyResults() throws Exception {
        Path empty = Files.write(folder.resolve("empty.jsonl"), List.<String>of());
        Path ofBefore = Files.createDirectories(folder.resolve("nothing")).resolve("check.json");
        Files.writeString(ofBefore, "{}");
        Path found = replay("nothing", empty, empty);
        assertFalse(Files.exists(ofBefore), "the report of other data is gone");
        assertEquals(1, Files.readAllLines(found.resolve("suspects.csv")).size());
        assertEquals(
                List.of("at,role,id,change,score,evidence,buyers,known_buyers,false_to_fall,kind,decoys"),
                Files.readAllLines(found.resolve("alerts.csv")));
    }

    @Test
    void aRunThatWasStoppedGoesOnAndGivesTheSameBytes() throws Exception {
        Path out = folder.resolve("stopped");
        History history = history(orders(), contacts());
        for (int stop = 1; stop <= 3; stop++) {
            Stopper stopper = new Stopper(2);
            int threads = stop;
            assertThrows(Stopped.class, () -> replay(plan("stopped"), history, out, Duration.ZERO, threads, stopper));
            assertFalse(Files.exists(out.resolve("manifest.json")), "what is not whole has no manifest");
        }
        ReplayPlan other = plan("stopped").with("stopped", Map.of("window", "7d"));
        StartException refused = assertThrows(
                StartException.class, () -> replay(other, history, out, Duration.ZERO, 1, Listeners.PRINTING));
        assertTrue(refused.getMessage().contains("another folder"), refused.getMessage());

        for (EnumSet<RunFormat> formats : List.of(EnumSet.of(RunFormat.CSV), EnumSet.allOf(RunFormat.class))) {
            Replay others =
                    new Replay(plan("stopped"), history, out, formats, Duration.ofMinutes(1), 1, Listeners.PRINTING);
            refused = assertThrows(StartException.class, others::run, "what was found before is in no file");
            assertTrue(
                    refused.getMessage().contains("--formats CSV,NDJSON; use the same formats"), refused.getMessage());
        }

        Replay last = new Replay(
                plan("stopped"),
                history,
                out,
                EnumSet.of(RunFormat.CSV, RunFormat.NDJSON),
                Duration.ofMinutes(1),
                5,
                Listeners.PRINTING);
        last.run();
        assertTrue(last.resumed());
        assertSame(out);
        for (String file : NDJSON) {
            assertEquals(Files.readString(expected.resolve(file)), Files.readString(out.resolve(file)), file);
        }
        assertEquals(
                Files.readString(expected.resolve("manifest.json")).replace("expected", "stopped"),
                Files.readString(out.resolve("manifest.json")));
        assertFalse(Files.exists(out.resolve(".replay")), "nothing is left over");
    }

    @Test
    void aRunThatWasStoppedAsItWroteItsLastFilesGivesTheSameBytes() throws Exception {
        Path out = folder.resolve("at-the-end");
        FileHistory history = history(orders(), contacts());
        history.setCheck(Map.of("verdict", "FINE"), "{\"verdict\":\"FINE\"}");
        // A folder in the place of the last file of the result.
        Path inTheWay = out.resolve("manifest.json");
        ProgressListener stopper = new ProgressListener() {
            @Override
            public void onProgress(String step, long done, long total) {
                try {
                    Files.createDirectories(inTheWay);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void onBadLine(BadLine line) {
                System.out.println(line);
            }
        };
        assertThrows(IOException.class, () -> replay(plan("at-the-end"), history, out, Duration.ZERO, 2, stopper));
        Files.delete(inTheWay);
        assertTrue(Files.exists(out.resolve("epochs.ndjson")), "it was stopped at the very end");
        assertEquals("{\"verdict\":\"FINE\"}\n", Files.readString(out.resolve("check.json")));

        replay(plan("at-the-end"), history, out, Duration.ofMinutes(1), 2, Listeners.PRINTING);
        assertSame(out);
        for (String file : NDJSON) {
            assertEquals(Files.readString(expected.resolve(file)), Files.readString(out.resolve(file)), file);
        }
    }

    @Test
    void whatWasFoundBeforeAndIsLostIsNotMadeUp() throws Exception {
        Path out = folder.resolve("robbed");
        History history = history(orders(), contacts());
        assertThrows(Stopped.class, () -> replay(plan("robbed"), history, out, Duration.ZERO, 2, new Stopper(2)));
        Files.delete(out.resolve(".replay/epochs.ndjson"));
        IOException refused = assertThrows(
                IOException.class, () -> replay(plan("robbed"), history, out, Duration.ZERO, 2, Listeners.PRINTING));
        assertTrue(refused.getMessage().contains("to start over"), refused.getMessage());
    }

    @Test
    void aDamagedFileOfBlocksEndsTheRunThatResumes() throws Exception {
        Path out = folder.resolve("damaged");
        History history = history(orders(), contacts());
        assertThrows(Stopped.class, () -> replay(plan("damaged"), history, out, Duration.ZERO, 2, new Stopper(2)));
        Path blocks = out.resolve(".replay/buyers-0");
        Files.write(blocks, new byte[10]);
        StartException refused = assertThrows(
                StartException.class,
                () -> replay(plan("damaged"), history, out, Duration.ZERO, 2, Listeners.PRINTING));
        assertEquals(
                blocks + " is damaged, so the replay in " + out + " cannot resume; delete " + out.resolve(".replay")
                        + " and start it again",
                refused.getMessage());
    }

    /** As by a failing disk, while the replay runs. A file that is truncated and then written on has zeros. */
    @Test
    void aFileOfBlocksThatBecomesUnreadableEndsTheRunWithASentence() throws Exception {
        Path manyOrders = folder.resolve("many-orders.jsonl");
        Path lateContacts = folder.resolve("late-contacts.jsonl");
        int orderCount = 45_000;
        int buyers = 500;
        try (BufferedWriter lines = Files.newBufferedWriter(manyOrders)) {
            for (int i = 0; i < orderCount; i++) {
                lines.write(JsonLines.line(anOrder("o".repeat(200) + i)
                                .by("b" + i % buyers)
                                .from(seller("s"))
                                .at(day(1).plus(Duration.ofMinutes(i))))
                        + "\n");
            }
        }
        try (BufferedWriter lines = Files.newBufferedWriter(lateContacts)) {
            for (int i = 0; i < buyers; i++) {
                lines.write(
                        JsonLines.line(aContact("c" + i).with("b" + i).at(day(1).plus(Duration.ofMinutes(orderCount))))
                                + "\n");
            }
        }
        Path out = folder.resolve("unreadable");
        ProgressListener truncates = new ProgressListener() {
            @Override
            public void onProgress(String step, long done, long total) {
                for (int i = 0; i < 8; i++) {
                    Path blocks = out.resolve(".replay/buyers-" + i);
                    try {
                        if (Files.exists(blocks) && Files.size(blocks) > 0) {
                            Files.write(blocks, new byte[0]);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }

            @Override
            public void onBadLine(BadLine line) {
                System.out.println(line);
            }
        };
        FileHistory history = history(manyOrders, lateContacts);
        IOException failed = assertThrows(
                IOException.class, () -> replay(plan("unreadable"), history, out, Duration.ofHours(1), 2, truncates));
        String work = out.resolve(".replay").toString();
        String expectedSentence =
                "cannot read " + work + "/buyers-\\d: it (has been truncated|is damaged); check its disk, delete "
                        + work + " and start the replay again";
        assertTrue(failed.getMessage().matches(expectedSentence), failed.getMessage());
    }

    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Stops a replay when it has told of its progress so many times. */
    static final class Stopper implements ProgressListener {
        private int left;

        Stopper(int times) {
            left = times;
        }

        @Override
        public void onProgress(String step, long done, long total) {
            if (left-- == 0) {
                throw new Stopped();
            }
        }

        @Override
        public void onBadLine(BadLine line) {
            System.out.println(line);
        }
    }

    @Test
    void packedFilesGiveTheSameBytes() throws Exception {
        Path zipped = folder.resolve("orders.jsonl.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            Files.copy(orders(), packed);
        }
        Path squeezed = folder.resolve("contacts.jsonl.zst");
        try (OutputStream packed = new ZstdOutputStream(Files.newOutputStream(squeezed))) {
            Files.copy(contacts(), packed);
        }
        assertSame(replay("packed", zipped, squeezed));
    }

    @Test
    void aSelectionTakesTheSameBuyersAndTimesWhateverTheOrder() throws Exception {
        Instant to = market.truth().get(0).from().plus(Duration.ofDays(20));
        Selection selection = new Selection(to.minus(Duration.ofDays(30)), to, 0.5);
        ReplayPlan half = new ReplayPlan(
                "half",
                Settings.of(Map.of("market", "shoes")),
                selection,
                plan("half").judgedAt());
        replay(
                half,
                history(orders(), contacts()),
                folder.resolve("half"),
                Duration.ofMinutes(1),
                2,
                Listeners.PRINTING);
        JsonNode manifest = ReplayPlan.read(folder.resolve("half/manifest.json"));
        assertEquals(0.5, manifest.path("selection").path("sample").asDouble());
        assertFalse(
                Instant.parse(manifest.path("eventTime").path("from").asText()).isBefore(selection.from()));
        assertTrue(Instant.parse(manifest.path("eventTime").path("to").asText()).isBefore(to));
        long read = manifest.path("counts").path("read").asLong();
        long within = Files.readAllLines(orders()).stream()
                .map(line -> {
                    try {
                        return JsonLines.parseOrderEvent(line).occurredAt();
                    } catch (BadRecordException e) {
                        throw new AssertionError(e);
                    }
                })
                .filter(time -> !time.isBefore(selection.from()) && time.isBefore(to))
                .count();
        assertTrue(read > within * 0.45 && read < within * 0.6, read + " of " + within);

        // The run that a manifest describes, done again.
        ReplayPlan again = ReplayPlan.like(manifest, "half", Settings.of(Map.of()));
        assertTrue(again.isLike(manifest));
        ReplayPlan otherMarket = new ReplayPlan("half", Settings.of(Map.of()), selection, again.judgedAt());
        assertFalse(otherMarket.isLike(manifest), "a run of another market is not gone on with");
        History same = history(orders(), contacts()).as(manifest);
        replay(again, same, folder.resolve("again"), Duration.ofMinutes(1), 2, Listeners.PRINTING);
        for (String file : List.of("suspects.csv", "alerts.csv", "epochs.ndjson", "manifest.json")) {
            assertEquals(
                    Files.readString(folder.resolve("half").resolve(file)),
                    Files.readString(folder.resolve("again").resolve(file)));
        }
        Path empty = Files.write(folder.resolve("others.jsonl"), List.<String>of());
        History others = history(orders(), empty);
        assertThrows(StartException.class, () -> others.as(manifest));
    }
}

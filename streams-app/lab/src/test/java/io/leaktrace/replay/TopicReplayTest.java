package io.leaktrace.replay;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.seller;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.cli.Main;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Listeners;
import io.leaktrace.testing.OwnProcess;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topology.Erasures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Replays of what a pipeline has read live, with records that came late, twice, broken or not meant for it, and with
 * verdicts in between.
 */
class TopicReplayTest {

    private static final int PARTITIONS = 4;
    private static final long SEED = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** One buyer in so many reports late. */
    private static final int LATE_BUYERS = 20;

    private static final int CLOSING_BUYERS = 64;

    @TempDir
    private static Path folder;

    private static EmbeddedPlatform platform;
    private static Map<String, String> production;
    /** What production said, as files. */
    private static Path said;

    private static int late;
    private static int twice;
    private static int bad;

    private record Timed(String topic, byte[] key, byte[] value, long time) {
        boolean isOf(long from, long to) {
            return time >= from && time < to;
        }

        boolean comesLate() {
            return Math.floorMod(new String(key, StandardCharsets.UTF_8).hashCode(), LATE_BUYERS) == 0;
        }
    }

    @BeforeAll
    static void runLive() throws Exception {
        platform = EmbeddedPlatform.startFresh(folder.resolve("platform"));
        production = new TreeMap<>(platform.settings());
        production.put("application.id", "production");
        production.put("topic.partitions", Integer.toString(PARTITIONS));
        production.put("state.dir", folder.resolve("state").toString());
        // Days pass in a second here: a task that had nothing to read for a moment would not be waited for.
        production.put("idle.after", "10m");
        production.put("commit.interval", "100ms");
        // Kafka waits this long for an instance that has ended, in case it comes back.
        production.put("kafka.session.timeout.ms", "6000");
        production.put("kafka.heartbeat.interval.ms", "1000");
        Settings settings = Settings.of(production);
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            admin.createMissing(Map.of("retention.ms", "-1"));
        }
        MarketOverrides small = new MarketOverrides(350, 40, 6_000, 150, 30, null, null, null);
        SimulatedMarket market = Scenario.LEAKING_HUB.market(SEED, small, CallHabits.assumed());
        List<Timed> records = records(market, settings);
        long first = EventTime.dayOf(records.get(0).time) * EventTime.DAY;
        long last = records.get(records.size() - 1).time + EventTime.DAY;
        records.addAll(closing(settings, last));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            long sentTo = Long.MIN_VALUE;
            for (int day : new int[] {20, 30}) {
                // In the middle of an epoch, so that all partitions agree which was the last that is complete.
                long now = first + day * EventTime.DAY + 3 * EventTime.HOUR;
                long lateFrom = now - 3 * EventTime.DAY;
                long lateTo = now - 2 * EventTime.DAY;
                for (Timed record : records) {
                    if (record.isOf(sentTo, now) && !(record.isOf(lateFrom, lateTo) && record.comesLate())) {
                        send(producer, record);
                    }
                }
                producer.flush();
                runUntil(settings, now);
                for (Timed record : records) {
                    if (record.isOf(lateFrom, lateTo) && record.comesLate()) {
                        send(producer, record, now);
                        late++;
                    } else if (record.isOf(now - 6 * EventTime.HOUR, now - 3 * EventTime.HOUR)) {
                        send(producer, record, now);
                        twice++;
                    }
                }
                sendBad(producer, settings, records.get(day));
                sendVerdict(
                        producer, settings, records.get(0), now, day == 20 ? Verdict.DISMISSED : Verdict.REMEDIATED);
                // A buyer who is forgotten, and orders again.
                Erasure erasure = new Erasure(
                        new String(records.get(day).key, StandardCharsets.UTF_8), Instant.ofEpochMilli(now));
                producer.send(Erasures.tombstone(settings.topics(), erasure));
                sentTo = now;
            }
            for (Timed record : records) {
                if (record.time >= sentTo) {
                    send(producer, record);
                }
            }
            producer.flush();
            runUntil(settings, last);
        }
        said = Files.createDirectories(folder.resolve("said"));
        writeWhatWasSaid(settings);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static List<Timed> records(SimulatedMarket market, Settings settings) {
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        var orderEvents = settings.wire().orderEvents();
        var scamContacts = settings.wire().scamContacts();
        List<Timed> records = new ArrayList<>();
        market.orderEvents(event -> records.add(new Timed(
                orders,
                bytes(event.buyerId()),
                orderEvents.serialize(orders, event),
                event.occurredAt().toEpochMilli())));
        market.scamContacts(contact -> records.add(new Timed(
                contacts,
                bytes(contact.buyerId()),
                scamContacts.serialize(contacts, contact),
                contact.reportedAt().toEpochMilli())));
        records.sort((one, other) -> Long.compare(one.time, other.time));
        return records;
    }

    /** A record for every partition, so that all of them complete the same epochs. */
    private static List<Timed> closing(Settings settings, long time) {
        String topic = settings.topics().orderEvents();
        List<Timed> closing = new ArrayList<>();
        for (int buyer = 0; buyer < CLOSING_BUYERS; buyer++) {
            String id = "closing-" + buyer;
            OrderEvent order = anOrder(id).by(id).from(seller("closing")).at(Instant.ofEpochMilli(time));
            closing.add(
                    new Timed(topic, bytes(id), settings.wire().orderEvents().serialize(topic, order), time));
        }
        return closing;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Timed record) {
        send(producer, record, record.time);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Timed record, long sentAt) {
        producer.send(new ProducerRecord<>(record.topic, null, sentAt, record.key, record.value));
    }

    private static void sendBad(KafkaProducer<byte[], byte[]> producer, Settings settings, Timed good) {
        String topic = settings.topics().orderEvents();
        producer.send(new ProducerRecord<>(topic, bytes("somebody"), new byte[] {1, 2, 3}));
        producer.send(new ProducerRecord<>(topic, bytes("nobody"), null));
        producer.send(new ProducerRecord<>(good.topic, 0, null, null, good.value));
        producer.send(new ProducerRecord<>(good.topic, bytes("another"), good.value));
        // An order dated 60 days ahead of its record: as long after as it may be replayed, it was ahead then.
        long ahead = good.time + 60 * EventTime.DAY;
        OrderEvent order = anOrder("ahead").by("ahead").from(seller("s-ahead")).at(Instant.ofEpochMilli(ahead));
        send(
                producer,
                new Timed(topic, bytes("ahead"), settings.wire().orderEvents().serialize(topic, order), ahead),
                good.time);
        bad += 5;
    }

    /** On a custodian of the first order, whoever that is. */
    private static void sendVerdict(
            KafkaProducer<byte[], byte[]> producer, Settings settings, Timed first, long at, Verdict verdict) {
        OrderEvent order = (OrderEvent) settings.wire().records().deserialize(first.topic, first.value);
        Custodian custodian = order.custodians().get(0);
        LeakVerdict decided = new LeakVerdict(custodian, verdict, "mei", Instant.ofEpochMilli(at), "why", null);
        String topic = settings.topics().leakVerdicts();
        byte[] value = settings.wire().leakVerdicts().serialize(topic, decided);
        producer.send(new ProducerRecord<>(topic, bytes(custodian.toString()), value));
    }

    /**
     * Runs production until it has closed every epoch that is complete at this time. It stands still while records are
     * sent: days pass in a second here, and it would read orders before the contacts of the same day are there.
     */
    private static void runUntil(Settings settings, long time) throws InterruptedException {
        long epoch = settings.correlate().epoch();
        long end = Math.floorDiv(time - settings.correlate().lateness(), epoch) * epoch;
        long start = System.nanoTime();
        boolean[] closed = {false};
        try (Pipeline pipeline = new Pipeline(settings, PARTITIONS, false);
                TopicReader epochs = new TopicReader(settings, settings.topics().leakEpochs())) {
            pipeline.start();
            while (!closed[0]) {
                pipeline.awaitEnd(Duration.ofMillis(1));
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "no epoch " + Instant.ofEpochMilli(end));
                epochs.poll(record -> closed[0] |= ((Epoch) record).end().toEpochMilli() >= end);
            }
        }
    }

    private static void writeWhatWasSaid(Settings settings) throws IOException {
        TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
        List<Alert> alerts = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakSuspects())) {
            reader.readToEnd(record -> suspects.put(((Suspect) record).custodian(), (Suspect) record));
        }
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakAlerts())) {
            reader.readToEnd(record -> alerts.add((Alert) record));
        }
        assertFalse(alerts.isEmpty(), "the leak was found");
        RunFiles.writeSuspects(said.resolve("suspects.csv"), suspects.values());
        RunFiles.writeAlerts(said.resolve("alerts.csv"), alerts);
    }

    private static Path replay(String name, ProgressListener listener, Duration keepPlaceEvery) throws Exception {
        Settings settings = Settings.of(production);
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        ReplayPlan plan = new ReplayPlan(name, settings, Selection.ALL, now);
        Path out = folder.resolve(name);
        EnumSet<RunFormat> formats = EnumSet.of(RunFormat.NDJSON);
        new Replay(plan, TopicHistory.of(settings, name), out, formats, keepPlaceEvery, 3, listener).run();
        return out;
    }

    private static void assertSame(Path expected, Path found) throws IOException {
        for (String file : List.of("suspects.csv", "alerts.csv")) {
            assertEquals(Files.readString(expected.resolve(file)), Files.readString(found.resolve(file)), file);
        }
    }

    private static final StringWriter OUT = new StringWriter();
    private static final StringWriter ERR = new StringWriter();

    private static int command(String... arguments) {
        OUT.getBuffer().setLength(0);
        ERR.getBuffer().setLength(0);
        return command(new PrintWriter(OUT, true), new PrintWriter(ERR, true), arguments);
    }

    private static int command(PrintWriter out, PrintWriter err, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-b", production.get("bootstrap.servers"), "-r", production.get("schema.registry.url")));
        CommandLine line = Main.commandLine();
        line.setOut(out);
        line.setErr(err);
        return line.execute(all.toArray(String[]::new));
    }

    @Test
    void aReplayOfWhatProductionSawGivesWhatProductionSaidAndWritesNothingToTheCluster() throws Exception {
        try (Admin admin = Admin.create(Settings.of(production).kafka())) {
            Set<String> topics = new TreeSet<>(admin.listTopics().names().get());
            int groups = admin.listGroups().all().get().size();
            Path found = replay("same", Listeners.PRINTING, Duration.ofMinutes(1));

            assertSame(said, found);
            assertEquals(topics, new TreeSet<>(admin.listTopics().names().get()));
            assertEquals(groups, admin.listGroups().all().get().size());
            JsonNode counts = ReplayPlan.read(found.resolve("manifest.json")).path("counts");
            assertEquals(late, counts.path("late").asInt());
            assertEquals(twice, counts.path("duplicate").asInt());
            assertEquals(bad, counts.path("bad").asInt());
            assertTrue(late > 10 && twice > 10, late + " late, " + twice + " twice");
        }
    }

    @Test
    void aReplayThatWasStoppedGoesOnWithTheEndsThatTheTopicsHadThen() throws Exception {
        Path whole = replay("whole", Listeners.PRINTING, Duration.ofMinutes(1));
        for (int stop = 0; stop < 2; stop++) {
            assertThrows(ReplayTest.Stopped.class, () -> replay("stopped", new ReplayTest.Stopper(2), Duration.ZERO));
        }
        assertTrue(Files.exists(folder.resolve("stopped/.replay/place")));
        // Production goes on meanwhile.
        Settings settings = Settings.of(production);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(settings.topics().orderEvents(), bytes("late"), new byte[] {9}))
                    .get();
        }
        Path found = replay("stopped", Listeners.PRINTING, Duration.ofMinutes(1));
        for (String file : List.of("suspects.csv", "alerts.csv", "evidence.ndjson", "epochs.ndjson", "manifest.json")) {
            assertEquals(
                    Files.readString(whole.resolve(file)).replace("\"whole\"", "\"stopped\""),
                    Files.readString(found.resolve(file)),
                    file);
        }
    }

    @Test
    void aReplayThatWasKilledGoesOnAndGivesTheSameBytes() throws Exception {
        Path out = folder.resolve("killed");
        OwnProcess process = OwnProcess.java(
                List.of(),
                "512m",
                folder.resolve("killed.log"),
                "io.leaktrace.cli.Main",
                "replay",
                "-b",
                production.get("bootstrap.servers"),
                "-r",
                production.get("schema.registry.url"),
                "--keep-place",
                "0",
                "--out",
                out.toString());
        await("the replay saves its position")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .failFast("the replay has ended", () -> !process.isAlive())
                .until(() -> Files.exists(out.resolve(".replay/place")));
        process.kill();
        assertFalse(Files.exists(out.resolve("manifest.json")), "it was killed in the middle");

        assertEquals(0, command("replay", "--out", out.toString()), ERR.toString());
        assertTrue(ERR.toString().contains("resumed from the last checkpoint"), ERR.toString());
        assertSame(said, out);
    }

    @Test
    void severalReplaysRunSideBySideAndAreCompared() throws Exception {
        List<CompletableFuture<Integer>> runs = new ArrayList<>();
        for (String window : List.of("14d", "7d")) {
            runs.add(CompletableFuture.supplyAsync(() -> {
                PrintWriter nowhere = new PrintWriter(new StringWriter());
                String out = folder.resolve("window-" + window).toString();
                return command(nowhere, nowhere, "replay", "--set", "window=" + window, "--out", out);
            }));
        }
        for (CompletableFuture<Integer> run : runs) {
            assertEquals(0, run.get());
        }
        assertSame(said, folder.resolve("window-14d"));
        String fortnight = folder.resolve("window-14d").toString();
        String week = folder.resolve("window-7d").toString();
        assertEquals(3, diff(fortnight, week));
        assertTrue(OUT.toString().contains("window   14d  7d"), OUT.toString());
        assertEquals(0, diff(fortnight, fortnight));

        assertEquals(
                0, command("replay", "--like", fortnight + "/manifest.json", "--name", "window-14d", "--out", week));
        assertEquals(0, diff(fortnight, week), OUT.toString());
        assertEquals(
                Files.readString(Path.of(fortnight, "manifest.json")),
                Files.readString(Path.of(week, "manifest.json")));
    }

    private static int diff(String a, String b) {
        OUT.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(OUT, true));
        line.setErr(new PrintWriter(ERR, true));
        return line.execute("diff", a, b);
    }

    @Test
    void aDryRunSaysWhatThereIsAndDoesNothing() throws Exception {
        Path out = folder.resolve("dry");
        assertEquals(0, command("replay", "--dry-run", "--sample", "10%", "--out", out.toString()), ERR.toString());
        assertTrue(OUT.toString().contains("order-events"), OUT.toString());
        assertTrue(OUT.toString().contains("leak-verdicts"), OUT.toString());
        assertTrue(OUT.toString().contains("10% of the buyers"), OUT.toString());
        assertFalse(Files.exists(out));
    }

    @Test
    void withAnEndTheLastEpochIsClosedToo() throws Exception {
        Path out = folder.resolve("until");
        assertEquals(0, command("replay", "--to", "9999-01-01T00:00:00Z", "--out", out.toString()), ERR.toString());
        JsonNode span = ReplayPlan.read(out.resolve("manifest.json")).path("eventTime");
        long last = Instant.parse(span.path("to").asText()).toEpochMilli();
        long epoch = 6 * EventTime.HOUR;
        String end =
                Instant.ofEpochMilli((Math.floorDiv(last, epoch) + 1) * epoch).toString();
        assertTrue(Files.readString(out.resolve("suspects.csv")).contains(end), end);
        assertFalse(Files.readString(said.resolve("suspects.csv")).contains(end), end);
    }

    @Test
    void aClusterWithoutTheTopicsIsNamed() {
        assertEquals(
                1,
                command(
                        "replay",
                        "--set",
                        "topic.prefix=none.",
                        "--out",
                        folder.resolve("none").toString()));
        assertTrue(ERR.toString().contains("there is no topic 'none.order-events'"), ERR.toString());
    }
}

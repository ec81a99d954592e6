package io.leaktrace.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.testing.Listeners;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topology.KeyPlacement;
import io.leaktrace.topology.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A history whose writers place keys by other rules, read from its beginning by the pipeline and by a replay: both find
 * what they find if Java's producer has written it.
 */
class KeyPlacementRunTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Column of {@code suspects.csv}. */
    private static final int ATTRIBUTED = 8;

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private static Path folder;

    private static EmbeddedPlatform platform;
    private static Path expected;
    private static long lastEpoch;

    private record Timed(boolean order, byte[] key, byte[] value, long time) {}

    private static final List<Timed> RECORDS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        platform = EmbeddedPlatform.startFresh(folder.resolve("platform"));
        MarketOverrides small = new MarketOverrides(400, 28, 8_000, 150, 30, null, null, null);
        var market = Scenario.LEAKING_HUB.market(5, small, CallHabits.assumed());
        Settings settings = settings("java");
        Topics topics = settings.topics();
        Serializer<OrderEvent> orderEvents = settings.wire().orderEvents();
        Serializer<ScamContact> scamContacts = settings.wire().scamContacts();
        market.orderEvents(event -> RECORDS.add(new Timed(
                true,
                event.buyerId().getBytes(StandardCharsets.UTF_8),
                orderEvents.serialize(topics.orderEvents(), event),
                event.occurredAt().toEpochMilli())));
        market.scamContacts(contact -> RECORDS.add(new Timed(
                false,
                contact.buyerId().getBytes(StandardCharsets.UTF_8),
                scamContacts.serialize(topics.scamContacts(), contact),
                contact.reportedAt().toEpochMilli())));
        RECORDS.sort((one, other) -> Long.compare(one.time, other.time));
        lastEpoch = (Math.floorDiv(RECORDS.get(RECORDS.size() - 1).time, 6 * EventTime.HOUR) + 1) * 6 * EventTime.HOUR;

        SimulatedFiles.write(market, folder);
        InputFiles files = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                settings.timeLimit(Instant.now()));
        expected = folder.resolve("expected");
        replay(settings, FileHistory.read(files, Listeners.PRINTING), expected);
        boolean attributed = Files.readAllLines(expected.resolve("suspects.csv")).stream()
                .skip(1)
                .anyMatch(row -> Double.parseDouble(row.split(",")[ATTRIBUTED]) > 1);
        assertTrue(attributed, "contacts meet orders");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static Settings settings(String name) {
        Map<String, String> settings = new TreeMap<>(platform.settings());
        settings.put("application.id", name);
        settings.put("topic.prefix", name + ".");
        settings.put("state.dir", folder.resolve("state").toString());
        settings.put("commit.interval", "100ms");
        settings.put("findings.days", "0");
        settings.put("http.port", "0");
        return Settings.of(settings);
    }

    private static void replay(Settings settings, History history, Path out) throws Exception {
        // As the pipeline below, it closes the epoch in which the input ends.
        Selection all = new Selection(null, Instant.parse("9999-01-01T00:00:00Z"), 1);
        new Replay(
                        new ReplayPlan("test", settings, all, NOW),
                        history,
                        out,
                        EnumSet.noneOf(RunFormat.class),
                        Duration.ofMinutes(1),
                        Listeners.PRINTING)
                .run();
    }

    private static int partition(String rule, byte[] key, int partitions, int number) {
        return switch (rule) {
            case "crc32" -> KeyPlacement.CRC32.partition(key, partitions);
            case "murmur2" -> KeyPlacement.MURMUR2.partition(key, partitions);
            default -> number % partitions;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "python-orders, crc32, 4, murmur2, 3, false, true",
        "anyhow, round robin, 3, crc32, 3, true, true",
    })
    void suspectsAreThoseOfJavasPlacement(
            String name,
            String ordersRule,
            int orderPartitions,
            String contactsRule,
            int contactPartitions,
            boolean movesOrders,
            boolean movesContacts)
            throws Exception {
        Settings settings = settings(name);
        createTopics(settings, orderPartitions, contactPartitions);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            int number = 0;
            for (Timed record : RECORDS) {
                String topic = record.order
                        ? settings.topics().orderEvents()
                        : settings.topics().scamContacts();
                int partitions = record.order ? orderPartitions : contactPartitions;
                int partition = partition(record.order ? ordersRule : contactsRule, record.key, partitions, number++);
                producer.send(new ProducerRecord<>(topic, partition, record.time, record.key, record.value));
            }
        }
        sendLargest(settings);
        PlacementSample sample = PlacementSample.of(settings);
        assertEquals(
                movesOrders,
                sample.placement().movesOrders(),
                sample.described().toString());
        assertEquals(
                movesContacts,
                sample.placement().movesContacts(),
                sample.described().toString());

        Path replayed = folder.resolve(name + "-replay");
        replay(settings, TopicHistory.of(settings, "test"), replayed);
        assertSame(replayed);
        History history = TopicHistory.of(settings, "test");
        History again = history.as(ReplayPlan.read(replayed.resolve("manifest.json")));
        assertTrue(history.described().containsKey("repartitioned"), "the manifest says what was repartitioned");
        assertEquals(history.described(), again.described());

        run(settings, sample);
        Path found = Files.createDirectories(folder.resolve(name + "-run"));
        write(settings, found);
        assertSame(found);

        // What is repartitioned is known again at the next start, and is no state that would be lost.
        assertEquals(sample.placement(), PlacementSample.of(settings).placement());
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.claimState(Pipeline.topology(settings, sample.placement()), orderPartitions, false);
        }
    }

    /** A contact that cannot be read and is as large as its topic allows: with the header that moves it, it is larger. */
    private static void sendLargest(Settings settings) throws Exception {
        byte[] noise = new byte[1_048_588 - 100];
        new Random(7).nextBytes(noise);
        Map<String, Object> config = new HashMap<>(settings.kafka());
        config.put("max.request.size", 2 * noise.length);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(settings.topics().scamContacts(), new byte[] {'b'}, noise))
                    .get();
        }
    }

    private static void createTopics(Settings settings, int orders, int contacts) throws Exception {
        Map<String, String> forever = Map.of("retention.ms", "-1");
        try (TopicAdmin topics = new TopicAdmin(settings);
                Admin admin = Admin.create(settings.kafka())) {
            admin.createTopics(List.of(
                            new NewTopic(settings.topics().orderEvents(), orders, (short) 1).configs(forever),
                            new NewTopic(settings.topics().scamContacts(), contacts, (short) 1).configs(forever)))
                    .all()
                    .get();
            topics.registerSchemas();
            TopicAdmin.requireSound(topics.createMissing(forever));
        }
    }

    private static void run(Settings settings, PlacementSample sample) throws Exception {
        long start = System.nanoTime();
        boolean[] closed = {false};
        try (Pipeline pipeline = new Pipeline(settings, sample.placement(), true);
                TopicReader epochs = new TopicReader(settings, settings.topics().leakEpochs())) {
            pipeline.start();
            while (!closed[0]) {
                pipeline.awaitEnd(Duration.ofMillis(1));
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "it does not end");
                epochs.poll(record -> closed[0] |= ((Epoch) record).end().toEpochMilli() >= lastEpoch);
            }
            assertEquals(Map.of(), pipeline.misplacedKeys());
        }
    }

    private static void write(Settings settings, Path found) throws IOException {
        TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
        List<Alert> alerts = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakSuspects())) {
            reader.readToEnd(record -> suspects.put(((Suspect) record).custodian(), (Suspect) record));
        }
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakAlerts())) {
            reader.readToEnd(record -> alerts.add((Alert) record));
        }
        RunFiles.writeSuspects(found.resolve("suspects.csv"), suspects.values());
        RunFiles.writeAlerts(found.resolve("alerts.csv"), alerts);
    }

    private static void assertSame(Path found) throws IOException {
        for (String file : List.of("suspects.csv", "alerts.csv")) {
            assertEquals(
                    Files.readString(expected.resolve(file)),
                    Files.readString(found.resolve(file)),
                    found.getFileName() + " " + file);
        }
    }
}

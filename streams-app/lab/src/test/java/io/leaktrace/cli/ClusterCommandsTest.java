package io.leaktrace.cli;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Verdict;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.files.JsonLines;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topics.TopicWriter;
import io.leaktrace.topology.DeadLetterFormat;
import io.leaktrace.topology.Erasures;
import io.leaktrace.topology.KeyPlacement;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands that need a cluster. */
class ClusterCommandsTest {

    @TempDir
    private static Path folder;

    private static EmbeddedPlatform platform;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        platform = EmbeddedPlatform.startFresh(folder.resolve("platform"));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private int run(String name, String... arguments) {
        out.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(arguments));
        settings(name).forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(all.toArray(String[]::new));
    }

    private static Map<String, String> settings(String name) {
        Map<String, String> settings = new TreeMap<>(platform.settings());
        settings.put("topic.prefix", name + ".");
        settings.put("application.id", name);
        settings.put("state.dir", folder.resolve(name).toString());
        settings.put("commit.interval", "100ms");
        return settings;
    }

    private static Settings withTopics(String name) {
        Settings settings = Settings.of(settings(name));
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            admin.createMissing(Map.of("retention.ms", "-1"));
        }
        return settings;
    }

    @Test
    void stateOfRelease010IsNotLostSilently() throws Exception {
        try (Admin admin = Admin.create(Settings.of(settings("orphan")).kafka())) {
            admin.createTopics(List.of(new NewTopic("orphan-buyers-changelog", 1, (short) 1)))
                    .all()
                    .get();
        }
        assertEquals(1, run("orphan", "run"));
        assertTrue(err.toString().contains("orphan-buyers-changelog"), err.toString());
        assertTrue(err.toString().contains("--abandon-state"), err.toString());
        assertTrue(err.toString().contains("docs/operations.md"), err.toString());

        assertEquals(0, run("orphan", "topics"));
        assertTrue(out.toString().contains("orphan-state-settings"), out.toString());
        assertTrue(
                out.toString()
                        .contains("--application-id orphan --input-topics orphan.order-events,orphan.scam-contacts,"
                                + "orphan.leak-verdicts --internal-topics orphan-buyers-changelog"),
                out.toString());
    }

    @Test
    void stateForAnotherNumberOfPartitionsIsTold() throws Exception {
        try (Admin admin = Admin.create(Settings.of(settings("wider")).kafka())) {
            admin.createTopics(List.of(new NewTopic("wider-buyer-log-3-changelog", 3, (short) 1)))
                    .all()
                    .get();
        }
        assertEquals(1, run("wider", "run"));
        assertTrue(err.toString().contains("wider-buyer-log-3-changelog is for 3"), err.toString());
    }

    @Test
    void deadLettersAreListedShownAndSentAgain() throws Exception {
        Settings settings = withTopics("dead");
        String topic = settings.topics().orderEvents();
        OrderEvent event = anOrder("o1").by("li").from(seller("s-1")).at(day(1));
        byte[] value = settings.wire().orderEvents().serialize(topic, event);
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer());
                Pipeline pipeline = new Pipeline(settings, 4, false)) {
            producer.send(new ProducerRecord<>(topic, "li".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3}))
                    .get();
            producer.send(new ProducerRecord<>(topic, null, value)).get();
            pipeline.start();
            await("two dead letters")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> letters() >= 2);
        }
        assertTrue(out.toString().contains("the record has no key"), out.toString());
        assertTrue(out.toString().contains("wire format"), out.toString());

        assertEquals(0, run("dead", "dead-letters", "--reason", "no key", "--export", topic));
        assertTrue(out.toString().contains("\"eventId\""), out.toString());

        assertEquals(0, run("dead", "dead-letters", "--show", placeOf("wire format")));
        assertTrue(out.toString().contains("010203"), out.toString());
        assertTrue(out.toString().contains("rejected"), out.toString());

        assertEquals(0, run("dead", "dead-letters", "--resubmit"));
        assertTrue(out.toString().contains("Sent 0 again; 2 would be rejected again."), out.toString());
        assertEquals(2, run("dead", "dead-letters", "--show", "0:999"));
    }

    private static Headers letterOf(String topic, long offset) {
        Headers headers = new RecordHeaders();
        headers.add("trace", bytes("t-" + offset));
        headers.add(DeadLetterFormat.REASON, bytes("odd \u001B[2J reason"));
        headers.add(DeadLetterFormat.TOPIC, bytes(topic));
        headers.add(DeadLetterFormat.PARTITION, bytes("3"));
        headers.add(DeadLetterFormat.OFFSET, bytes(Long.toString(offset)));
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aCutDeadLetterIsNamedAndNotSentAgain() throws Exception {
        Settings settings = withTopics("cut");
        String topic = settings.topics().orderEvents();
        OrderEvent event = anOrder("o1").by("li").from(seller("s-1")).at(day(1));
        byte[] value = settings.wire().orderEvents().serialize(topic, event);
        // Its value is whole, so that nothing but the header keeps it back.
        Headers cut = letterOf(topic, 17).add(DeadLetterFormat.TRUNCATED, bytes("1500000"));
        String letters = settings.topics().deadLetters();
        TopicWriter.send(
                settings,
                List.of(
                        new ProducerRecord<>(letters, 0, bytes("li"), value, cut),
                        new ProducerRecord<>(letters, 0, bytes("li"), value, letterOf(topic, 18))));

        assertEquals(0, run("cut", "dead-letters"));
        assertTrue(out.toString().contains("odd \\u001B[2J reason"), out.toString());
        assertEquals(0, run("cut", "dead-letters", "--show", "0:0"));
        assertTrue(out.toString().contains("record:  cannot be read"), out.toString());
        assertTrue(out.toString().contains("cut from 1500000 bytes"), out.toString());

        assertEquals(0, run("cut", "dead-letters", "--resubmit"));
        assertTrue(out.toString().contains("Sent 1 again; 1 would be rejected again."), out.toString());
        assertTrue(
                err.toString()
                        .contains(
                                "Not sent: dead letter 0:0, its value was cut from 1500000 bytes; the whole record is at "
                                        + topic + " 3:17"),
                err.toString());
        List<String> sent = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, topic)) {
            reader.readRecordsToEnd(record -> record.headers()
                    .forEach(header ->
                            sent.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))));
        }
        assertEquals(List.of("trace=t-18"), sent);
    }

    @Test
    void loadSendsAllThatIsGoodUnderTheTimeOfSending() throws Exception {
        Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<OrderEvent> orders = new ArrayList<>();
        for (int order = 0; order < 40; order++) {
            Instant old = start.minus(Duration.ofDays(60 + (order * 17) % 40));
            orders.add(
                    anOrder("o" + order).by("b" + order % 8).from(seller("s")).at(old));
        }
        // Brokers refuse timestamps of more than an hour ahead, which the default of the topic is here too.
        OrderEvent hoursAhead = anOrder("hours").by("b1").from(seller("s")).at(start.plus(Duration.ofHours(5)));
        OrderEvent daysAhead = anOrder("days").by("b1").from(seller("s")).at(start.plus(Duration.ofDays(2)));
        List<String> lines = new ArrayList<>(List.of(JsonLines.line(hoursAhead), JsonLines.line(daysAhead), "no json"));
        orders.forEach(order -> lines.add(JsonLines.line(order)));
        Path file = Files.write(folder.resolve("some ahead.jsonl"), lines);
        ScamContact contact = aContact("c").with("b1").at(start.minus(Duration.ofDays(59)));
        Files.writeString(folder.resolve("contacts.jsonl"), JsonLines.line(contact));
        Path mapping = Files.writeString(folder.resolve("contacts.sql"), "SELECT * FROM 'contacts.jsonl';");

        assertEquals(
                0,
                run("load", "load", "--orders", file.toString(), "--input", mapping.toString()),
                () -> err.toString());
        assertTrue(err.toString().contains("line 2 of some ahead.jsonl: occurredAt"), err.toString());
        assertTrue(err.toString().contains("line 3 of some ahead.jsonl: not "), err.toString());
        assertTrue(
                err.toString()
                        .matches("(?s).*Sent 4[01] records to load.order-events and 1 to load.scam-contacts in .*; [23]"
                                + " lines were left out\\..*"),
                err.toString());

        Settings settings = Settings.of(settings("load"));
        Map<Integer, List<Instant>> found = new TreeMap<>();
        List<String> ids = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().orderEvents())) {
            reader.readRecordsToEnd(record -> {
                OrderEvent event = (OrderEvent) settings.wire().records().deserialize(record.topic(), record.value());
                ids.add(event.orderId());
                found.computeIfAbsent(record.partition(), none -> new ArrayList<>())
                        .add(event.occurredAt());
                assertTrue(
                        record.timestamp() >= start.toEpochMilli() && record.timestamp() <= System.currentTimeMillis(),
                        "retention counts from the load, not from " + record.timestamp());
            });
        }
        assertTrue(ids.containsAll(orders.stream().map(OrderEvent::orderId).toList()), ids.toString());
        assertFalse(ids.contains("days"), ids.toString());
        found.values().forEach(times -> assertEquals(times.stream().sorted().toList(), times));
    }

    @Test
    void loadNamesWhatIsTooLargeForATopicAndSendsTheRest() throws Exception {
        Settings settings = withTopics("small");
        try (Admin admin = Admin.create(settings.kafka())) {
            ConfigResource topic = new ConfigResource(
                    ConfigResource.Type.TOPIC, settings.topics().orderEvents());
            AlterConfigOp smaller =
                    new AlterConfigOp(new ConfigEntry("max.message.bytes", "2000"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(smaller))).all().get();
        }
        Random random = new Random(1);
        Custodian[] many = new Custodian[100];
        for (int i = 0; i < many.length; i++) {
            many[i] = seller(Long.toString(random.nextLong(), 36) + Long.toString(random.nextLong(), 36));
        }
        List<String> lines = List.of(
                JsonLines.line(anOrder("o1").from(seller("s")).at(day(1))),
                JsonLines.line(anOrder("o2").from(many).at(day(2))),
                JsonLines.line(anOrder("o3").from(seller("s")).at(day(3))));
        Path file = Files.write(folder.resolve("large.jsonl"), lines);
        assertEquals(1, run("small", "load", "--orders", file.toString()));
        assertTrue(err.toString().contains("Sent 2 records to small.order-events"), err.toString());
        assertTrue(err.toString().contains("1 records were larger than their topic accepts"), err.toString());
    }

    @Test
    void loadLooksForItsFilesBeforeItDoesAnything() {
        String missing = folder.resolve("missing.jsonl").toString();
        assertEquals(1, run("untouched", "load", "--orders", missing));
        assertTrue(err.toString().contains("--orders: " + missing + " does not exist"), err.toString());
    }

    @Test
    void eraseSendsATombstoneForEachBuyerToEveryPartition() throws Exception {
        Settings settings = withTopics("erase");
        assertEquals(2, run("erase", "erase", "zhou", "--before", "2999-01-01T00:00:00Z"), "it would be a dead letter");
        assertEquals(0, run("erase", "erase", "zhou", "li", "--before", "2024-03-01T00:00:00Z"));

        List<String> erased = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().orderEvents())) {
            reader.readRecordsToEnd(record -> {
                assertNull(record.value());
                erased.add(record.partition() + " " + new String(record.key(), StandardCharsets.UTF_8) + " before "
                        + new String(
                                record.headers().lastHeader(Erasures.BEFORE).value(), StandardCharsets.UTF_8));
            });
        }
        erased.sort(null);
        List<String> expected = new ArrayList<>();
        for (int partition = 0; partition < 4; partition++) {
            expected.add(partition + " li before 2024-03-01T00:00:00Z");
            expected.add(partition + " zhou before 2024-03-01T00:00:00Z");
        }
        assertEquals(expected, erased);
    }

    @Test
    void anErasureThatThePipelineWouldRefuseIsNotSent() throws Exception {
        Settings settings = withTopics("forget");
        assertEquals(2, run("forget", "erase", "zhou", "--before", "2999-01-01T00:00:00Z"));
        assertEquals(2, run("forget", "erase", "zhou", ""));
        assertEquals(2, run("forget", "erase", "zhou", "--before", "1999-01-01T00:00:00Z"));
        assertFalse(err.toString().contains("zhou"), err.toString());
        try (TopicReader reader = new TopicReader(settings, settings.topics().orderEvents())) {
            reader.readRecordsToEnd(record -> fail("sent: " + record));
        }
    }

    /** Not an empty table, nor a topic that is made by looking at it. */
    @Test
    void aStateFolderThatCannotBeUsedIsNamed() throws Exception {
        withTopics("blocked");
        Path state = Files.writeString(folder.resolve("blocked"), "no folder");
        assertEquals(1, run("blocked", "run", "--set", "http.port=0"));
        assertTrue(err.toString().contains("state.dir of its own"), err.toString());
        assertTrue(err.toString().contains(state.toString()), err.toString());
        assertFalse(err.toString().contains("Unexpected"), err.toString());
    }

    @Test
    void aTopicThatIsMissingIsNamed() {
        for (String[] command : new String[][] {
            {"suspects"},
            {"explain", "SELLER:s"},
            {"dead-letters"},
            {"verdict", "SELLER:s", "confirmed", "--by", "mei"},
            {"erase", "li"}
        }) {
            err.getBuffer().setLength(0);
            assertEquals(1, run("typo", command), out.toString());
            assertTrue(err.toString().contains("there is no topic typo."), err.toString());
        }
    }

    @Test
    void aSuspectThatCannotBeReadIsCountedAndTheOthersAreShown() throws Exception {
        Settings settings = withTopics("junk");
        String topic = settings.topics().leakSuspects();
        byte[] key = "SELLER:s".getBytes(StandardCharsets.UTF_8);
        Serializer<OrderEvent> serializer = settings.wire().orderEvents();
        OrderEvent event = anOrder("o").from(seller("s")).at(day(1));
        TopicWriter.send(
                settings,
                List.of(
                        new ProducerRecord<>(topic, key, new byte[] {1, 2, 3}),
                        new ProducerRecord<>(topic, key, new byte[0]),
                        new ProducerRecord<>(
                                topic,
                                key,
                                serializer.serialize(settings.topics().orderEvents(), event))));
        assertEquals(0, run("junk", "suspects"), err.toString());
        assertTrue(err.toString().contains("2 records of junk.leak-suspects cannot be read"), err.toString());
    }

    /** Others may write to dead-letters too: nobody writes to a topic of their choice by our hand. */
    @Test
    void aDeadLetterOfNoInputTopicIsNotSentAgain() throws Exception {
        Settings settings = withTopics("stray");
        OrderEvent event = anOrder("o").from(seller("s")).at(day(1));
        LeakVerdict verdict =
                new LeakVerdict(Custodian.parse("SELLER:s"), Verdict.CONFIRMED, "mei", event.occurredAt(), null, null);
        String verdicts = settings.topics().leakVerdicts();
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                settings.topics().deadLetters(),
                "SELLER:s".getBytes(StandardCharsets.UTF_8),
                settings.wire().leakVerdicts().serialize(verdicts, verdict));
        letter.headers()
                .add(DeadLetterFormat.TOPIC, settings.topics().leakEvidence().getBytes(StandardCharsets.UTF_8));
        TopicWriter.send(settings, List.of(letter));
        assertEquals(0, run("stray", "dead-letters", "--resubmit"), err.toString());
        assertTrue(out.toString().contains("Sent 0 again; 1 would be rejected again."), out.toString());

        // From a partition that the topic no longer has.
        ProducerRecord<byte[], byte[]> moved = new ProducerRecord<>(letter.topic(), letter.key(), letter.value());
        moved.headers().add(DeadLetterFormat.TOPIC, verdicts.getBytes(StandardCharsets.UTF_8));
        moved.headers().add(DeadLetterFormat.PARTITION, "99".getBytes(StandardCharsets.UTF_8));
        TopicWriter.send(settings, List.of(moved));
        assertEquals(0, run("stray", "dead-letters", "--resubmit"), err.toString());
        assertTrue(out.toString().contains("Sent 1 again; 1 would be rejected again."), out.toString());
    }

    /** Orders of a Python writer and contacts of a Java one, before and after {@code load} has added to them. */
    @Test
    void topicsSaysHowKeysArePlacedAndLoadFollows() throws Exception {
        Settings settings = withTopics("placed");
        String topic = settings.topics().orderEvents();
        Serializer<OrderEvent> serializer = settings.wire().orderEvents();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            OrderEvent event =
                    anOrder("o" + i).by("buyer-" + i).from(seller("s-1")).at(day(1));
            byte[] key = event.buyerId().getBytes(StandardCharsets.UTF_8);
            if (i < 30) {
                int partition = KeyPlacement.CRC32.partition(key, 4);
                records.add(new ProducerRecord<>(topic, partition, key, serializer.serialize(topic, event)));
            } else {
                lines.add(JsonLines.line(event));
            }
        }
        TopicWriter.send(settings, records);
        assertEquals(0, run("placed", "topics"), out.toString());
        assertTrue(out.toString().contains("placed.order-events: 30 keys looked at, placed by crc32"), out.toString());
        assertTrue(out.toString().contains("placed.scam-contacts: no keys to look at yet"), out.toString());

        Path file = Files.write(folder.resolve("placed.jsonl"), lines);
        assertEquals(0, run("placed", "load", "--orders", file.toString()), err.toString());
        assertEquals(0, run("placed", "topics"), out.toString());
        assertTrue(out.toString().contains("placed.order-events: 60 keys looked at, placed by crc32"), out.toString());
    }

    @Test
    void aVerdictIsSentUnderItsCustodian() throws Exception {
        Settings settings = withTopics("verdict");
        assertEquals(
                0,
                run(
                        "verdict",
                        "verdict",
                        "SELLER:s-17",
                        "dismissed",
                        "--by",
                        "mei",
                        "--expires",
                        "2099-01-01T00:00:00Z"));
        assertEquals(2, run("verdict", "verdict", "s-17", "confirmed", "--by", "mei"));
        assertEquals(2, run("verdict", "verdict", "SELLER:s-17", "confirmed", "--by", " "));
        assertEquals(
                2, run("verdict", "verdict", "SELLER:s-17", "confirmed", "--by", "mei", "--note", "n".repeat(2_001)));
        assertEquals(
                2,
                run(
                        "verdict",
                        "verdict",
                        "SELLER:s-17",
                        "confirmed",
                        "--by",
                        "mei",
                        "--expires",
                        "2099-01-01T00:00:00Z"));
        assertEquals(
                2,
                run(
                        "verdict",
                        "verdict",
                        "SELLER:s-17",
                        "dismissed",
                        "--by",
                        "mei",
                        "--expires",
                        "2001-01-01T00:00:00Z"));

        List<LeakVerdict> sent = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakVerdicts())) {
            reader.readToEnd(record -> sent.add((LeakVerdict) record));
        }
        assertEquals(1, sent.size());
        assertEquals(seller("s-17"), sent.get(0).custodian());
        assertEquals(Verdict.DISMISSED, sent.get(0).verdict());
        assertEquals(Instant.parse("2099-01-01T00:00:00Z"), sent.get(0).expiresAt());
    }

    private long letters() {
        assertEquals(0, run("dead", "dead-letters"));
        return out.toString()
                .lines()
                .filter(line -> line.contains("order-events"))
                .count();
    }

    /** Where the first letter of a reason is, from the list. */
    private String placeOf(String reason) {
        run("dead", "dead-letters");
        String line = out.toString()
                .lines()
                .filter(text -> text.contains(reason))
                .findFirst()
                .orElseThrow();
        return line.replaceAll(".*?(\\d+:\\d+).*", "$1");
    }
}

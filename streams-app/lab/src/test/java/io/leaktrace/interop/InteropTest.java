package io.leaktrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Audit;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.security.Certificates;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.sources.Sources;
import io.leaktrace.testing.Listeners;
import io.leaktrace.testing.OddRegistry;
import io.leaktrace.testing.OwnProcess;
import io.leaktrace.testing.RegistryProxy;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topics.TopicWriter;
import io.leaktrace.topology.DeadLetterFormat;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.InputReader;
import io.leaktrace.topology.KeyPlacement;
import io.leaktrace.topology.KeyedInput;
import io.leaktrace.topology.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients and tools that nobody here wrote read our topics and write to them. Where one is not installed its test is
 * skipped, saying so; with the environment variable {@code CI} set it fails.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InteropTest {

    private static final Path FOLDER = Path.of("src/test/interop").toAbsolutePath();
    private static final String PYTHON = "/usr/bin/python3";
    private static final String APPLICATION = "interop";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static EmbeddedPlatform platform;
    private static Settings settings;
    private static Topics topics;
    private static EmbeddedRun run;

    @BeforeAll
    static void runThePipeline() throws Exception {
        platform = EmbeddedPlatform.startFresh(folder.resolve("platform"));
        MarketOverrides small = new MarketOverrides(250, 34, 5_000, 100, 30, null, null, 0.08);
        SimulatedFiles.write(Scenario.LEAKING_HUB.market(5, small, CallHabits.assumed()), folder);
        Settings own = Settings.of(Map.of(
                "application.id",
                APPLICATION,
                "kafka.session.timeout.ms",
                "6000",
                "kafka.heartbeat.interval.ms",
                "1000"));
        settings = EmbeddedRun.onPlatform(own, platform, folder);
        topics = settings.topics();
        InputFiles files = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                settings.timeLimit(Instant.now()));
        run = new EmbeddedRun(settings, files, folder, Listeners.NO_BAD_LINES);
        run.runOn(settings, pipeline -> {});
        try (TopicWriter writer = new TopicWriter(settings, Duration.ofMinutes(1))) {
            writer.write(new Audit("mei", Instant.parse("2020-01-01T00:00:00Z"), "c-1", "why"));
        }
        // What else the market does not have: a verdict, and a dead letter as the pipeline writes it.
        Custodian custodian = Custodian.parse("SELLER:s-1");
        LeakVerdict verdict = new LeakVerdict(
                custodian, Verdict.DISMISSED, "mei", Instant.parse("2020-01-01T00:00:00Z"), "why", null);
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topics.deadLetters(), bytes("somebody"), new byte[] {1, 2, 3});
        letter.headers().add(DeadLetterFormat.REASON, bytes("not in Confluent's wire format"));
        TopicWriter.send(
                settings,
                List.of(
                        new ProducerRecord<>(
                                topics.leakVerdicts(),
                                bytes(verdict.custodian().toString()),
                                settings.wire().leakVerdicts().serialize(topics.leakVerdicts(), verdict)),
                        letter));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a command printed on stdout; the test fails if it ends with another code than 0. */
    private static List<String> run(Path directory, List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + command);
        }
        assertEquals(0, process.exitValue(), () -> command + "\n" + text(err) + text(out));
        return Files.readAllLines(out);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void need(String what, String... command) throws Exception {
        boolean there;
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            there = process.waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        if (!there) {
            assertFalse(System.getenv().containsKey("CI"), what + " is missing");
            System.out.println("InteropTest: skipped, as " + what + " is missing");
            Assumptions.abort(what + " is missing");
        }
    }

    /** Installs what the lock file names, unless it is there. */
    private static void needNode() throws Exception {
        need("npm", "npm", "--version");
        need("node", "node", "--version");
        Path installed = FOLDER.resolve("node_modules/.package-lock.json");
        Path wanted = FOLDER.resolve("package-lock.json");
        if (!Files.exists(installed)
                || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
            run(FOLDER, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"));
        }
    }

    private static List<String> node(String client) {
        return new ArrayList<>(List.of("node", "clients.js", client, broker(), registry()));
    }

    private static List<String> python() {
        return new ArrayList<>(List.of(PYTHON, "clients.py", broker(), registry()));
    }

    private static String broker() {
        return platform.settings().get("bootstrap.servers");
    }

    private static String registry() {
        return platform.settings().get("schema.registry.url");
    }

    /** Has a client read every topic, and compares what it found with what there is. */
    private static void assertReadsAll(List<String> command, Function<JsonNode, Instant> time) throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        List<Suspect> suspects = new ArrayList<>();
        List<Alert> alerts = new ArrayList<>();
        Epoch[] last = {null};
        Set<String> compacted = new TreeSet<>();
        for (Topics.Topic topic : topics.all()) {
            Set<String> keys = new TreeSet<>();
            int[] count = {0};
            try (TopicReader reader = new TopicReader(settings, topic.name())) {
                reader.readRecordsToEnd(record -> {
                    keys.add(new String(record.key(), StandardCharsets.UTF_8));
                    count[0]++;
                });
            }
            // Compacted meanwhile, a topic may have fewer: one of each key is left for certain.
            boolean mayShrink = topic.cleanup() == Topics.Cleanup.COMPACT;
            counts.put(topic.name(), mayShrink ? keys.size() : count[0]);
            if (mayShrink) {
                compacted.add(topic.name());
            }
        }
        read(topics.leakSuspects(), record -> suspects.add((Suspect) record));
        read(topics.leakAlerts(), record -> alerts.add((Alert) record));
        read(topics.leakEpochs(), record -> last[0] = (Epoch) record);

        command.add("read");
        counts.forEach((topic, count) -> command.add(topic + "=" + count));
        Map<String, JsonNode> found = new TreeMap<>();
        for (String line : run(FOLDER, command)) {
            JsonNode topic = JSON.readTree(line);
            found.put(topic.path("topic").asText(), topic);
        }
        assertEquals(new TreeSet<>(counts.keySet()), new TreeSet<>(found.keySet()));
        counts.forEach((topic, count) -> {
            int read = found.get(topic).path("count").asInt();
            assertTrue(compacted.contains(topic) ? read >= count : read == count, topic + " " + read);
        });

        JsonNode suspect = found.get(topics.leakSuspects()).path("last");
        Instant asOf = time.apply(suspect.path("value").path("asOf"));
        String custodian = suspect.path("key").asText();
        Suspect same = suspects.stream()
                .filter(one -> one.custodian().toString().equals(custodian)
                        && one.asOf().equals(asOf))
                .findFirst()
                .orElseThrow();
        assertEquals(same.evidence(), suspect.path("value").path("evidence").asDouble());
        JsonNode alert = found.get(topics.leakAlerts()).path("last").path("value");
        Alert latest = alerts.get(alerts.size() - 1);
        assertEquals(latest.alertId(), alert.path("alertId").asText());
        assertEquals(latest.change().name(), alert.path("change").asText());
        JsonNode epoch = found.get(topics.leakEpochs()).path("last").path("value");
        assertEquals(last[0].end(), time.apply(epoch.path("end")));
        assertEquals(
                "DISMISSED",
                found.get(topics.leakVerdicts()).at("/last/value/verdict").asText());
        assertTrue(found.get(topics.leakEvidence()).at("/last/value/touches").isArray());
        assertTrue(found.get(topics.orderEvents()).at("/last/value/custodians").isArray());
        assertTrue(found.get(topics.deadLetters())
                .at("/last/value/reason")
                .asText()
                .contains("wire format"));
    }

    private static void read(String topic, Consumer<Object> receiver) {
        try (TopicReader reader = new TopicReader(settings, topic)) {
            reader.readToEnd(receiver);
        }
    }

    /** Has a client write an order and a contact, and looks whether the pipeline takes them for what they are. */
    private static void assertWrites(List<String> command, String client) throws Exception {
        command.addAll(List.of("write", topics.orderEvents(), topics.scamContacts()));
        run(FOLDER, command);
        OrderEvent order = (OrderEvent) taken(topics.orderEvents(), "buyer-of-" + client);
        assertEquals("event-of-" + client, order.eventId());
        assertEquals(Instant.parse("2020-01-01T10:00:00Z"), order.occurredAt());
        assertEquals(
                List.of(Custodian.parse("SELLER:s-1"), Custodian.parse("PAYMENT_CHANNEL:p-1")), order.custodians());
        ScamContact contact = (ScamContact) taken(topics.scamContacts(), "buyer-of-" + client);
        assertEquals(Instant.parse("2020-01-02T11:00:00Z"), contact.reportedAt());
        assertEquals(Set.of(Field.PRODUCT, Field.ORDER_TIME), contact.disclosed());
        assertEquals("order-of-" + client, contact.quotedOrderId());
    }

    /** The record of this key, which the pipeline would not refuse. */
    private static Object taken(String topic, String key) {
        InputReader inputs = new InputReader(settings.wire().records(), topics, Sources.NONE);
        List<Object> found = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, topic)) {
            reader.readRecordsToEnd(record -> {
                if (record.key() != null && new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
                    KeyedInput read = inputs.read(topic, record.headers(), record.key(), record.value())
                            .orElseThrow();
                    assertEquals(
                            Optional.empty(), read.validate(settings.timeLimit(Instant.parse("2026-01-01T00:00:00Z"))));
                    found.add(read.input().record());
                }
            });
        }
        assertEquals(1, found.size(), key);
        return found.get(0);
    }

    private static Instant millis(JsonNode time) {
        return Instant.ofEpochMilli(time.asLong());
    }

    @Test
    @Order(1)
    void confluentsClientForNodeReadsEveryTopicAndWritesInput() throws Exception {
        needNode();
        assertReadsAll(node("confluentinc"), InteropTest::millis);
        assertWrites(node("confluentinc"), "confluentinc");
    }

    @Test
    @Order(2)
    void kafkajsReadsEveryTopicAndWritesInput() throws Exception {
        needNode();
        assertReadsAll(node("kafkajs"), InteropTest::millis);
        assertWrites(node("kafkajs"), "kafkajs");
    }

    @Test
    @Order(3)
    void debiansPythonClientReadsEveryTopicAndWritesInput() throws Exception {
        need(
                "python3-confluent-kafka with python3-avro and python3-requests",
                PYTHON,
                "-c",
                "import confluent_kafka.avro");
        assertReadsAll(
                python(), time -> Instant.parse(time.asText().replace(' ', 'T').replace("+00:00", "Z")));
        assertWrites(python(), "python");
    }

    /** Before the clients write records of their own. Contacts are sent by Java's producer, as they were. */
    @Test
    @Order(0)
    void ordersThatDebiansPythonClientHasSentMeetContactsThatJavaHasSent() throws Exception {
        need("python3-confluent-kafka", PYTHON, "-c", "import confluent_kafka.avro");
        Certificates authority = new Certificates(folder, "python-authority");
        SSLContext tls = OddRegistry.tls(authority.keyStore("python-registry", "-1d", 30), Certificates.PASSWORD);
        try (RegistryProxy registry = RegistryProxy.withLogin(
                settings.get(Setting.SCHEMA_REGISTRY_URL), tls, "leaktrace", "secret of the registry")) {
            placedByPython(settings.with(Map.of(
                    "application.id", "python",
                    "topic.prefix", "python.",
                    "schema.registry.url", registry.url() + "/",
                    "registry.user", "leaktrace",
                    "registry.password", "secret of the registry",
                    "registry.ssl.truststore.location", authority.pem().toString())));
        }
    }

    private static void placedByPython(Settings sent) throws Exception {
        Topics python = sent.topics();
        EmbeddedRun.createTopics(sent);
        // Python sends in the order of record time, which is the time of loading in the original.
        Settings dated = settings.with(Map.of("topic.prefix", "dated."));
        EmbeddedRun.createTopics(dated);
        String source = dated.topics().orderEvents();
        List<ProducerRecord<byte[], byte[]>> orders = byEventTime(topics.orderEvents(), source);
        TopicWriter.send(sent, orders);
        List<String> command = python();
        command.addAll(List.of("copy", source, python.orderEvents(), Integer.toString(orders.size())));
        JsonNode partitions = JSON.readTree(run(FOLDER, command).get(0));
        TopicWriter.send(sent, byEventTime(topics.scamContacts(), python.scamContacts()));

        assertTrue(partitions.size() > 100, partitions.size() + " keys");
        partitions
                .properties()
                .forEach(placed -> assertEquals(
                        KeyPlacement.CRC32.partition(bytes(placed.getKey()), 4),
                        placed.getValue().asInt(),
                        placed.getKey()));
        InputPlacement placement = PlacementSample.of(sent).placement();
        assertEquals(new InputPlacement(KeyPlacement.CRC32, 4, 4, false, true), placement);
        assertEquals(run.suspects(), suspectsOf(sent, placement));
    }

    /** The records of an input topic for another one, in the order of event time and dated by it. */
    private static List<ProducerRecord<byte[], byte[]>> byEventTime(String from, String to) {
        Deserializer<Object> values = settings.wire().records();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, from)) {
            reader.readRecordsToEnd(record -> {
                Object value = values.deserialize(from, record.headers(), record.value());
                Instant time =
                        value instanceof OrderEvent event ? event.occurredAt() : ((ScamContact) value).reportedAt();
                records.add(new ProducerRecord<>(to, null, time.toEpochMilli(), record.key(), record.value()));
            });
        }
        records.sort(Comparator.comparingLong(ProducerRecord::timestamp));
        return records;
    }

    /** What the pipeline finds until it has closed the epoch that it closed last with Java's input. */
    private static List<Suspect> suspectsOf(Settings sent, InputPlacement placement) throws Exception {
        Epoch[] last = {null};
        read(topics.leakEpochs(), record -> last[0] = (Epoch) record);
        boolean[] closed = {false};
        try (Pipeline pipeline = new Pipeline(sent, placement, true);
                TopicReader epochs = new TopicReader(sent, sent.topics().leakEpochs())) {
            pipeline.start();
            long start = System.nanoTime();
            while (!closed[0]) {
                assertTrue(System.nanoTime() - start < Duration.ofMinutes(1).toNanos(), "it does not end");
                pipeline.awaitEnd(Duration.ofMillis(1));
                epochs.poll(record -> closed[0] |= !((Epoch) record).end().isBefore(last[0].end()));
            }
        }
        Map<Custodian, Suspect> suspects = new TreeMap<>();
        try (TopicReader reader = new TopicReader(sent, sent.topics().leakSuspects())) {
            reader.readToEnd(record -> suspects.put(((Suspect) record).custodian(), (Suspect) record));
        }
        return suspects.values().stream().sorted(Suspect.RANKING).toList();
    }

    private static List<String> tool(String main, String... arguments) throws Exception {
        Path log = Files.createTempFile(folder, "tool", ".txt");
        OwnProcess process = OwnProcess.java(List.of(), "256m", log, main, arguments);
        assertTrue(process.awaitEnd(Duration.ofMinutes(2)), main + " does not end");
        assertEquals(0, process.exitValue(), () -> main + "\n" + text(log));
        return List.of(new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).split("\n"));
    }

    @Test
    @Order(4)
    void theConsoleConsumerReadsOurTopics() throws Exception {
        List<String> printed = tool(
                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                "--bootstrap-server",
                broker(),
                "--topic",
                topics.leakAlerts(),
                "--from-beginning",
                "--max-messages",
                "1",
                "--timeout-ms",
                "20000",
                "--formatter-property",
                "print.key=true",
                "--formatter-property",
                "print.timestamp=true");
        List<Alert> alerts = new ArrayList<>();
        read(topics.leakAlerts(), record -> alerts.add((Alert) record));
        // Retention counts from the time of writing.
        Pattern first = Pattern.compile(
                "LogAppendTime:\\d+\t" + Pattern.quote(alerts.get(0).custodian().toString()));
        assertTrue(printed.stream().anyMatch(line -> first.matcher(line).lookingAt()), first + " in " + printed);
    }

    @Test
    @Order(5)
    void theResetToolMakesTheApplicationBeginAnew() throws Exception {
        String[] input = {topics.orderEvents(), topics.scamContacts(), topics.leakVerdicts()};
        tool(
                "org.apache.kafka.tools.StreamsResetter",
                "--bootstrap-server",
                broker(),
                "--application-id",
                APPLICATION,
                "--input-topics",
                String.join(",", input),
                "--force");
        try (Admin admin = Admin.create(settings.kafka())) {
            assertTrue(
                    admin.listTopics().names().get().stream().noneMatch(name -> name.startsWith(APPLICATION + "-")),
                    "its own topics are gone");
            Map<TopicPartition, OffsetAndMetadata> places = admin.listConsumerGroupOffsets(APPLICATION)
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (String topic : input) {
                assertEquals(0, places.get(new TopicPartition(topic, 0)).offset(), topic);
                assertTrue(admin.listTopics().names().get().contains(topic), topic);
            }
        }
    }
}

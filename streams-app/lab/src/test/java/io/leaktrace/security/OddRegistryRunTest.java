package io.leaktrace.security;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.hour;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.embedded.EmbeddedBroker;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.testing.OddRegistry;
import io.leaktrace.topics.DeadLetter;
import io.leaktrace.topics.DeadLetterBox;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topics.TopicWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline with a real broker, and a schema registry behind TLS and a login that misbehaves while it runs. */
class OddRegistryRunTest {

    private static final String PASSWORD = "registry-secret-77aa";
    private static final int UNKNOWN_ID = 4711;
    private static final int UNKNOWN_RECORDS = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static OddRegistry registry;
    private static Path trust;

    @BeforeAll
    static void start() throws Exception {
        Certificates authority = new Certificates(folder, "registry-authority");
        trust = authority.pem();
        registry = OddRegistry.withTls(authority.keyStore("registry-key", "-1d", 30), Certificates.PASSWORD)
                .prefix("/apis/ccompat/v7")
                .requireUser("leaktrace", PASSWORD);
        broker = EmbeddedBroker.start(folder.resolve("broker"), Map.of());
    }

    @AfterAll
    static void stop() {
        broker.close();
        registry.close();
    }

    private static Settings settings(String password) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("schema.registry.url", registry.url() + "/");
        settings.put("registry.user", "leaktrace");
        settings.put("registry.password", password);
        settings.put("registry.ssl.truststore.location", trust.toString());
        settings.put("state.dir", folder.resolve("state").toString());
        settings.put("topic.partitions", "1");
        settings.put("idle.after", "1s");
        settings.put("http.port", "0");
        return Settings.of(settings);
    }

    private static byte[] framed(int id) {
        return ByteBuffer.allocate(9).putInt(1, id).array();
    }

    private static int put(String file) throws Exception {
        return registry.put("others", Files.readString(Path.of("../streams/src/test/resources/cases", file)));
    }

    @Test
    void noGoodRecordIsLostOrPutAsideAndEveryBadOneIs() throws Exception {
        Settings settings = settings(PASSWORD);
        int partitions;
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            TopicAdmin.requireSound(admin.createMissing(Map.of("retention.ms", "-1")));
            partitions = admin.inputPartitions();
        }
        assertEquals(
                "BACKWARD_TRANSITIVE", registry.compatibility(settings.topics().orderEvents() + "-value"));

        String topic = settings.topics().orderEvents();
        byte[] key = "b1".getBytes(StandardCharsets.UTF_8);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<Integer> unreadable = List.of(
                put("array.avsc"),
                put("map.avsc"),
                put("union.avsc"),
                registry.put("others", "\"null\""),
                registry.put("others", "{\"type\":\"string\",\"java-class\":\"java.lang.Thread\"}"),
                registry.put("others", "{\"type\":\"array\",\"items\":".repeat(3_000) + "\"int\"" + "}".repeat(3_000)));
        unreadable.forEach(id -> records.add(new ProducerRecord<>(topic, key, framed(id))));
        for (int i = 0; i < UNKNOWN_RECORDS; i++) {
            records.add(new ProducerRecord<>(topic, key, framed(UNKNOWN_ID)));
        }
        int good = 0;
        try (Serializer<OrderEvent> orders = settings.wire().orderEvents()) {
            for (int hour = 0; hour < 8 * 24; hour++) {
                OrderEvent order =
                        anOrder("o" + hour).by("b1").from(seller("s-1")).at(hour(1, hour));
                records.add(new ProducerRecord<>(
                        topic, null, order.occurredAt().toEpochMilli(), key, orders.serialize(topic, order)));
                good += order.occurredAt().isBefore(day(8)) ? 1 : 0;
            }
        }
        TopicWriter.send(settings, records);

        // What the pipeline meets at its first records.
        String page = "<html>Please log in</html>";
        registry.answer("GET", "/schemas/ids")
                .status(429)
                .header("Retry-After", "1")
                .times(1);
        registry.answer("GET", "/schemas/ids").status(401).times(1);
        registry.answer("GET", "/schemas/ids").status(403).times(1);
        registry.answer("GET", "/schemas/ids").status(200).body("{}").times(1);
        registry.answer("GET", "/schemas/ids").status(200).body(page).times(1);
        registry.answer("GET", "/schemas/ids").status(503).during(Duration.ofSeconds(2));
        long[] counted = {0};
        try (Pipeline pipeline = new Pipeline(settings, partitions, false);
                TopicReader epochs = new TopicReader(settings, settings.topics().leakEpochs())) {
            pipeline.start();
            long start = System.nanoTime();
            boolean[] complete = {false};
            while (!complete[0]) {
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "only " + counted[0] + " are counted");
                assertFalse(pipeline.awaitEnd(Duration.ZERO), "the pipeline ended");
                epochs.poll(record -> {
                    Epoch epoch = (Epoch) record;
                    if (!epoch.end().isAfter(day(8))) {
                        counted[0] += epoch.counts().orderEvents();
                        complete[0] |= epoch.end().equals(day(8));
                    }
                });
            }
        }
        assertEquals(good, counted[0]);
        List<DeadLetter> letters = new ArrayList<>();
        new DeadLetterBox(settings, Clock.systemUTC()).forEach(letters::add);
        assertEquals(unreadable.size() + UNKNOWN_RECORDS, letters.size());
        assertTrue(
                registry.requests("GET /schemas/ids/" + UNKNOWN_ID) < 30,
                () -> registry.requests("GET /schemas/ids/" + UNKNOWN_ID) + " requests for one unknown id");
    }

    @Test
    void aLoginThatIsWrongFromTheStartIsSaidInOneLine() {
        try (OddRegistry other = new OddRegistry().requireUser("leaktrace", PASSWORD)) {
            Settings settings = settings("no-such-password").with(Map.of("schema.registry.url", other.url()));
            try (TopicAdmin admin = new TopicAdmin(settings)) {
                String message = assertThrows(StartException.class, admin::registerSchemas)
                        .getMessage();
                assertTrue(message.contains("status 401") && message.contains("registry.password"), message);
                assertFalse(message.contains("\n") || message.contains("no-such-password"), message);
            }
        }
    }
}

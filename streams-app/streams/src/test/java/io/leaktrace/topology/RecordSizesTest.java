package io.leaktrace.topology;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.hour;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.sources.Sources;
import io.leaktrace.testing.MemoryWire;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that the pipeline sends, to topics, changelogs or between its stages, is larger than brokers accept. */
class RecordSizesTest {

    /** What producers and topics accept by default, less what Kafka adds to a record. */
    private static final int MAX_BYTES = 1_000_000;

    private static final int DEAD_LETTER_BYTES = 20_000;
    private static final Topics TOPICS = new Topics("");
    private static final Instant NOW = Instant.parse("2024-06-01T00:00:00Z");

    @TempDir
    private Path stateDir;

    private final WireFormat wire = MemoryWire.format();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> orders;
    private TestInputTopic<byte[], byte[]> contacts;

    private void start(long epoch) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "leaktrace");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        ModelSettings model = ModelSettings.defaults().withEpoch(epoch);
        LeakTopology topology = new LeakTopology(
                TOPICS,
                Sources.NONE,
                "all",
                InputPlacement.standard(1),
                model,
                new CorrelateSettings(model.window(), model.epoch(), 0, model.memoryDays()),
                Duration.ofMinutes(10),
                Duration.ZERO,
                DEAD_LETTER_BYTES,
                true,
                false,
                60,
                wire,
                (partition, processed) -> true,
                (topic, message) -> {},
                Clock.fixed(NOW, ZoneOffset.UTC));
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(config)));
        driver = new TopologyTestDriver(topology.build(builder), config, NOW);
        orders = driver.createInputTopic(TOPICS.orderEvents(), new ByteArraySerializer(), new ByteArraySerializer());
        contacts = driver.createInputTopic(TOPICS.scamContacts(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private void pipe(OrderEvent event) {
        orders.pipeInput(bytes(event.buyerId()), wire.orderEvents().serialize(TOPICS.orderEvents(), event));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void assertAllFit() {
        Set<String> topics = driver.producedTopicNames();
        assertTrue(topics.contains("leaktrace-exposures-changelog"), topics.toString());
        assertTrue(topics.contains("leaktrace-correlations-repartition"), topics.toString());
        for (String topic : topics) {
            List<TestRecord<byte[], byte[]>> records = read(topic);
            for (TestRecord<byte[], byte[]> record : records) {
                int size = (record.key() == null ? 0 : record.key().length)
                        + (record.value() == null ? 0 : record.value().length);
                assertTrue(size <= MAX_BYTES, topic + " has a record of " + size + " bytes");
            }
        }
    }

    private List<TestRecord<byte[], byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private <T> List<T> found(String topic, Class<T> type) {
        return read(topic).stream()
                .map(record -> type.cast(wire.records().deserialize(topic, record.value())))
                .toList();
    }

    /** More than fill a record, in one epoch of one partition. */
    @Test
    void manyCustodiansInAnEpoch() {
        start(6 * EventTime.HOUR);
        for (int order = 0; order < 100; order++) {
            Custodian[] touching = new Custodian[250];
            for (int i = 0; i < touching.length; i++) {
                touching[i] = seller(String.format("seller-%025d", order * touching.length + i));
            }
            pipe(anOrder("o" + order).by("b" + order).from(touching).at(hour(1, 1)));
        }
        pipe(anOrder("last").at(hour(1, 7)));

        List<Epoch> epochs = found(TOPICS.leakEpochs(), Epoch.class);
        assertEquals(25_000, epochs.get(0).custodians());
        assertAllFit();
    }

    @Test
    void epochsOfAnHourOverAWholeHorizon() {
        start(EventTime.HOUR);
        int hours = 35 * 24;
        for (int order = 0; order < 2 * hours; order++) {
            Custodian[] touching = new Custodian[250];
            for (int i = 0; i < touching.length; i++) {
                touching[i] = seller(String.format("seller-%025d", order % 2 * touching.length + i));
            }
            pipe(anOrder("o" + order)
                    .by("b" + order)
                    .from(touching)
                    .at(hour(1, 0).plusMillis(order / 2 * EventTime.HOUR)));
        }
        assertAllFit();
    }

    @Test
    void aContactWithAThousandTouchesOfLongIds() {
        start(6 * EventTime.HOUR);
        for (int order = 0; order < 40; order++) {
            Custodian[] touching = new Custodian[30];
            for (int i = 0; i < touching.length; i++) {
                touching[i] = seller("卖".repeat(200) + (order * touching.length + i));
            }
            pipe(anOrder("单".repeat(200) + order).from(touching).at(hour(1, order % 20)));
        }
        contacts.pipeInput(
                bytes("zhou"),
                wire.scamContacts()
                        .serialize(TOPICS.scamContacts(), aContact("c1").at(hour(2, 1))));
        pipe(anOrder("last").by("li").at(day(4)));

        List<TestRecord<byte[], byte[]>> evidence = read(TOPICS.leakEvidence());
        assertEquals(1, evidence.size());
        Evidence read = (Evidence) wire.records()
                .deserialize(TOPICS.leakEvidence(), evidence.get(0).value());
        assertTrue(
                read.touches().size() > 400,
                "the nearest are kept: " + read.touches().size());
        assertTrue(evidence.get(0).value().length <= MAX_BYTES);
        assertAllFit();
    }

    @Test
    void deadLettersAreCutAndSaySo() {
        start(6 * EventTime.HOUR);
        byte[] large = new byte[DEAD_LETTER_BYTES];
        Arrays.fill(large, (byte) 7);
        RecordHeaders many = new RecordHeaders();
        many.add("trace", large);
        byte[] small = Arrays.copyOf(large, 100);
        orders.pipeInput(bytes("zhou"), large);
        orders.pipeInput(large, small);
        orders.pipeInput(new TestRecord<>(bytes("zhou"), small, many));
        orders.pipeInput(bytes("zhou"), small);

        List<TestRecord<byte[], byte[]>> dead = read(TOPICS.deadLetters());
        assertEquals(4, dead.size());
        List<String> cut = new ArrayList<>();
        for (TestRecord<byte[], byte[]> letter : dead) {
            ProducerRecord<byte[], byte[]> sent =
                    new ProducerRecord<>(TOPICS.deadLetters(), null, letter.key(), letter.value(), letter.headers());
            int size = sent.key().length + sent.value().length;
            for (Header header : sent.headers()) {
                size += header.key().length() + header.value().length;
            }
            assertTrue(size <= DEAD_LETTER_BYTES, "a dead letter of " + size + " bytes");
            assertEquals(NOW, letter.getRecordTime(), "retention counts from the time of writing");
            Header truncated = letter.headers().lastHeader(DeadLetterFormat.TRUNCATED);
            cut.add(truncated == null ? "whole" : new String(truncated.value(), StandardCharsets.UTF_8));
        }
        assertEquals(List.of("20000", "100", "100", "whole"), cut);
        byte[] kept = dead.get(0).value();
        assertArrayEquals(Arrays.copyOf(large, kept.length), kept);
        assertArrayEquals(small, dead.get(1).value());
    }
}

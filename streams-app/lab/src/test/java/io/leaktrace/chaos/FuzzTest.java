package io.leaktrace.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.sources.Sources;
import io.leaktrace.testing.Seed;
import io.leaktrace.topics.DeadLetter;
import io.leaktrace.topics.DeadLetterBox;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topology.Erasures;
import io.leaktrace.topology.InputReader;
import io.leaktrace.wire.HttpSchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rubbish among the input, one record in a hundred: nothing good is found otherwise, and all rubbish is in dead-letters.
 * {@code mvn verify -Pfuzz} has a million good records.
 */
class FuzzTest {

    private static final int ORDERS_PER_DAY = Integer.getInteger("fuzz.orders.per.day", 150);
    private static final int DAYS = 36;
    private static final double BAD_SHARE = 0.01;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final long seed = Seed.of("FuzzTest");
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    private List<Integer> oddSchemas;

    private record Sent(String topic, byte[] key, byte[] value, Instant time, List<Header> headers) {

        Sent(String topic, byte[] key, byte[] value, Instant time) {
            this(topic, key, value, time, List.of());
        }
    }

    /** What was found, as far as it may not depend on rubbish. */
    private record Found(List<Object> suspects, List<Object> alerts, List<Object> evidence, List<Epoch> epochs) {}

    @Test
    void rubbishChangesNothingAndIsSetAside() throws Exception {
        MarketOverrides small =
                new MarketOverrides(ORDERS_PER_DAY, DAYS, 16 * ORDERS_PER_DAY, 200, 40, null, null, null);
        SimulatedMarket market = Scenario.LEAKING_HUB.market(8, small, CallHabits.assumed());
        try (EmbeddedPlatform platform = EmbeddedPlatform.startFresh(folder.resolve("platform"))) {
            Settings clean = settings(platform, "clean");
            List<Sent> good = records(market, clean);
            Found expected = run(clean, good);

            Settings fuzzed = settings(platform, "fuzzed");
            oddSchemas = registerOddSchemas(fuzzed);
            List<Sent> rubbish = new ArrayList<>();
            List<Sent> mixed = mix(records(market, fuzzed), fuzzed, rubbish);
            Found found = run(fuzzed, mixed);

            assertFalse(expected.alerts.isEmpty(), "the leak was found");
            assertEquals(expected.suspects, found.suspects);
            assertEquals(expected.alerts, found.alerts);
            assertEquals(expected.evidence, found.evidence);
            assertEquals(withoutBad(expected.epochs), withoutBad(found.epochs));
            assertDead(fuzzed, rubbish);
            long bad = found.epochs.stream()
                    .mapToLong(epoch -> epoch.counts().bad())
                    .sum();
            assertEquals(rubbish.size(), bad, "the epochs' counts of bad records");
            System.out.printf("FuzzTest: %,d good records, %,d bad ones%n", good.size(), rubbish.size());
        }
    }

    private Settings settings(EmbeddedPlatform platform, String name) {
        Map<String, String> settings = new TreeMap<>(platform.settings());
        settings.put("topic.prefix", name + ".");
        settings.put("application.id", name);
        settings.put("state.dir", folder.resolve(name).toString());
        return Settings.of(settings);
    }

    private static List<Sent> records(SimulatedMarket market, Settings settings) {
        List<Sent> records = new ArrayList<>();
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        var orderEvents = settings.wire().orderEvents();
        var scamContacts = settings.wire().scamContacts();
        market.orderEvents(event -> records.add(
                new Sent(orders, utf8(event.buyerId()), orderEvents.serialize(orders, event), event.occurredAt())));
        market.scamContacts(contact -> records.add(new Sent(
                contacts, utf8(contact.buyerId()), scamContacts.serialize(contacts, contact), contact.reportedAt())));
        records.sort(Comparator.comparing(Sent::time));
        return records;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Sent> mix(List<Sent> good, Settings settings, List<Sent> rubbish) {
        Deserializer<Object> records = settings.wire().records();
        List<Sent> mixed = new ArrayList<>();
        for (Sent record : good) {
            // A tracer's header on a good record makes no difference.
            boolean traced = random.nextInt(20) == 0;
            mixed.add(
                    traced
                            ? withHeaders(record, new RecordHeader("traceparent", utf8("00-" + random.nextLong())))
                            : record);
            // Contacts are few, so of them every tenth has a bad one behind it.
            boolean contact = record.topic.equals(settings.topics().scamContacts());
            if (random.nextDouble() < (contact ? 10 : 1) * BAD_SHARE) {
                Sent bad = spoiled(record, settings, records);
                rubbish.add(bad);
                mixed.add(bad);
            }
        }
        return mixed;
    }

    /** Of what comes out of a mutation, only what is no record any more. */
    private Sent spoiled(Sent good, Settings settings, Deserializer<Object> records) {
        while (true) {
            Sent bad = mutant(good, settings);
            // Headers make a tombstone; without a value, a record is rejected without them, too.
            boolean refused = new InputReader(records, settings.topics(), Sources.NONE)
                    .read(bad.topic, new RecordHeaders(), bad.key, bad.value)
                    .orElseThrow()
                    .validate(settings.timeLimit(bad.time))
                    .isPresent();
            if (refused) {
                return bad;
            }
        }
    }

    private Sent mutant(Sent good, Settings settings) {
        byte[] value = good.value.clone();
        switch (random.nextInt(15)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(2000)];
                random.nextBytes(noise);
                return with(good, noise);
            }
            case 1 -> {
                return with(good, Arrays.copyOf(value, random.nextInt(value.length)));
            }
            case 2 -> {
                value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
                return with(good, value);
            }
            case 3 -> {
                for (int i = 0; i < 8; i++) {
                    value[5 + random.nextInt(value.length - 5)] = (byte) random.nextInt();
                }
                return with(good, value);
            }
            case 4 -> {
                // A schema that the registry does not know, or that is of another topic.
                int id = random.nextBoolean() ? random.nextInt() : 1 + random.nextInt(12);
                value[1] = (byte) (id >>> 24);
                value[2] = (byte) (id >>> 16);
                value[3] = (byte) (id >>> 8);
                value[4] = (byte) id;
                return with(good, value);
            }
            case 5 -> {
                return with(good, null);
            }
            case 6 -> {
                return new Sent(good.topic, null, good.value, good.time);
            }
            case 7 -> {
                return new Sent(good.topic, utf8("somebody else"), good.value, good.time);
            }
            case 8 -> {
                return yearsAhead(good, settings);
            }
            case 9 -> {
                return order(good, settings, "e".repeat(200_000), good.time);
            }
            case 10 -> {
                // Local time written as UTC; nothing else is wrong with it.
                Duration ahead = Duration.ofHours(1 + random.nextInt(14)).plusMinutes(random.nextInt(10));
                return order(good, settings, "e", good.time.plus(ahead));
            }
            case 11 -> {
                return withHeaders(with(good, null), oddTombstone(good));
            }
            case 12 -> {
                return with(good, ofSchema(oddSchemas.get(random.nextInt(oddSchemas.size())), value));
            }
            case 13 -> {
                if (random.nextInt(20) > 0) {
                    return mutant(good, settings);
                }
                // With its headers, just small enough not to be cut.
                byte[] large = new byte[settings.integer(Setting.DEAD_LETTER_BYTES) - 2_000 - random.nextInt(1000)];
                random.nextBytes(large);
                return with(good, large);
            }
            default -> {
                Instant[] extremes = {
                    Instant.ofEpochMilli(Long.MAX_VALUE),
                    Instant.ofEpochMilli(Long.MIN_VALUE),
                    Instant.EPOCH,
                    Instant.parse("9999-12-31T23:59:59Z")
                };
                return order(good, settings, "e", extremes[random.nextInt(extremes.length)]);
            }
        }
    }

    /** Headers of a tombstone, of which one does not do. */
    private Header[] oddTombstone(Sent good) {
        byte[][] times = {null, new byte[0], utf8("+999999999-12-31T23:59:59Z"), utf8("+292278995-01-01T00:00:00Z")};
        byte[] time = times[random.nextInt(times.length)];
        byte[] buyer = random.nextBoolean() ? good.key : null;
        return new Header[] {new RecordHeader(Erasures.BUYER, buyer), new RecordHeader(Erasures.BEFORE, time)};
    }

    private static byte[] ofSchema(int id, byte[] value) {
        byte[] other = value.clone();
        ByteBuffer.wrap(other).putInt(1, id);
        return other;
    }

    /** Schemas that are no record of ours, or that no reader should follow. */
    private static List<Integer> registerOddSchemas(Settings settings) {
        String deep = "\"int\"";
        for (int i = 0; i < 200; i++) {
            deep = "{\"type\": \"array\", \"items\": " + deep + "}";
        }
        List<String> schemas = List.of(
                "\"string\"",
                "\"null\"",
                "{\"type\": \"string\", \"java-class\": \"java.lang.Thread\"}",
                "{\"type\": \"array\", \"items\": \"string\", \"java-class\": \"java.util.Stack\"}",
                "{\"type\": \"map\", \"values\": \"long\"}",
                "[\"null\", \"string\"]",
                "{\"type\": \"record\", \"name\": \"java.lang.Thread\", \"fields\": []}",
                deep);
        HttpSchemaRegistry registry = new HttpSchemaRegistry(settings.registry(), Duration.ofSeconds(30));
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < schemas.size(); i++) {
            ids.add(registry.register("odd-" + i, new Schema.Parser().parse(schemas.get(i))));
        }
        return ids;
    }

    private static Sent withHeaders(Sent sent, Header... headers) {
        return new Sent(sent.topic, sent.key, sent.value, sent.time, List.of(headers));
    }

    /** Refused for its id; its time, years after all others, must not hold up what is behind it. */
    private static Sent yearsAhead(Sent good, Settings settings) {
        Instant at = good.time.plus(Duration.ofDays(1000));
        String buyer = new String(good.key, StandardCharsets.UTF_8);
        if (good.topic.equals(settings.topics().scamContacts())) {
            ScamContact contact = new ScamContact("", buyer, at, at, Channel.CALL, null, null, Set.of(), null, null);
            return with(good, settings.wire().scamContacts().serialize(good.topic, contact));
        }
        OrderEvent event = new OrderEvent("", "o", buyer, OrderEventType.PLACED, at, List.of());
        return with(good, settings.wire().orderEvents().serialize(good.topic, event));
    }

    private static Sent with(Sent good, byte[] value) {
        return new Sent(good.topic, good.key, value, good.time);
    }

    private Sent order(Sent good, Settings settings, String eventId, Instant at) {
        String topic = settings.topics().orderEvents();
        OrderEvent event = new OrderEvent(
                eventId + random.nextInt(),
                "o",
                new String(good.key, StandardCharsets.UTF_8),
                OrderEventType.PLACED,
                at,
                List.of());
        return new Sent(topic, good.key, settings.wire().orderEvents().serialize(topic, event), good.time);
    }

    private Found run(Settings settings, List<Sent> records) throws Exception {
        int partitions;
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            admin.createMissing(Map.of("retention.ms", "-1", "segment.ms", Long.toString(Long.MAX_VALUE)));
            partitions = admin.inputPartitions();
        }
        send(settings, records);
        long epoch = settings.correlate().epoch();
        long lastEnd = (Math.floorDiv(records.get(records.size() - 1).time.toEpochMilli(), epoch) + 1) * epoch;
        List<Epoch> epochs = new ArrayList<>();
        try (Pipeline pipeline = new Pipeline(settings, partitions, true);
                TopicReader reader = new TopicReader(settings, settings.topics().leakEpochs())) {
            pipeline.start();
            long start = System.nanoTime();
            while (epochs.isEmpty() || epochs.get(epochs.size() - 1).end().toEpochMilli() < lastEnd) {
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "the last epoch is not closed");
                pipeline.awaitEnd(Duration.ofMillis(1));
                reader.poll(record -> epochs.add((Epoch) record));
            }
        }
        return new Found(
                all(settings, settings.topics().leakSuspects()),
                all(settings, settings.topics().leakAlerts()),
                all(settings, settings.topics().leakEvidence()),
                epochs);
    }

    private static List<Object> all(Settings settings, String topic) {
        List<Object> all = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, topic)) {
            reader.readToEnd(all::add);
        }
        return all;
    }

    private static void send(Settings settings, List<Sent> records) throws Exception {
        Map<String, Object> config = new HashMap<>(settings.kafka());
        config.put("acks", "all");
        config.put("linger.ms", 20);
        config.put("batch.size", 1 << 18);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Sent record : records) {
                sent.add(producer.send(new ProducerRecord<>(
                        record.topic, null, record.time.toEpochMilli(), record.key, record.value, record.headers)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private static List<String> withoutBad(List<Epoch> epochs) {
        return epochs.stream()
                .map(epoch -> epoch.toString().replaceAll("bad=\\d+", "bad=…"))
                .toList();
    }

    /** Each bad record is there once, as it came, with its reason. */
    private static void assertDead(Settings settings, List<Sent> rubbish) {
        Map<String, Integer> expected = new TreeMap<>();
        rubbish.forEach(bad -> expected.merge(print(bad.topic, bad.key, bad.value), 1, Integer::sum));
        Map<String, Integer> found = new TreeMap<>();
        Map<String, Integer> reasons = new TreeMap<>();
        new DeadLetterBox(settings, Clock.systemUTC()).forEach((DeadLetter letter) -> {
            assertFalse(letter.reason().isBlank(), "a letter without a reason");
            found.merge(print(letter.topic(), letter.key(), letter.value()), 1, Integer::sum);
            reasons.merge(letter.kind(), 1, Integer::sum);
        });
        assertEquals(expected, found);
        reasons.forEach((reason, count) -> System.out.printf("FuzzTest: %6d  %s%n", count, reason));
    }

    private static String print(String topic, byte[] key, byte[] value) {
        return topic + " " + Arrays.hashCode(key) + " " + Arrays.hashCode(value) + " "
                + (value == null ? -1 : value.length);
    }
}

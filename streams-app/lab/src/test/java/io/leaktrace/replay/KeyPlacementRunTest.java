package io.leaktrace.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.topology.KeyPlacement;
import io.leaktrace.topology.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

    @TempDir
    private static Path folder;

    private static ComparedMarket market;

    private record Timed(boolean order, byte[] key, byte[] value, long time) {}

    private static final List<Timed> RECORDS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        market = new ComparedMarket(folder, new MarketOverrides(400, 28, 8_000, 150, 30, null, null, null));
        Settings settings = market.settings("java", Map.of());
        Topics topics = settings.topics();
        Serializer<OrderEvent> orderEvents = settings.wire().orderEvents();
        Serializer<ScamContact> scamContacts = settings.wire().scamContacts();
        market.orders.forEach(event -> RECORDS.add(new Timed(
                true,
                event.buyerId().getBytes(StandardCharsets.UTF_8),
                orderEvents.serialize(topics.orderEvents(), event),
                event.occurredAt().toEpochMilli())));
        market.contacts.forEach(contact -> RECORDS.add(new Timed(
                false,
                contact.buyerId().getBytes(StandardCharsets.UTF_8),
                scamContacts.serialize(topics.scamContacts(), contact),
                contact.reportedAt().toEpochMilli())));
        RECORDS.sort((one, other) -> Long.compare(one.time, other.time));
    }

    @AfterAll
    static void stop() {
        market.close();
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
        Settings settings = market.settings(name, Map.of());
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

        Path replayed = market.replayTopics(settings);
        History history = TopicHistory.of(settings, "test");
        History again = history.as(ReplayPlan.read(replayed.resolve("manifest.json")));
        assertTrue(history.described().containsKey("repartitioned"), "the manifest says what was repartitioned");
        assertEquals(history.described(), again.described());

        market.run(settings, sample);

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
        try (TopicAdmin topics = new TopicAdmin(settings);
                Admin admin = Admin.create(settings.kafka())) {
            admin.createTopics(List.of(
                            new NewTopic(settings.topics().orderEvents(), orders, (short) 1)
                                    .configs(ComparedMarket.FOREVER),
                            new NewTopic(settings.topics().scamContacts(), contacts, (short) 1)
                                    .configs(ComparedMarket.FOREVER)))
                    .all()
                    .get();
            topics.registerSchemas();
            TopicAdmin.requireSound(topics.createMissing(ComparedMarket.FOREVER));
        }
    }
}

package io.leaktrace.replay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.testing.EndedThreads;
import io.leaktrace.testing.Given;
import io.leaktrace.testing.Seed;
import io.leaktrace.topology.InputPlacement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class TopicReadingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final TimeLimit LIMIT = new TimeLimit(Instant.now(), Duration.ofMinutes(10));

    private static final Selection SELECTION = new Selection(Given.day(1), null, 0.8);

    private final Settings settings = Settings.of(Map.of());

    @Test
    void anErrorOfTheThreadThatPollsReachesTheOneThatTakes() throws Exception {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Error error = new OutOfMemoryError("as if");
        consumer.schedulePollTask(() -> {
            throw error;
        });
        try (TopicReading reading = new TopicReading(
                settings,
                consumer,
                ranges("order-events", 1),
                InputPlacement.standard(1),
                Selection.ALL,
                LIMIT,
                null)) {
            IllegalStateException told =
                    assertThrows(IllegalStateException.class, () -> assertTimeoutPreemptively(PATIENCE, reading::next));
            assertEquals(error, told.getCause());
        }
    }

    /** Reads texts such as {@code b-1 17}: a buyer, and an event time in hours. */
    public static final class TextDeserializer implements Deserializer<Object> {
        @Override
        public Object deserialize(String topic, byte[] data) {
            String text = new String(data, StandardCharsets.UTF_8);
            if (text.endsWith(" unanswered")) {
                throw new TimeoutException("the registry does not answer");
            }
            String[] parts = text.split(" ");
            return Given.anOrder("o-" + text)
                    .by(parts[0])
                    .from(Given.seller("s"))
                    .at(Given.day(0).plus(Duration.ofHours(Integer.parseInt(parts[1]))));
        }
    }

    private static MockConsumer<byte[], byte[]> consumer(List<List<String>> values) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.setMaxPollRecords(70);
        consumer.schedulePollTask(() -> {
            for (int partition = 0; partition < values.size(); partition++) {
                for (int offset = 0; offset < values.get(partition).size(); offset++) {
                    String value = values.get(partition).get(offset);
                    byte[] key = value.split(" ")[0].getBytes(StandardCharsets.UTF_8);
                    consumer.addRecord(new ConsumerRecord<>(
                            "order-events", partition, offset, key, value.getBytes(StandardCharsets.UTF_8)));
                }
            }
        });
        return consumer;
    }

    private TopicReading reading(List<List<String>> values, byte[] place) throws IOException {
        List<TopicRange> ranges = IntStream.range(0, values.size())
                .mapToObj(partition -> new TopicRange(
                        "order-events", partition, 0, values.get(partition).size()))
                .toList();
        return new TopicReading(
                Settings.of(Map.of("value.deserializer", TextDeserializer.class.getName())),
                consumer(values),
                ranges,
                InputPlacement.standard(values.size()),
                SELECTION,
                LIMIT,
                place == null ? null : new DataInputStream(new ByteArrayInputStream(place)));
    }

    private static String text(HistoryRecord record) {
        return new String(record.key(), StandardCharsets.UTF_8) + " " + record.record() + " " + record.partition() + " "
                + record.time();
    }

    @Test
    void aReadingGoesOnFromAnyPlaceWithTheSameRecords() throws Exception {
        Random random = new Random(Seed.of("TopicReadingTest"));
        List<List<String>> values = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            List<String> ofPartition = new ArrayList<>();
            for (int i = 0; i < 400 + random.nextInt(200); i++) {
                String hours = random.nextInt(20) == 0 ? "broken" : Integer.toString(i / 5 + random.nextInt(9));
                ofPartition.add("b-" + random.nextInt(40) + " " + hours);
            }
            values.add(ofPartition);
        }
        List<String> all = new ArrayList<>();
        List<byte[]> places = new ArrayList<>();
        try (TopicReading reading = reading(values, null)) {
            for (HistoryRecord next = reading.next(); next != null; next = reading.next()) {
                ByteArrayOutputStream place = new ByteArrayOutputStream();
                reading.writePlace(new DataOutputStream(place));
                places.add(place.toByteArray());
                all.add(text(next));
            }
            assertEquals(reading.total(), reading.done());
        }
        assertTrue(all.stream().anyMatch(one -> one.contains(" null ")), "none was rejected");
        for (int again = 0; again < 5; again++) {
            int resumed = random.nextInt(places.size());
            List<String> rest = new ArrayList<>();
            try (TopicReading reading = reading(values, places.get(resumed))) {
                for (HistoryRecord next = reading.next(); next != null; next = reading.next()) {
                    rest.add(text(next));
                }
            }
            assertEquals(all.subList(resumed + 1, all.size()), rest);
            EndedThreads.await("replay-");
        }
    }

    /** Else the record, and the one before it, would be missing from the result. */
    @Test
    void aRegistryThatDoesNotAnswerEndsTheReadingBeforeItsRecord() throws Exception {
        String buyer = IntStream.range(0, 100)
                .mapToObj(number -> "b-" + number)
                .filter(one -> SELECTION.takesBuyer(one.getBytes(StandardCharsets.UTF_8)))
                .findFirst()
                .orElseThrow();
        List<String> values = new ArrayList<>();
        IntStream.range(0, 150).forEach(hour -> values.add(buyer + " " + (100 + hour)));
        values.set(120, buyer + " unanswered");
        try (TopicReading reading = reading(List.of(values), null)) {
            for (int i = 0; i < 119; i++) {
                assertNotNull(reading.next());
            }
            for (int again = 0; again < 2; again++) {
                StartException refused = assertThrows(StartException.class, reading::next);
                assertEquals(
                        "reading the topics failed: the registry does not answer; start the replay again to resume it",
                        refused.getMessage());
            }
        }
    }

    /** By their number alone, records as large as a topic takes would fill any heap. */
    @Test
    void largeRecordsAreNotReadFarAhead() throws Exception {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        TopicPartition first = new TopicPartition("order-events", 0);
        byte[] large = new byte[1 << 23];
        consumer.schedulePollTask(() -> {
            for (int offset = 0; offset < 8; offset++) {
                consumer.addRecord(new ConsumerRecord<>(first.topic(), first.partition(), offset, null, large));
            }
        });
        try (TopicReading reading = new TopicReading(
                settings,
                consumer,
                ranges("order-events", 2),
                InputPlacement.standard(2),
                Selection.ALL,
                LIMIT,
                null)) {
            assertNotNull(reading);
            await("a paused partition")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> consumer.paused().contains(first));
        }
    }

    @Test
    void verdictsOnMorePartitionsThanOrdersAreRefused() {
        history(2, 2, 1).check();
        history(2, 2, 2).check();
        StartException refused =
                assertThrows(StartException.class, () -> history(2, 2, 3).check());
        assertTrue(
                refused.getMessage().startsWith("leak-verdicts has 3 partitions and order-events has 2"),
                refused.getMessage());
    }

    private TopicHistory history(int orders, int contacts, int verdicts) {
        List<TopicRange> ranges = Stream.of(
                        ranges("order-events", orders),
                        ranges("scam-contacts", contacts),
                        ranges("leak-verdicts", verdicts))
                .flatMap(List::stream)
                .toList();
        return new TopicHistory(settings, "test", ranges, InputPlacement.standard(orders));
    }

    private static List<TopicRange> ranges(String topic, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicRange(topic, partition, 0, 10))
                .toList();
    }
}

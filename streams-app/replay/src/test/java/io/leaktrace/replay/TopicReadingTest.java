package io.leaktrace.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.InputPlacement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicReadingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final TimeLimit LIMIT = new TimeLimit(Instant.now(), Duration.ofMinutes(10));

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
            long start = System.nanoTime();
            while (!consumer.paused().contains(first)) {
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "it reads on");
                Thread.sleep(10);
            }
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

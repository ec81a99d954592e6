package io.leaktrace.api;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Verdict;
import io.leaktrace.wire.RegistryUnavailableException;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class FollowedTopicTest {

    private static final String TOPIC = "leak-verdicts";

    private static final long REFUSED = 7_777;

    private final WireFormat wire = WireFormat.local();
    private final LeakVerdict verdict =
            new LeakVerdict(seller("s-1"), Verdict.DISMISSED, "mei", day(1), "audited", null);
    private final byte[] sound = wire.leakVerdicts().serialize(TOPIC, verdict);
    private int skipped;

    private FollowedTopic<LeakVerdict> topic(Deserializer<Object> records) {
        return new FollowedTopic<>(
                TOPIC,
                LeakVerdict.class,
                records,
                (read, record) -> record.offset() == REFUSED ? Optional.of("the key differs") : Optional.empty(),
                () -> skipped++);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(TOPIC, 0, offset, null, value);
    }

    /** The value that is handed on, if one is. */
    private static Optional<LeakVerdict> read(FollowedTopic<LeakVerdict> topic, ConsumerRecord<byte[], byte[]> record) {
        AtomicReference<LeakVerdict> taken = new AtomicReference<>();
        topic.take(record, taken::set);
        return Optional.ofNullable(taken.get());
    }

    @Test
    void whatCannotBeReadIsSkippedAndCounted() {
        byte[] otherSchema = sound.clone();
        otherSchema[3] = 99;
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("no Avro", "hello".getBytes(StandardCharsets.UTF_8));
        bad.put("nothing", new byte[0]);
        bad.put("only a schema id", Arrays.copyOf(sound, 5));
        bad.put("cut", Arrays.copyOf(sound, sound.length - 2));
        bad.put("longer than its record", Arrays.copyOf(sound, sound.length + 1));
        bad.put("a schema that nobody knows", otherSchema);
        bad.put(
                "a record of another topic",
                wire.orderEvents()
                        .serialize(TOPIC, anOrder("o").from(seller("s")).at(day(1))));
        FollowedTopic<LeakVerdict> topic = topic(wire.records());
        long offset = 0;
        for (Map.Entry<String, byte[]> value : bad.entrySet()) {
            assertEquals(Optional.empty(), read(topic, record(offset++, value.getValue())), value.getKey());
            assertEquals(offset, skipped, value.getKey());
            assertEquals(Optional.of(verdict), read(topic, record(100, sound)));
        }
        assertEquals(Optional.empty(), read(topic, record(101, null)), "a tombstone is no mistake");
        assertEquals(offset, skipped);
    }

    /** What the pipeline does not accept is not in force, and where the schema is named makes no difference. */
    @Test
    void aVerdictIsTakenIfThePipelineTakesIt() {
        FollowedTopic<LeakVerdict> topic = topic(wire.records());
        assertEquals(Optional.empty(), read(topic, record(REFUSED, sound)));
        assertEquals(1, skipped);

        ConsumerRecord<byte[], byte[]> headed = record(1, Arrays.copyOfRange(sound, 5, sound.length));
        headed.headers().add("__value_schema_id", Arrays.copyOf(sound, 5));
        assertEquals(Optional.of(verdict), read(topic, headed));
    }

    @Test
    void whateverADeserializerThrowsEndsAtItsRecord() {
        RuntimeException[] thrown = {
            new IllegalStateException("conversion"), new NullPointerException(), new ClassCastException()
        };
        for (int i = 0; i < thrown.length; i++) {
            RuntimeException one = thrown[i];
            FollowedTopic<LeakVerdict> topic = topic((name, data) -> {
                throw one;
            });
            assertEquals(Optional.empty(), read(topic, record(i, sound)));
        }
        assertEquals(
                Optional.empty(),
                read(
                        topic((name, data) -> {
                            throw new StackOverflowError();
                        }),
                        record(9, sound)));
        assertEquals(4, skipped);
    }

    @Test
    void aRegistryThatIsAwayIsWaitedFor() {
        FollowedTopic<LeakVerdict> topic = topic((name, data) -> {
            throw new RegistryUnavailableException("no answer", null);
        });
        assertThrows(RegistryUnavailableException.class, () -> read(topic, record(0, sound)));
        assertTrue(skipped == 0, "the record may be fine");
        assertEquals(Map.of(), topic.next(), "it is read again");
    }
}

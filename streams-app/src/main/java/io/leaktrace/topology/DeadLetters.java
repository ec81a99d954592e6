package io.leaktrace.topology;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/** Headers of a dead letter: why it is one, and where it came from. Headers it came with stay. */
public final class DeadLetters {

    public static final String REASON = "leaktrace.reason";
    public static final String TOPIC = "leaktrace.topic";
    public static final String PARTITION = "leaktrace.partition";
    public static final String OFFSET = "leaktrace.offset";

    private DeadLetters() {}

    /**
     * Why a record of an input topic would not be taken now; empty if it would be.
     *
     * @param topic one of the three input topics
     */
    public static Optional<String> refusal(
            Topics topics, Deserializer<Object> records, String topic, byte[] key, byte[] value, Instant now) {
        return read(topics, records, topic, value).refusal(key, now);
    }

    /** The record that the bytes are, or nothing if they cannot be read. */
    public static Optional<Object> record(Topics topics, Deserializer<Object> records, String topic, byte[] value) {
        return Optional.ofNullable(read(topics, records, topic, value).record());
    }

    private static Input read(Topics topics, Deserializer<Object> records, String topic, byte[] value) {
        return Input.deserializer(records, topics).deserialize(topic, value);
    }

    static Headers headers(Headers came, String reason, TopicPartition origin, long offset) {
        Headers headers = new RecordHeaders(came);
        add(headers, REASON, reason);
        add(headers, TOPIC, origin.topic());
        add(headers, PARTITION, Integer.toString(origin.partition()));
        add(headers, OFFSET, Long.toString(offset));
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

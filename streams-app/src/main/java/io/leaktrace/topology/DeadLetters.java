package io.leaktrace.topology;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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
    /** Size in bytes of the value as it came, on a letter whose value was cut because it was too large. */
    public static final String TRUNCATED = "leaktrace.truncated";

    private DeadLetters() {}

    /**
     * Why a record of an input topic would not be taken now; empty if it would be.
     *
     * @param topic one of the three input topics
     */
    public static Optional<String> refusal(
            Topics topics,
            Deserializer<Object> records,
            String topic,
            Headers headers,
            byte[] key,
            byte[] value,
            Instant now) {
        return read(topics, records, topic, headers, value).refusal(key, now);
    }

    /** The record that the bytes are, or nothing if they cannot be read. */
    public static Optional<Object> record(
            Topics topics, Deserializer<Object> records, String topic, Headers headers, byte[] value) {
        return Optional.ofNullable(read(topics, records, topic, headers, value).record());
    }

    private static Input read(
            Topics topics, Deserializer<Object> records, String topic, Headers headers, byte[] value) {
        return Input.deserializer(records, topics).deserialize(topic, headers, value);
    }

    /** The headers that a dead letter came with, without those that were added when it became one. */
    public static Headers headersItCameWith(Headers headers) {
        Headers came = new RecordHeaders(headers);
        List.of(REASON, TOPIC, PARTITION, OFFSET, TRUNCATED).forEach(came::remove);
        return came;
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

package io.leaktrace.topology;

import io.leaktrace.domain.Plausibility;
import io.leaktrace.domain.TimeLimit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Record;

/** Dead letters: rejected records as they came, with headers that say why they were rejected and where they came from. */
public final class DeadLetters {

    public static final String REASON = "leaktrace.reason";
    public static final String TOPIC = "leaktrace.topic";
    public static final String PARTITION = "leaktrace.partition";
    public static final String OFFSET = "leaktrace.offset";
    /** Size of the value in bytes before it was cut; only a dead letter that would have been too large has it. */
    public static final String TRUNCATED = "leaktrace.truncated";

    /** Of a reason, this number of characters is kept. */
    private static final int LONGEST_REASON = 1_000;

    /** Of a key that is no buyer's, this number of bytes is kept when a dead letter is cut. */
    static final int LONGEST_KEY = 4 * Plausibility.LONGEST_ID;

    private DeadLetters() {}

    /**
     * Returns the dead letter of a record, stamped with the time of writing: its retention counts from then, and a
     * rejected record has no time of its own to rely on.
     *
     * @param value as it came, or null
     * @param came headers it came with; they stay
     * @param mostBytes size that the dead letter must not exceed; a larger one loses the headers it came with and the end
     *     of its value, and the original stays at the place that it names
     */
    static Record<byte[], Correlated> of(
            byte[] key,
            byte[] value,
            Headers came,
            String reason,
            TopicPartition origin,
            long offset,
            long now,
            int mostBytes) {
        String brief = brief(reason);
        Headers headers = headers(came, brief, origin, offset);
        if (size(key, value, headers) <= mostBytes) {
            return new Record<>(key, new Correlated.Refused(key, value), now, headers);
        }
        Headers own = headers(new RecordHeaders(), brief, origin, offset);
        add(own, TRUNCATED, Integer.toString(size(value)));
        byte[] keptKey = cut(key, LONGEST_KEY);
        byte[] keptValue = cut(value, Math.max(0, mostBytes - size(keptKey) - size(own)));
        return new Record<>(keptKey, new Correlated.Refused(keptKey, keptValue), now, own);
    }

    /** A reason as long as dead letters hold it. */
    public static String brief(String reason) {
        return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason;
    }

    /** The header that says how large a value was before it was cut. */
    static Headers truncated(byte[] value) {
        Headers headers = new RecordHeaders();
        add(headers, TRUNCATED, Integer.toString(size(value)));
        return headers;
    }

    static int size(byte[] key, byte[] value, Headers headers) {
        return size(key) + size(value) + size(headers);
    }

    static byte[] cut(byte[] bytes, int most) {
        return size(bytes) <= most ? bytes : Arrays.copyOf(bytes, most);
    }

    private static int size(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static int size(Headers headers) {
        int size = 0;
        for (Header header : headers) {
            // Beside key and value, a header takes two varints for their lengths.
            size += header.key().getBytes(StandardCharsets.UTF_8).length + size(header.value()) + 10;
        }
        return size;
    }

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
            TimeLimit limit) {
        return read(topics, records, topic, headers, value).judge(key, limit);
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

    private static Headers headers(Headers came, String reason, TopicPartition origin, long offset) {
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

package io.leaktrace.topology;

import io.leaktrace.domain.RecordValidator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** Creates dead letters: rejected records as received, with headers for the reason and the original position. */
public final class DeadLetterFormat {

    public static final String REASON = "leaktrace.reason";
    public static final String TOPIC = "leaktrace.topic";
    public static final String PARTITION = "leaktrace.partition";
    public static final String OFFSET = "leaktrace.offset";
    /** Original size of the value in bytes; only on dead letters whose value was truncated. */
    public static final String TRUNCATED = "leaktrace.truncated";

    /** Maximum length of a reason in characters. */
    private static final int MAX_REASON_LENGTH = 1_000;

    /** Maximum size of the key in bytes when a dead letter is truncated; a buyer's key is never longer. */
    static final int MAX_KEY_BYTES = 4 * RecordValidator.LONGEST_ID;

    private DeadLetterFormat() {}

    /**
     * Returns the dead letter of a record. Its timestamp is the time of writing: retention counts from then, and the
     * time of a rejected record is not reliable.
     *
     * @param value as received, or null
     * @param original headers of the record; they are kept
     * @param maxBytes maximum size of the dead letter; a larger one loses its original headers and the end of its
     *     value, and its headers still name the position of the original
     */
    static Record<byte[], CorrelateOutput> of(
            byte[] key,
            byte[] value,
            Headers original,
            String reason,
            TopicPartition origin,
            long offset,
            long now,
            int maxBytes) {
        String brief = brief(reason);
        Headers headers = headers(original, brief, origin, offset);
        if (size(key, value, headers) <= maxBytes) {
            return new Record<>(key, new CorrelateOutput.Rejected(key, value), now, headers);
        }
        Headers own = headers(new RecordHeaders(), brief, origin, offset);
        add(own, TRUNCATED, Integer.toString(size(value)));
        byte[] keptKey = cut(key, MAX_KEY_BYTES);
        byte[] keptValue = cut(value, Math.max(0, maxBytes - size(keptKey) - size(own)));
        return new Record<>(keptKey, new CorrelateOutput.Rejected(keptKey, keptValue), now, own);
    }

    /** Returns the reason, truncated to the length that dead letters hold. */
    public static String brief(String reason) {
        return reason.length() > MAX_REASON_LENGTH ? reason.substring(0, MAX_REASON_LENGTH) + "…" : reason;
    }

    /** Returns the header with the original size of a value. */
    static Headers truncated(byte[] value) {
        Headers headers = new RecordHeaders();
        add(headers, TRUNCATED, Integer.toString(size(value)));
        return headers;
    }

    static int size(byte[] key, byte[] value, Headers headers) {
        return size(key) + size(value) + size(headers);
    }

    static byte[] cut(byte[] bytes, int maxBytes) {
        return size(bytes) <= maxBytes ? bytes : Arrays.copyOf(bytes, maxBytes);
    }

    private static int size(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static int size(Headers headers) {
        int size = 0;
        for (Header header : headers) {
            // Besides key and value, a header takes two varints for their lengths.
            size += header.key().getBytes(StandardCharsets.UTF_8).length + size(header.value()) + 10;
        }
        return size;
    }

    /** Returns the original headers of a dead letter, without those that describe the rejection. */
    public static Headers originalHeaders(Headers headers) {
        Headers original = new RecordHeaders(headers);
        List.of(REASON, TOPIC, PARTITION, OFFSET, TRUNCATED).forEach(original::remove);
        return original;
    }

    private static Headers headers(Headers original, String reason, TopicPartition origin, long offset) {
        Headers headers = new RecordHeaders(original);
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

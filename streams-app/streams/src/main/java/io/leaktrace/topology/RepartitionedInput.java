package io.leaktrace.topology;

import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.TimeLimit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A repartitioned input, with its position on the input topic: dead letters name this position, not the internal topic.
 * A header carries the position, and whether the record had a key, since Kafka Streams does not repartition records
 * without one.
 *
 * @param rejection why it was rejected on its input topic, where its record timestamp was available; null if it was
 *     accepted
 * @param hasKey whether the record had a key on its input topic
 * @param origin partition of the input topic
 * @param offset in that partition
 */
record RepartitionedInput(DecodedInput input, String rejection, boolean hasKey, TopicPartition origin, long offset)
        implements TopologyInput {

    private static final String HEADER = "leaktrace.moved";
    private static final byte[] EMPTY = new byte[0];
    private static final byte[] NO_KEY = EMPTY;

    /** Time limit that accepts everything: the time was checked on the input topic. */
    private static final TimeLimit NO_TIME_LIMIT = new TimeLimit(RecordValidator.LATEST, Duration.ZERO);

    /** Returns the headers of the repartitioned record. */
    Headers headers(Headers original) {
        byte[] reason =
                rejection == null ? EMPTY : DeadLetterFormat.brief(rejection).getBytes(StandardCharsets.UTF_8);
        byte[] position = ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES + reason.length)
                .put((byte) (hasKey ? 1 : 0))
                .putInt(origin.partition())
                .putLong(offset)
                .put(reason)
                .array();
        return new RecordHeaders(original).add(HEADER, position);
    }

    /** Returns the headers that the record had on its input topic. */
    static Headers originalHeaders(Headers headers) {
        // The original record may have a header of this name; ours is the last.
        Header ours = headers.lastHeader(HEADER);
        Headers original = new RecordHeaders();
        for (Header header : headers) {
            if (header != ours) {
                original.add(header);
            }
        }
        return original;
    }

    /** Returns the key of the repartitioned record. */
    static byte[] keyOf(byte[] key) {
        return key == null ? NO_KEY : key;
    }

    /** Returns the validated input. */
    DecodedInput validated(byte[] key) {
        input.validate(originalKey(key), NO_TIME_LIMIT);
        return input;
    }

    /** Returns the key that the record had on its input topic, or null. */
    byte[] originalKey(byte[] key) {
        return hasKey ? key : null;
    }

    /**
     * Returns a serde that writes the bytes as received, or as mapped, and reads them with {@code inputs}.
     *
     * @param topic the input topic
     * @param form the topic that determines how the bytes of accepted records are read: another one if the input topic
     *     is a source topic
     */
    static Serde<TopologyInput> serde(String topic, String form, Deserializer<DecodedInput> inputs) {
        return Serdes.serdeFrom((internal, moved) -> ((RepartitionedInput) moved).input.bytes(), new Deserializer<>() {
            @Override
            public TopologyInput deserialize(String internal, Headers headers, byte[] bytes) {
                ByteBuffer position = ByteBuffer.wrap(headers.lastHeader(HEADER).value());
                boolean hasKey = position.get() != 0;
                TopicPartition origin = new TopicPartition(topic, position.getInt());
                long offset = position.getLong();
                String rejection = position.hasRemaining()
                        ? StandardCharsets.UTF_8.decode(position).toString()
                        : null;
                DecodedInput input = rejection == null
                        ? inputs.deserialize(form, headers, bytes)
                        : new DecodedInput(null, rejection, bytes);
                return new RepartitionedInput(input, rejection, hasKey, origin, offset);
            }

            @Override
            public TopologyInput deserialize(String internal, byte[] bytes) {
                throw new UnsupportedOperationException("a repartitioned record has headers");
            }
        });
    }
}

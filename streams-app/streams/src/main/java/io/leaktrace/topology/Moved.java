package io.leaktrace.topology;

import io.leaktrace.domain.Plausibility;
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
 * An input that is repartitioned, with the place that it had on its input topic: dead letters name that place, not the
 * internal topic. The place travels in a header, and so does whether the record had a key, since Kafka Streams does not
 * repartition records without one.
 *
 * @param refusal why it was rejected on its input topic, where its own time was at hand to judge it by; null if it was not
 * @param hasKey whether the record had a key on its input topic
 * @param origin partition of the input topic
 * @param offset in that partition
 */
record Moved(Input input, String refusal, boolean hasKey, TopicPartition origin, long offset) implements Arrived {

    private static final String HEADER = "leaktrace.moved";
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] NO_KEY = NOTHING;

    /** What was accepted on its input topic is not judged by its time again. */
    private static final TimeLimit NONE = new TimeLimit(Plausibility.LATEST, Duration.ZERO);

    /** The headers of the repartitioned record. */
    Headers headers(Headers came) {
        byte[] reason = refusal == null ? NOTHING : DeadLetters.brief(refusal).getBytes(StandardCharsets.UTF_8);
        byte[] place = ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES + reason.length)
                .put((byte) (hasKey ? 1 : 0))
                .putInt(origin.partition())
                .putLong(offset)
                .put(reason)
                .array();
        return new RecordHeaders(came).add(HEADER, place);
    }

    /** The headers that the record had on its input topic. */
    static Headers originalHeaders(Headers headers) {
        // A record from outside may have had a header of this name; ours is the last.
        Header ours = headers.lastHeader(HEADER);
        Headers original = new RecordHeaders();
        for (Header header : headers) {
            if (header != ours) {
                original.add(header);
            }
        }
        return original;
    }

    /** The key of the repartitioned record. */
    static byte[] keyOf(byte[] key) {
        return key == null ? NO_KEY : key;
    }

    /** The input, judged. */
    Input judged(byte[] key) {
        input.judge(originalKey(key), NONE);
        return input;
    }

    /** The key that the record had on its input topic, or null. */
    byte[] originalKey(byte[] key) {
        return hasKey ? key : null;
    }

    /**
     * Writes the bytes as they came and reads them with {@code inputs}.
     *
     * @param topic the input topic, without which the bytes cannot be read
     */
    static Serde<Arrived> serde(String topic, Deserializer<Input> inputs) {
        return Serdes.serdeFrom((internal, moved) -> ((Moved) moved).input.bytes(), new Deserializer<>() {
            @Override
            public Arrived deserialize(String internal, Headers headers, byte[] bytes) {
                ByteBuffer place = ByteBuffer.wrap(headers.lastHeader(HEADER).value());
                boolean hasKey = place.get() != 0;
                TopicPartition origin = new TopicPartition(topic, place.getInt());
                long offset = place.getLong();
                String refusal = place.hasRemaining()
                        ? StandardCharsets.UTF_8.decode(place).toString()
                        : null;
                Input input =
                        refusal == null ? inputs.deserialize(topic, headers, bytes) : new Input(null, refusal, bytes);
                return new Moved(input, refusal, hasKey, origin, offset);
            }

            @Override
            public Arrived deserialize(String internal, byte[] bytes) {
                throw new UnsupportedOperationException("a repartitioned record has headers");
            }
        });
    }
}

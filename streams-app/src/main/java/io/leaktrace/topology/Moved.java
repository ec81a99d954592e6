package io.leaktrace.topology;

import java.nio.ByteBuffer;
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
 * @param hasKey whether the record had a key on its input topic
 * @param origin partition of the input topic
 * @param offset in that partition
 */
record Moved(Input input, boolean hasKey, TopicPartition origin, long offset) implements Arrived {

    private static final String HEADER = "leaktrace.moved";
    private static final byte[] NO_KEY = new byte[0];

    /** The headers of the repartitioned record. */
    Headers headers(Headers came) {
        byte[] place = ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES)
                .put((byte) (hasKey ? 1 : 0))
                .putInt(origin.partition())
                .putLong(offset)
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
                return new Moved(inputs.deserialize(topic, headers, bytes), hasKey, origin, place.getLong());
            }

            @Override
            public Arrived deserialize(String internal, byte[] bytes) {
                throw new UnsupportedOperationException("a repartitioned record has headers");
            }
        });
    }
}

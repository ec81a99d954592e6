package io.leaktrace.topology;

import io.leaktrace.sources.SourceTopic;
import java.util.Optional;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * A value of a source topic. It is mapped once its record's key is known, which Kafka Streams does not pass to
 * deserializers of values.
 */
final class SourceInput implements TopologyInput {

    private final SourceTopic source;
    private final Headers headers;
    private final byte[] value;
    /** Null until it has been mapped. */
    private Optional<KeyedInput> read;

    private SourceInput(SourceTopic source, Headers headers, byte[] value) {
        this.source = source;
        this.headers = headers;
        this.value = value;
    }

    /** Returns a deserializer that maps nothing yet. */
    static Deserializer<TopologyInput> deserializer(SourceTopic source) {
        return new Deserializer<>() {
            @Override
            public TopologyInput deserialize(String topic, Headers headers, byte[] bytes) {
                return new SourceInput(source, headers, bytes);
            }

            @Override
            public TopologyInput deserialize(String topic, byte[] bytes) {
                throw new UnsupportedOperationException("a mapping may read headers");
            }
        };
    }

    /**
     * Returns what the record is mapped to; empty if the mapping leaves it out. Later calls return the first result.
     *
     * @param key of the record, or null
     * @throws StreamsException if the registry does not answer, since the record may be valid; Kafka Streams would put
     *     the record into the message of another exception
     */
    Optional<KeyedInput> read(byte[] key) {
        if (read == null) {
            try {
                read = KeyedInput.of(source, headers, key, value);
            } catch (RetriableException e) {
                throw new StreamsException("a record of " + source.name() + " cannot be decoded yet", e);
            }
        }
        return read;
    }
}

package io.leaktrace.topology;

import io.leaktrace.sources.SourceTopic;
import io.leaktrace.sources.Sources;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the records of all topics that the pipeline reads: its own, and the source topics. */
public final class InputReader {

    private final Deserializer<DecodedInput> own;
    private final Sources sources;

    public InputReader(Deserializer<Object> records, Topics topics, Sources sources) {
        this.own = DecodedInput.deserializer(records, topics);
        this.sources = sources;
    }

    /**
     * Returns the input that a record holds; empty if the mapping of its source topic leaves it out.
     *
     * @param key null for none
     * @param value null for none
     * @throws org.apache.kafka.common.errors.RetriableException if the registry does not answer, since the record may
     *     be valid
     */
    public Optional<KeyedInput> read(String topic, Headers headers, byte[] key, byte[] value) {
        Optional<SourceTopic> source = sources.topic(topic);
        return source.isPresent()
                ? KeyedInput.of(source.get(), headers, key, value)
                : Optional.of(new KeyedInput(key, own.deserialize(topic, headers, value)));
    }
}

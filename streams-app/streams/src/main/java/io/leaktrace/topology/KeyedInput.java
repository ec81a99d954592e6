package io.leaktrace.topology;

import io.leaktrace.domain.TimeLimit;
import io.leaktrace.sources.SourceTopic;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;

/**
 * An input record with the key that it is accepted under: that of its record, or its buyer if it was mapped from a
 * source topic.
 *
 * @param key of the record as received if it cannot be read; null for none
 */
public record KeyedInput(byte[] key, DecodedInput input) {

    /**
     * Validates the input; later calls return the first result.
     *
     * @param limit the latest event time that is accepted
     * @return why it is rejected; empty if it is accepted
     */
    public Optional<String> validate(TimeLimit limit) {
        return input.validate(key, limit);
    }

    /** Returns the input that a record of a source topic is mapped to; empty if the mapping leaves it out. */
    static Optional<KeyedInput> of(SourceTopic source, Headers headers, byte[] key, byte[] value) {
        try {
            return source.read(headers, key, value)
                    .map(record -> new KeyedInput(
                            record.key().getBytes(StandardCharsets.UTF_8), new DecodedInput(record, null, value)));
        } catch (RetriableException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.of(new KeyedInput(key, new DecodedInput(null, DecodedInput.reason(e), value)));
        }
    }
}

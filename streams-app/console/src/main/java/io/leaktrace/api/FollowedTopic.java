package io.leaktrace.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reader of the records of a topic that the API follows. Unreadable records are skipped and counted; the first one of a
 * topic is logged. Not thread-safe.
 *
 * @param <T> type of the topic's records
 */
final class FollowedTopic<T> {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedTopic.class);

    private final String name;
    private final Class<T> type;
    private final Deserializer<Object> records;
    private final BiFunction<T, ConsumerRecord<byte[], byte[]>, Optional<String>> refusal;
    private final Runnable onUnreadable;
    /** Offset after the last accepted record, by partition; after a failure, reading continues from there. */
    private final Map<Integer, Long> next = new HashMap<>();

    private boolean warned;

    /**
     * @param records deserializer of values; throws a {@link RetriableException} while the registry is unavailable
     * @param refusal returns the reason for which the pipeline rejects a readable record, or empty
     * @param onUnreadable called once for each record that is skipped
     */
    FollowedTopic(
            String name,
            Class<T> type,
            Deserializer<Object> records,
            BiFunction<T, ConsumerRecord<byte[], byte[]>, Optional<String>> refusal,
            Runnable onUnreadable) {
        this.name = name;
        this.type = type;
        this.records = records;
        this.refusal = refusal;
        this.onUnreadable = onUnreadable;
    }

    String name() {
        return name;
    }

    /** Offset of the next record, by partition; only partitions with accepted records. */
    Map<Integer, Long> next() {
        return Map.copyOf(next);
    }

    /**
     * Passes on the value of a record, if it has a readable one.
     *
     * @throws RetriableException if the schema registry is unavailable, so that the record must be read again
     */
    void take(ConsumerRecord<byte[], byte[]> record, Consumer<T> receiver) {
        read(record).ifPresent(receiver);
        next.put(record.partition(), record.offset() + 1);
    }

    /**
     * The record's value; empty if it has none or is unreadable.
     *
     * @throws RetriableException if the schema registry is unavailable, so that the record must be read again
     */
    private Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            Object value = records.deserialize(name, record.headers(), record.value());
            if (type.isInstance(value)) {
                Optional<String> reason = refusal.apply(type.cast(value), record);
                if (reason.isEmpty()) {
                    return Optional.of(type.cast(value));
                }
                skip(record, reason.get());
            } else {
                skip(record, "it is of type " + value.getClass().getSimpleName());
            }
        } catch (RetriableException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            skip(record, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    private void skip(ConsumerRecord<byte[], byte[]> record, String reason) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "A record of {} cannot be read and is skipped, as later ones are without a log entry: partition {}, "
                            + "offset {}: {}. The metric leaktrace_unreadable_records_total counts them.",
                    name,
                    record.partition(),
                    record.offset(),
                    reason.replaceAll("\\p{Cntrl}", "?"));
        }
        onUnreadable.run();
    }
}

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
 * Reads the records of a topic that the API follows. A record that cannot be read is skipped and counted; the first one of
 * a topic is logged. For one thread.
 *
 * @param <T> what the topic holds
 */
final class FollowedTopic<T> {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedTopic.class);

    private final String name;
    private final Class<T> type;
    private final Deserializer<Object> records;
    private final BiFunction<T, ConsumerRecord<byte[], byte[]>, Optional<String>> refusal;
    private final Runnable onUnreadable;
    /** Offset behind the last record that was taken, by partition: after a failure, the topic is read on from there. */
    private final Map<Integer, Long> next = new HashMap<>();

    private boolean warned;

    /**
     * @param records reads values, and throws a {@link RetriableException} while it cannot say what a value is
     * @param refusal returns why the pipeline does not accept a record that can be read, or nothing
     * @param onUnreadable is called once for each record that is skipped
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

    /** Offset of the next record, by partition; empty for partitions of which none has been taken. */
    Map<Integer, Long> next() {
        return Map.copyOf(next);
    }

    /**
     * Takes a record: hands its value on, if it has one that can be read.
     *
     * @throws RetriableException if the schema registry is away, so that the record has to be read again
     */
    void take(ConsumerRecord<byte[], byte[]> record, Consumer<T> receiver) {
        read(record).ifPresent(receiver);
        next.put(record.partition(), record.offset() + 1);
    }

    /**
     * The record's value; empty if it has none or cannot be read.
     *
     * @throws RetriableException if the schema registry is away, so that the record has to be read again
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
                    "A record of {} cannot be read and is skipped, as later ones are without a word: partition {}, offset "
                            + "{}: {}. The metric leaktrace_unreadable_records_total counts them.",
                    name,
                    record.partition(),
                    record.offset(),
                    reason.replaceAll("\\p{Cntrl}", "?"));
        }
        onUnreadable.run();
    }
}

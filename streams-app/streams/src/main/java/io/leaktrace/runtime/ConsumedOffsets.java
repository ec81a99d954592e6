package io.leaktrace.runtime;

import io.leaktrace.topology.InputEnd;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Tracks the offsets that the application's consumers read, so that a task can detect the end of its input, which Kafka
 * Streams does not report. A partition has been read to its end if its consumer has no lag and the task has processed
 * all polled records. Polled order events are combined into batches.
 */
public final class ConsumedOffsets implements KafkaClientSupplier, InputEnd {

    /** State of a partition: offset of the last polled record, or −1, and lag of the consumer in records. */
    private record Position(long polled, OptionalLong lag) {}

    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();
    private final Supplier<UnaryOperator<ConsumerRecords<byte[], byte[]>>> newBatcher;
    private final ReadingProgress progress;
    private final RepartitionProgress repartitioned;

    /**
     * @param newBatcher creates for each consumer the function that combines its polled records into batches
     * @param repartitioned progress of the internal topics with repartitioned input
     */
    ConsumedOffsets(
            Supplier<UnaryOperator<ConsumerRecords<byte[], byte[]>>> newBatcher,
            ReadingProgress progress,
            RepartitionProgress repartitioned) {
        this.newBatcher = newBatcher;
        this.progress = progress;
        this.repartitioned = repartitioned;
    }

    @Override
    public boolean reached(TopicPartition partition, long processed) {
        Position position = positions.get(partition);
        return position != null
                && position.lag.isPresent()
                && position.lag.getAsLong() == 0
                && position.polled <= processed;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new TrackedConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return getRestoreConsumer(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    private final class TrackedConsumer extends KafkaConsumer<byte[], byte[]> {

        private final Set<TopicPartition> tracked = new HashSet<>();
        private final UnaryOperator<ConsumerRecords<byte[], byte[]>> batcher = newBatcher.get();

        TrackedConsumer(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            Set<TopicPartition> assigned = assignment();
            tracked.removeIf(partition -> {
                boolean gone = !assigned.contains(partition);
                if (gone) {
                    positions.remove(partition);
                }
                return gone;
            });
            Map<TopicPartition, Long> lags = new HashMap<>();
            for (TopicPartition partition : assigned) {
                tracked.add(partition);
                var polled = records.records(partition);
                Position before = positions.get(partition);
                long last = polled.isEmpty()
                        ? before == null ? -1 : before.polled
                        : polled.get(polled.size() - 1).offset();
                OptionalLong lag = currentLag(partition);
                super.currentLag(partition).ifPresent(behind -> lags.put(partition, behind));
                positions.put(partition, new Position(last, lag));
            }
            progress.polled(!records.isEmpty(), lags);
            return batcher.apply(records);
        }

        /** Returns the lag; Kafka Streams uses it to decide whether to wait for an internal topic without records. */
        @Override
        public OptionalLong currentLag(TopicPartition partition) {
            OptionalLong lag = super.currentLag(partition);
            boolean known = lag.isPresent() && repartitioned.isAwaited(partition);
            return known ? repartitioned.lag(partition, position(partition), lag) : lag;
        }
    }
}

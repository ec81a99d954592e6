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
 * Watches what the application's consumers read, so that a task can tell whether there is more to come: Kafka Streams
 * does not say. A partition has been read to its end if the consumer lags behind by nothing and the task has processed
 * all that was polled. What it hands on is packed.
 */
public final class ConsumedOffsets implements KafkaClientSupplier, InputEnd {

    /** What a consumer knows of a partition: offset of the last record polled, or −1, and how far it lags behind. */
    private record Position(long polled, OptionalLong lag) {}

    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();
    private final Supplier<UnaryOperator<ConsumerRecords<byte[], byte[]>>> newPacker;
    private final ReadingProgress progress;
    private final RepartitionProgress repartitioned;

    /**
     * @param newPacker makes, for each consumer, what packs the records that it has polled
     * @param repartitioned whether internal topics hold all that was there at the start
     */
    ConsumedOffsets(
            Supplier<UnaryOperator<ConsumerRecords<byte[], byte[]>>> newPacker,
            ReadingProgress progress,
            RepartitionProgress repartitioned) {
        this.newPacker = newPacker;
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
        return new WatchedConsumer(config);
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

    private final class WatchedConsumer extends KafkaConsumer<byte[], byte[]> {

        private final Set<TopicPartition> watched = new HashSet<>();
        private final UnaryOperator<ConsumerRecords<byte[], byte[]>> packer = newPacker.get();

        WatchedConsumer(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            Set<TopicPartition> assigned = assignment();
            watched.removeIf(partition -> {
                boolean gone = !assigned.contains(partition);
                if (gone) {
                    positions.remove(partition);
                }
                return gone;
            });
            Map<TopicPartition, Long> lags = new HashMap<>();
            for (TopicPartition partition : assigned) {
                watched.add(partition);
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
            return packer.apply(records);
        }

        /** Kafka Streams asks this before it reads on without an internal topic that has nothing to read. */
        @Override
        public OptionalLong currentLag(TopicPartition partition) {
            OptionalLong lag = super.currentLag(partition);
            boolean known = lag.isPresent() && repartitioned.isAwaited(partition);
            return known ? repartitioned.lag(partition, position(partition), lag) : lag;
        }
    }
}

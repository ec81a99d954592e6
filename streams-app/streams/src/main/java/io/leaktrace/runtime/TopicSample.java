package io.leaktrace.runtime;

import io.leaktrace.domain.RecordValidator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the oldest and the newest committed records of each partition of a topic, with a consumer without a group: it
 * writes nothing to the cluster.
 */
final class TopicSample implements AutoCloseable {

    /** Number of records read at each end of a partition. */
    static final int RECORDS = 250;

    /** Maximum size of a key in bytes; a longer key is no buyer id. */
    private static final int MAX_KEY_BYTES = 4 * RecordValidator.LONGEST_ID;

    private static final Duration POLL = Duration.ofMillis(200);
    /**
     * Maximum time to read; records that have not arrived by then are omitted, as those of a partition without a
     * leader.
     */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private static final byte[] EMPTY = new byte[0];

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, List<PartitionInfo>> existing;

    TopicSample(Settings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.get(Setting.APPLICATION_ID) + "-sample");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS);
        // The sample is small, and topics can hold large records.
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 << 20);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 128 << 10);
        config.putAll(settings.kafka());
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            existing = consumer.listTopics();
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** Returns the names of all visible topics. */
    Set<String> topics() {
        return existing.keySet();
    }

    /** Returns the number of partitions of a topic; 0 if it does not exist. */
    int partitions(String topic) {
        return existing.getOrDefault(topic, List.of()).size();
    }

    /**
     * Returns the oldest and the newest records of each partition, in the order of partitions. Values are replaced by
     * empty ones, and keys too long for an id by null.
     */
    List<ConsumerRecord<byte[], byte[]>> ends(String topic) {
        return ends(topic, RECORDS, TopicSample::withoutValue);
    }

    /**
     * Passes on the oldest and the newest records of each partition, one after the other, since all together could fill
     * the heap.
     *
     * @param count number of records at each end of a partition
     */
    void forEachOfEnds(String topic, int count, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        ends(topic, count, record -> {
            receiver.accept(record);
            return withoutValue(record);
        });
    }

    private List<ConsumerRecord<byte[], byte[]>> ends(
            String topic, int count, UnaryOperator<ConsumerRecord<byte[], byte[]>> kept) {
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(assign(topic));
        Map<TopicPartition, Long> end = consumer.endOffsets(begin.keySet());
        Map<TopicPartition, Long> firstTo = new HashMap<>();
        Map<TopicPartition, Long> lastFrom = new HashMap<>();
        begin.forEach((partition, from) -> {
            firstTo.put(partition, Math.min(end.get(partition), from + count));
            lastFrom.put(partition, Math.max(firstTo.get(partition), end.get(partition) - count));
        });
        List<ConsumerRecord<byte[], byte[]>> records = read(begin, firstTo, kept);
        records.addAll(read(lastFrom, end, kept));
        records.sort(Comparator.comparingInt(ConsumerRecord::partition));
        return records;
    }

    /**
     * Returns the offset after the newest committed record of each partition that has one among its last
     * {@link #RECORDS} offsets.
     */
    Map<TopicPartition, Long> afterNewest(String topic) {
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(assign(topic));
        Map<TopicPartition, Long> end = consumer.endOffsets(begin.keySet());
        Map<TopicPartition, Long> from = new HashMap<>();
        begin.forEach((partition, first) -> from.put(partition, Math.max(first, end.get(partition) - RECORDS)));
        Map<TopicPartition, Long> after = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(from, end, TopicSample::withoutValue)) {
            after.merge(new TopicPartition(topic, record.partition()), record.offset() + 1, Math::max);
        }
        return after;
    }

    private List<TopicPartition> assign(String topic) {
        List<TopicPartition> partitions = existing.getOrDefault(topic, List.of()).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        return partitions;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            UnaryOperator<ConsumerRecord<byte[], byte[]>> kept) {
        Map<TopicPartition, Long> open =
                new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
        to.forEach((partition, end) -> {
            if (from.get(partition) < end) {
                open.put(partition, end);
            }
        });
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        consumer.assign(open.keySet());
        open.keySet().forEach(partition -> consumer.seek(partition, from.get(partition)));
        long start = System.nanoTime();
        while (!open.isEmpty() && System.nanoTime() - start < READ_TIMEOUT.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Long end = open.get(new TopicPartition(record.topic(), record.partition()));
                if (end != null && record.offset() < end) {
                    read.add(kept.apply(record));
                }
            }
            if (open.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue())) {
                // Not paused, but unassigned: the others keep their positions, and buffered records of a paused
                // partition would block them.
                consumer.assign(open.keySet());
            }
        }
        return read;
    }

    /** Replaces the value by an empty one: only keys are needed, and all values together could fill the heap. */
    private static ConsumerRecord<byte[], byte[]> withoutValue(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key() == null || record.key().length > MAX_KEY_BYTES ? null : record.key();
        byte[] value = record.value() == null ? null : EMPTY;
        return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), key, value);
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package io.leaktrace.topics;

import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reader of a topic's committed records, each partition in the order of offsets. */
public final class TopicReader implements RecordSource {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deserializer<Object> records;
    private final List<TopicPartition> partitions;
    private long unreadable;

    /** Reads from the topic's beginning. */
    public TopicReader(Settings settings, String topic) {
        this(settings, topic, Map.of());
    }

    /**
     * Continues where another reader stopped.
     *
     * @param from offset of the next record, by partition; other partitions, and those whose records there have been
     *     deleted, are read from their beginning
     */
    public TopicReader(Settings settings, String topic, Map<Integer, Long> from) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // Reading must not create a topic.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.putAll(settings.kafka());
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        records = settings.wire().records();
        try {
            List<PartitionInfo> known = consumer.partitionsFor(topic);
            if (known == null || known.isEmpty()) {
                throw new StartException("there is no topic " + topic
                        + " on these brokers, or no right to see it; is topic.prefix right? 'leaktrace topics' checks");
            }
            partitions = known.stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                    .toList();
        } catch (RuntimeException e) {
            // The caller gets no reader that it could close.
            consumer.close();
            throw e;
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        for (TopicPartition partition : partitions) {
            if (from.containsKey(partition.partition())) {
                consumer.seek(partition, from.get(partition.partition()));
            }
        }
    }

    /** Passes on the records that have arrived since the last call; skips tombstones and unreadable records. */
    public void poll(Consumer<Object> receiver) {
        pollRecords(record -> read(record, receiver));
    }

    @Override
    public void pollRecords(Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        consumer.poll(POLL).forEach(receiver);
    }

    /** Passes on the records up to the current end of the topic; skips tombstones and unreadable records. */
    public void readToEnd(Consumer<Object> receiver) {
        readRecordsToEnd(record -> read(record, receiver));
    }

    @Override
    public void readRecordsToEnd(Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            consumer.poll(POLL).forEach(receiver);
        }
    }

    /** Skips and counts unreadable records: other applications may write to the topic. */
    private void read(ConsumerRecord<byte[], byte[]> record, Consumer<Object> receiver) {
        if (record.value() == null) {
            return;
        }
        Object value;
        try {
            value = records.deserialize(record.topic(), record.headers(), record.value());
        } catch (RetriableException e) {
            // The registry is unavailable; the record may be good.
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            unreadable++;
            return;
        }
        receiver.accept(value);
    }

    /** A sentence with the number of unreadable records that were skipped; empty if there were none. */
    public Optional<String> shortcoming() {
        return unreadable == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%,d records of %s cannot be read and were left out.",
                        unreadable,
                        partitions.get(0).topic()));
    }

    @Override
    public void close() {
        consumer.close();
        records.close();
    }
}

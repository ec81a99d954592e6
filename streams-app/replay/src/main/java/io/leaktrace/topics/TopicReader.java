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

/** Reads a topic's committed records, in the order of partitions and offsets. */
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
     * Goes on where another reader has stopped.
     *
     * @param from offset of the next record, by partition; others are read from their beginning, and so are those of which
     *     the records there have been deleted
     */
    public TopicReader(Settings settings, String topic, Map<Integer, Long> from) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // Who looks at a topic does not want to have it.
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
            // Nobody else could.
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

    /** Gives what has come since the last call, waiting a little for it. Tombstones and what cannot be read are passed over. */
    public void poll(Consumer<Object> receiver) {
        pollRecords(record -> read(record, receiver));
    }

    @Override
    public void pollRecords(Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        consumer.poll(POLL).forEach(receiver);
    }

    /** Gives everything up to the end that the topic has now. Tombstones and what cannot be read are passed over. */
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

    /** What cannot be read is skipped: anyone with the right to write may have put it there. */
    private void read(ConsumerRecord<byte[], byte[]> record, Consumer<Object> receiver) {
        if (record.value() == null) {
            return;
        }
        Object value;
        try {
            value = records.deserialize(record.topic(), record.headers(), record.value());
        } catch (RetriableException e) {
            // The registry is away: the record may be as good as any.
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            unreadable++;
            return;
        }
        receiver.accept(value);
    }

    /** Records that were passed over because they cannot be read, as a sentence; empty if there were none. */
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

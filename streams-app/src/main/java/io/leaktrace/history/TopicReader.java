package io.leaktrace.history;

import io.leaktrace.runtime.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a topic's committed records from its beginning, in the order of partitions and offsets. */
public final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deserializer<Object> records;
    private final List<TopicPartition> partitions;

    public TopicReader(Settings settings, String topic) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.putAll(settings.kafka());
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        records = settings.wire().records();
        try {
            partitions = consumer.partitionsFor(topic).stream()
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
    }

    /** Gives what has come since the last call, waiting a little for it. Tombstones are passed over. */
    public void poll(Consumer<Object> receiver) {
        pollRecords(record -> read(record, receiver));
    }

    /** Gives what has come since the last call as it came, waiting a little for it. */
    public void pollRecords(Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        consumer.poll(POLL).forEach(receiver);
    }

    /** Gives everything up to the end that the topic has now. Tombstones are passed over. */
    public void readToEnd(Consumer<Object> receiver) {
        readRecordsToEnd(record -> read(record, receiver));
    }

    /** The same as it came, headers, keys and tombstones included. */
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
            throw e;
        } catch (SerializationException e) {
            LOG.warn(
                    "A record cannot be read and is skipped: {}, partition {}, offset {}",
                    record.topic(),
                    record.partition(),
                    record.offset());
            return;
        }
        receiver.accept(value);
    }

    @Override
    public void close() {
        consumer.close();
        records.close();
    }
}

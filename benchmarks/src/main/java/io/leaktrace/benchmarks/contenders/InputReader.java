package io.leaktrace.benchmarks.contenders;

import io.leaktrace.runtime.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** A plain consumer that reads topics from their beginning to the end they had when it was made. */
public final class InputReader<V> implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** As many as Leaktrace polls at once; everything else is as Kafka has it by default. */
    private static final int MAX_POLL_RECORDS = 5_000;

    private final KafkaConsumer<byte[], V> consumer;
    private final Map<TopicPartition, Long> ends;

    public InputReader(Settings settings, List<String> topics, Deserializer<V> values) {
        Map<String, Object> config = readCommitted(settings);
        config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), values);
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        ends = consumer.endOffsets(partitions);
    }

    /** Settings of a consumer that keeps its own place and reads what is committed; a map of the caller's own. */
    public static Map<String, Object> readCommitted(Settings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.putAll(settings.kafka());
        return config;
    }

    public static InputReader<byte[]> ofBytes(Settings settings, List<String> topics) {
        return new InputReader<>(settings, topics, new ByteArrayDeserializer());
    }

    /** Offset behind the last record of each partition. */
    public Map<TopicPartition, Long> ends() {
        return ends;
    }

    /** Gives every record. */
    public void forEach(Consumer<ConsumerRecord<byte[], V>> receiver) {
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(receiver);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package io.leaktrace.runtime;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Reads and writes the topic {@code <application.id>-state-settings}: compacted, one partition; its last record is in
 * force.
 */
final class StateSettingsTopic {

    private static final byte[] KEY = "settings".getBytes(StandardCharsets.UTF_8);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration READ_TIMEOUT = Duration.ofMinutes(1);

    private final Settings settings;
    private final String name;

    StateSettingsTopic(Settings settings) {
        this.settings = settings;
        this.name = settings.get(Setting.APPLICATION_ID) + "-state-settings";
    }

    String name() {
        return name;
    }

    NewTopic asNew() {
        Map<String, String> config = new HashMap<>(TopicConfigs.ANY_TIME);
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        return new NewTopic(name, 1, (short) settings.integer(Setting.TOPIC_REPLICATION)).configs(config);
    }

    /** The last record, and the offset up to which the topic was read. */
    record Read(Optional<StateCompatibility> last, long end) {}

    Read read() {
        List<byte[]> notes = new ArrayList<>();
        long end = read(0, notes);
        // Only the last record is parsed, so that an unreadable earlier one has no effect.
        return new Read(
                notes.isEmpty()
                        ? Optional.empty()
                        : Optional.of(StateCompatibility.read(name, notes.get(notes.size() - 1))),
                end);
    }

    /**
     * Appends a record, unless another instance has appended one since the topic was read.
     *
     * @return the record in force, of this instance or the other
     */
    StateCompatibility write(StateCompatibility record, Read before) {
        send(record);
        List<byte[]> since = new ArrayList<>();
        read(before.end(), since);
        if (since.isEmpty()) {
            throw new StartException("what was just written to " + name + " cannot be read: another program has a "
                    + "transaction open there; end it, and let only Leaktrace write to this topic");
        }
        StateCompatibility first = StateCompatibility.read(name, since.get(0));
        if (!Arrays.equals(since.get(since.size() - 1), since.get(0))) {
            // The last record is in force, but the instance that wrote first already uses its own: append that one
            // again.
            send(first);
        }
        return first;
    }

    /** Appends a record unconditionally. */
    void send(StateCompatibility record) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.putAll(settings.kafka());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(name, 0, KEY, record.write())).get();
        } catch (ExecutionException e) {
            throw new StartException(
                    "a record could not be sent to " + name + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while writing to " + name, e);
        }
    }

    private long read(long from, List<byte[]> notes) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.putAll(settings.kafka());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        TopicPartition partition = new TopicPartition(name, 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long start = System.nanoTime();
            while (consumer.position(partition) < end) {
                if (System.nanoTime() - start > READ_TIMEOUT.toNanos()) {
                    throw new StartException(name + " cannot be read to its end within " + READ_TIMEOUT.toSeconds()
                            + " s: is a transaction open there, or a record lost?");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.value() != null && Arrays.equals(KEY, record.key())) {
                        notes.add(record.value());
                    }
                }
            }
            return end;
        }
    }
}

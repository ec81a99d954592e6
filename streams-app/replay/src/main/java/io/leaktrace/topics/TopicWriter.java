package io.leaktrace.topics;

import io.leaktrace.domain.Audit;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topology.Topics;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writer of a few records, which waits until all are acknowledged. Its producer is created at the first use and kept.
 * Thread-safe.
 */
public final class TopicWriter implements AutoCloseable {

    private final Topics topics;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Supplier<WireFormat> wire;
    private Serializer<LeakVerdict> verdicts;
    private Serializer<Audit> audits;
    private Producer<byte[], byte[]> producer;
    private boolean closed;

    /**
     * A writer to be kept, for callers that wait for the result.
     *
     * @param patience maximum time to wait for the brokers, and the same for the schema registry
     */
    public TopicWriter(Settings settings, Duration patience) {
        this(
                settings.topics(),
                () -> settings.wire().withRegistryPatience(patience),
                () -> producer(settings, Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis())));
    }

    TopicWriter(Topics topics, Supplier<WireFormat> wire, Supplier<Producer<byte[], byte[]>> producers) {
        this.topics = topics;
        this.wire = wire;
        this.producers = producers;
    }

    private static Producer<byte[], byte[]> producer(Settings settings, Map<String, Object> preferred) {
        Map<String, Object> config = new HashMap<>(preferred);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.putAll(settings.kafka());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends a person's decision.
     *
     * @throws StartException if it was not acknowledged
     * @throws KafkaException if the schema registry gives no usable answer
     */
    public void write(LeakVerdict verdict) throws InterruptedException {
        byte[] key = verdict.custodian().toString().getBytes(StandardCharsets.UTF_8);
        String topic = topics.leakVerdicts();
        write(List.of(new ProducerRecord<>(topic, key, bytes(topic, verdict))));
    }

    /**
     * Writes an audit record: who resolved a pseudonym.
     *
     * @throws StartException if it was not acknowledged
     * @throws KafkaException if the schema registry gives no usable answer
     */
    public void write(Audit audit) throws InterruptedException {
        byte[] key = audit.by().getBytes(StandardCharsets.UTF_8);
        String topic = topics.leakAudit();
        write(List.of(new ProducerRecord<>(topic, key, bytes(topic, audit))));
    }

    private synchronized byte[] bytes(String topic, LeakVerdict verdict) {
        if (verdicts == null) {
            verdicts = wire.get().leakVerdicts();
        }
        return verdicts.serialize(topic, verdict);
    }

    private synchronized byte[] bytes(String topic, Audit audit) {
        if (audits == null) {
            audits = wire.get().audits();
        }
        return audits.serialize(topic, audit);
    }

    /** @throws StartException if a record was not acknowledged */
    public void write(List<ProducerRecord<byte[], byte[]>> records) throws InterruptedException {
        Producer<byte[], byte[]> used = producer();
        try {
            send(used, records);
        } catch (StartException | KafkaException e) {
            // After some failures a producer is unusable.
            discard(used);
            throw e;
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (closed) {
            throw new StartException("a record could not be sent: the server is stopping");
        }
        if (producer == null) {
            producer = producers.get();
        }
        return producer;
    }

    private void discard(Producer<byte[], byte[]> failed) {
        synchronized (this) {
            if (producer == failed) {
                producer = null;
            }
        }
        failed.close(Duration.ZERO);
    }

    private static void send(Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException {
        try {
            List<Future<RecordMetadata>> sent =
                    records.stream().map(producer::send).toList();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new StartException(
                    "a record could not be sent: " + e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }

    /** Sends a person's decision, once. */
    public static void send(Settings settings, LeakVerdict verdict) throws InterruptedException {
        requireTopics(settings, List.of(settings.topics().leakVerdicts()));
        try (TopicWriter writer = once(settings)) {
            writer.write(verdict);
        }
    }

    /**
     * Sends records, once, to existing topics: brokers may create missing topics with a retention and cleanup policy
     * that lose the records.
     *
     * @throws StartException if a topic is missing, or a record was not acknowledged
     */
    public static void send(Settings settings, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException {
        requireTopics(
                settings, records.stream().map(ProducerRecord::topic).distinct().toList());
        try (TopicWriter writer = once(settings)) {
            writer.write(records);
        }
    }

    private static void requireTopics(Settings settings, List<String> names) {
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.partitions(names);
        }
    }

    private static TopicWriter once(Settings settings) {
        return new TopicWriter(settings.topics(), settings::wire, () -> producer(settings, Map.of()));
    }
}

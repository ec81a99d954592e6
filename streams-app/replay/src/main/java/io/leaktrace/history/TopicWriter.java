package io.leaktrace.history;

import io.leaktrace.domain.Audit;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.TopicAdmin;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends a few records and sees to it that all of them arrived. */
public final class TopicWriter {

    private TopicWriter() {}

    /** Sends a person's decision. */
    public static void send(Settings settings, LeakVerdict verdict) throws InterruptedException {
        String topic = settings.topics().leakVerdicts();
        byte[] key = verdict.custodian().toString().getBytes(StandardCharsets.UTF_8);
        send(
                settings,
                List.of(new ProducerRecord<>(
                        topic, key, settings.wire().leakVerdicts().serialize(topic, verdict))));
    }

    /** Puts on record who looked behind a pseudonym. */
    public static void send(Settings settings, Audit audit) throws InterruptedException {
        String topic = settings.topics().leakAudit();
        byte[] key = audit.by().getBytes(StandardCharsets.UTF_8);
        send(
                settings,
                List.of(new ProducerRecord<>(
                        topic, key, settings.wire().audits().serialize(topic, audit))));
    }

    /**
     * Sends records to topics that exist: brokers may create those that do not with a retention and a cleanup that lose
     * what is sent.
     *
     * @throws StartException if a topic is missing, or a record was not acknowledged
     */
    public static void send(Settings settings, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException {
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.partitions(
                    records.stream().map(ProducerRecord::topic).distinct().toList());
        }
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.putAll(settings.kafka());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
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
}

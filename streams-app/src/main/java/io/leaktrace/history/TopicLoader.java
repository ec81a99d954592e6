package io.leaktrace.history;

import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.KeyPlacement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records to a topic, each acknowledged by all replicas. */
final class TopicLoader implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long sent;

    TopicLoader(Settings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.putAll(settings.kafka());
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends all records of a spool in order.
     *
     * @param rule by which keys are placed
     * @throws StartException if one of them was not acknowledged
     */
    void load(Spool spool, String topic, KeyPlacement rule, LongConsumer sentSoFar) {
        int partitions = producer.partitionsFor(topic).size();
        spool.forEachInOrder((time, key, value) -> {
            producer.send(
                    new ProducerRecord<>(topic, rule.partition(key, partitions), time, key, value),
                    (metadata, problem) -> {
                        if (problem != null) {
                            failure.compareAndSet(null, problem);
                        }
                    });
            sentSoFar.accept(++sent);
            check(topic);
        });
        producer.flush();
        check(topic);
    }

    private void check(String topic) {
        Exception problem = failure.get();
        if (problem != null) {
            throw new StartException("a record could not be sent to " + topic + ": " + problem.getMessage(), problem);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

package io.leaktrace.topics;

import io.leaktrace.files.Spool;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.KeyPlacement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records to a topic, each acknowledged by all replicas. */
final class TopicLoader implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong tooLarge = new AtomicLong();
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
     * Sends all records of a spool in order, and waits until they have arrived. A record that is too large for the topic
     * is left out.
     *
     * @param rule by which keys are placed
     * @return how many arrived
     * @throws StartException if one of them was not acknowledged for another reason
     */
    long load(Spool spool, String topic, KeyPlacement rule, LongConsumer sentSoFar) {
        int partitions = producer.partitionsFor(topic).size();
        long arrivedBefore = arrived.get();
        spool.forEachInOrder((time, key, value) -> {
            // Under the time of sending: by event time, brokers would delete an old history or refuse an order dated
            // ahead.
            producer.send(
                    new ProducerRecord<>(topic, rule.partition(key, partitions), key, value), (metadata, problem) -> {
                        if (problem == null) {
                            arrived.incrementAndGet();
                        } else if (problem instanceof RecordTooLargeException) {
                            tooLarge.incrementAndGet();
                        } else {
                            failure.compareAndSet(null, problem);
                        }
                    });
            sentSoFar.accept(++sent);
            check(topic);
        });
        producer.flush();
        check(topic);
        return arrived.get() - arrivedBefore;
    }

    /** Number of records that were too large for their topic. */
    long tooLarge() {
        return tooLarge.get();
    }

    private void check(String topic) {
        Exception problem = failure.get();
        if (problem != null) {
            throw new StartException(
                    "a record could not be sent to " + topic + ": " + problem.getMessage() + "; " + arrived.get()
                            + " records had arrived. Load the files again once that is mended: what is there already "
                            + "counts once",
                    problem);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

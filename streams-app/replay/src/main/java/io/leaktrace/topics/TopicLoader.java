package io.leaktrace.topics;

import io.leaktrace.files.TimeSortedRecords;
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

/** Producer of records, each acknowledged by all replicas. */
final class TopicLoader implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final AtomicLong acknowledged = new AtomicLong();
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
     * Sends all records in order, and waits until they are acknowledged. A record that is too large for the
     * topic is left out.
     *
     * @param rule partitioning rule of the keys
     * @return number of records acknowledged
     * @throws StartException if one of them was not acknowledged for another reason
     */
    long load(TimeSortedRecords records, String topic, KeyPlacement rule, LongConsumer sentSoFar) {
        int partitions = producer.partitionsFor(topic).size();
        long acknowledgedBefore = acknowledged.get();
        TimeSortedRecords.Cursor record = records.cursor();
        while (record.advance()) {
            byte[] key = record.key();
            // The timestamp is the time of sending: by event time, brokers would delete old records or reject those
            // dated ahead.
            producer.send(
                    new ProducerRecord<>(topic, rule.partition(key, partitions), key, record.value()),
                    (metadata, problem) -> {
                        if (problem == null) {
                            acknowledged.incrementAndGet();
                        } else if (problem instanceof RecordTooLargeException) {
                            tooLarge.incrementAndGet();
                        } else {
                            failure.compareAndSet(null, problem);
                        }
                    });
            sentSoFar.accept(++sent);
            check(topic);
        }
        producer.flush();
        check(topic);
        return acknowledged.get() - acknowledgedBefore;
    }

    /** Number of records that were too large for their topic. */
    long tooLarge() {
        return tooLarge.get();
    }

    private void check(String topic) {
        Exception problem = failure.get();
        if (problem != null) {
            throw new StartException(
                    "a record could not be sent to " + topic + ": " + problem.getMessage() + "; " + acknowledged.get()
                            + " records had arrived. Fix the cause and load the files again: records that are there "
                            + "already count once",
                    problem);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

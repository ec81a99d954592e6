package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.benchmarks.contenders.CountsTopic;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes counts as a {@link CountsTopic} has them. A class of its own, because Flink wants to know its types. */
final class CountSchema implements KafkaRecordSerializationSchema<Tuple2<String, Long>> {

    private static final long serialVersionUID = 1;

    private final String topic;

    CountSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            Tuple2<String, Long> count, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(topic, CountsTopic.key(count.f0), CountsTopic.value(count.f1));
    }
}

package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.wire.WireDeserializer;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads Avro in Confluent's wire format with the deserializer that the other contenders use: Flink's own needs a client
 * that is not in Maven Central.
 */
abstract class AvroSchema<T> implements KafkaRecordDeserializationSchema<T> {

    private static final long serialVersionUID = 1;

    private final String registryUrl;
    private final Class<T> type;
    private transient WireDeserializer wire;

    AvroSchema(String registryUrl, Class<T> type) {
        this.registryUrl = registryUrl;
        this.type = type;
    }

    /** Takes from the record what the job needs. */
    abstract T of(SpecificRecord record);

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        wire = new WireDeserializer();
        wire.configure(Map.of("schema.registry.url", registryUrl), false);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
        out.collect(of(wire.deserialize(record.topic(), record.value())));
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return TypeInformation.of(type);
    }
}

package io.leaktrace.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes Avro records in Confluent's wire format: byte 0, the schema's id in 4 bytes, Avro binary. The subject is
 * {@code <topic>-value}. Safe for use by several threads, one at a time.
 */
public final class WireSerializer implements Serializer<SpecificRecord> {

    static final byte MAGIC = 0;

    /** How long requests are retried if the registry gives no usable answer, in ms: a {@link Long}; optional. */
    static final String PATIENCE_MILLIS = "leaktrace.registry.patience.ms";

    static final int HEADER_BYTES = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final Map<String, Subject> subjects = new HashMap<>();
    private BinaryEncoder encoder;

    /** How the records of a topic are written, which are of one schema. */
    private record Subject(int id, SpecificDatumWriter<SpecificRecord> writer) {}

    private SchemaRegistry registry;

    /** For Kafka, which configures it. */
    public WireSerializer() {}

    public WireSerializer(SchemaRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (registry == null) {
            Object patience = configs.get(PATIENCE_MILLIS);
            registry = new HttpSchemaRegistry(
                    RegistryConfig.of(configs),
                    patience == null ? HttpSchemaRegistry.PATIENCE : Duration.ofMillis((Long) patience));
        }
    }

    @Override
    public synchronized byte[] serialize(String topic, SpecificRecord record) {
        if (record == null) {
            return null;
        }
        Subject subject = subjects.get(topic);
        if (subject == null) {
            int id = registry.register(topic + "-value", record.getSchema());
            subject = new Subject(id, new SpecificDatumWriter<>(record.getSchema()));
            subjects.put(topic, subject);
        }
        bytes.reset();
        bytes.write(MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(subject.id).array());
        encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
        try {
            subject.writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new SerializationException("cannot write a record for " + topic, e);
        }
        return bytes.toByteArray();
    }
}

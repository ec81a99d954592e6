package io.leaktrace.wire;

import io.leaktrace.domain.OrderEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads Avro records in Confluent's wire format into the generated class of the same name, whatever version of its
 * schema they were written with.
 *
 * <p>Bytes that cannot be read are answered with a {@link SerializationException} that says why; a registry that is away,
 * with a {@link RegistryUnavailableException}. Safe for use by several threads.
 */
public class WireDeserializer implements Deserializer<SpecificRecord> {

    /** No record that is taken has more in a list, and none has a longer string. */
    private static final int MOST_ITEMS = 1 << 16;

    private static final int LONGEST_STRING = 1 << 20;

    static {
        // Avro makes room for as many as a record says it has, before it looks whether they are there: a few bad bytes
        // would take gigabytes. It reads its limits once, from here.
        limit(SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY, MOST_ITEMS);
        limit(SystemLimitException.MAX_STRING_LENGTH_PROPERTY, LONGEST_STRING);
        limit(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY, LONGEST_STRING);
    }

    /** Readers and decoders hold state while they read, and Kafka Streams shares a serde between its threads. */
    private final ThreadLocal<Reading> reading = ThreadLocal.withInitial(Reading::new);

    private SchemaRegistry registry;

    private static final class Reading {
        final Map<Integer, SpecificDatumReader<SpecificRecord>> readers = new HashMap<>();
        BinaryDecoder decoder;

        final OrderEventReader orderEvents = new OrderEventReader();
        /** Schemas that the reader of order events reads, and those that it does not. */
        final Map<Integer, Boolean> ofOrderEvents = new HashMap<>();
    }

    private static void limit(String property, int most) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(most));
        }
    }

    /** For Kafka, which configures it. */
    public WireDeserializer() {}

    public WireDeserializer(SchemaRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (registry == null) {
            registry = WireConfig.registry(configs);
        }
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        if (data.length < WireSerializer.HEADER_BYTES || data[0] != WireSerializer.MAGIC) {
            throw new SerializationException(
                    "not in Confluent's wire format: it does not begin with a 0 byte and a schema id");
        }
        int id = ByteBuffer.wrap(data, 1, Integer.BYTES).getInt();
        Reading here = reading.get();
        SpecificDatumReader<SpecificRecord> reader = here.readers.computeIfAbsent(id, this::reader);
        int length = data.length - WireSerializer.HEADER_BYTES;
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(data, WireSerializer.HEADER_BYTES, length, here.decoder);
        here.decoder = decoder;
        try {
            SpecificRecord record = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("bytes are left after the record of schema id " + id);
            }
            return record;
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | ClassCastException e) {
            throw new SerializationException("not a record of schema id " + id + ": " + describe(e), e);
        } catch (UnsupportedOperationException | NegativeArraySizeException | IllegalArgumentException e) {
            throw new SerializationException("not a record of schema id " + id + ": " + describe(e), e);
        }
    }

    /** The order event that the bytes are, or null if it takes {@link #deserialize} to tell what they are. */
    OrderEvent readOrderEvent(byte[] data) {
        Reading here = reading.get();
        return isOrderEvent(data, here) ? here.orderEvents.read(data, WireSerializer.HEADER_BYTES) : null;
    }

    /** Event time of the order event that the bytes are, in epoch milliseconds, if they are one for certain. */
    OptionalLong timeOfOrderEvent(byte[] data) {
        Reading here = reading.get();
        try {
            return isOrderEvent(data, here)
                    ? here.orderEvents.time(data, WireSerializer.HEADER_BYTES)
                    : OptionalLong.empty();
        } catch (SerializationException e) {
            // Whoever reads the record is told.
            return OptionalLong.empty();
        }
    }

    private boolean isOrderEvent(byte[] data, Reading here) {
        if (data.length < WireSerializer.HEADER_BYTES || data[0] != WireSerializer.MAGIC) {
            return false;
        }
        int id = ByteBuffer.wrap(data, 1, Integer.BYTES).getInt();
        Boolean known = here.ofOrderEvents.get(id);
        if (known == null) {
            known = OrderEventReader.reads(registry.byId(id));
            here.ofOrderEvents.put(id, known);
        }
        return known;
    }

    private static String describe(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private SpecificDatumReader<SpecificRecord> reader(int id) {
        Schema written = registry.byId(id);
        Class<?> type = SpecificData.get().getClass(written);
        if (type == null) {
            throw new SerializationException(
                    "schema id " + id + " is of " + written.getFullName() + ", which Leaktrace does not read");
        }
        return new SpecificDatumReader<>(written, SpecificData.get().getSchema(type));
    }
}

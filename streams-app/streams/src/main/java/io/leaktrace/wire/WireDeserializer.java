package io.leaktrace.wire;

import io.leaktrace.domain.OrderEvent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads Avro records in Confluent's wire format, written with any version of their schema. Classes are never looked up
 * by a name from a schema: there is a fixed list of records, found by their simple names.
 *
 * <p>It throws a {@link SerializationException} with the reason if bytes cannot be read, and a
 * {@link RegistryUnavailableException} if the registry gives no usable answer. Safe for use by several threads.
 */
public class WireDeserializer implements Deserializer<SpecificRecord> {

    /** Schemas of the topics' records, by name without namespace. */
    private static final Map<String, Schema> READER_SCHEMAS = Stream.of(
                    io.leaktrace.avro.OrderEvent.getClassSchema(),
                    io.leaktrace.avro.ScamContact.getClassSchema(),
                    io.leaktrace.avro.LeakVerdict.getClassSchema(),
                    io.leaktrace.avro.LeakEvidence.getClassSchema(),
                    io.leaktrace.avro.LeakSuspect.getClassSchema(),
                    io.leaktrace.avro.LeakAlert.getClassSchema(),
                    io.leaktrace.avro.EpochSummary.getClassSchema(),
                    io.leaktrace.avro.LeakAudit.getClassSchema(),
                    io.leaktrace.avro.LeakExplanation.getClassSchema())
            .collect(Collectors.toUnmodifiableMap(Schema::getName, schema -> schema));

    private static final Headers NO_HEADERS = new RecordHeaders();

    static {
        AvroLimits.set();
    }

    /** Readers and decoders hold state while they read, and Kafka Streams shares a serde between its threads. */
    private final ThreadLocal<ThreadReaders> threadReaders = ThreadLocal.withInitial(ThreadReaders::new);

    private SchemaRegistry registry;

    /** The readers of one thread. */
    private static final class ThreadReaders {
        /** Readers by schema id or guid. */
        final Map<Object, SchemaReaders> bySchema = new HashMap<>();

        final OrderEventReader orderEvents = new OrderEventReader();
        BinaryDecoder decoder;
    }

    /** Readers for records of one writer's schema, created on demand. */
    private static final class SchemaReaders {
        final Schema schema;
        /** How {@link OrderEventReader} reads it; null if it does not. */
        final OrderEventReader.Form orderEvent;

        /** Without logical-type conversions, which would hide the unit of times. */
        private final BoundedGenericData data = new BoundedGenericData();

        private GenericDatumReader<GenericRecord> generic;
        private SpecificDatumReader<SpecificRecord> specific;

        SchemaReaders(SchemaReference reference, Schema schema) {
            this.schema = schema;
            if (schema.getType() != Schema.Type.RECORD || !READER_SCHEMAS.containsKey(schema.getName())) {
                String found = schema.getType() == Schema.Type.RECORD
                        ? schema.getFullName()
                        : schema.getType().getName();
                throw new SerializationException(
                        reference.name() + " is of " + Excerpt.of(found) + ", which Leaktrace does not read");
            }
            orderEvent = OrderEventReader.form(schema);
        }

        GenericDatumReader<GenericRecord> generic() {
            if (generic == null) {
                generic = new GenericDatumReader<>(schema, schema, data);
            }
            data.restart();
            return generic;
        }

        SpecificDatumReader<SpecificRecord> specific() {
            if (specific == null) {
                specific = new SpecificDatumReader<>(schema, READER_SCHEMAS.get(schema.getName()));
            }
            return specific;
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
            registry = new HttpSchemaRegistry(RegistryConfig.of(configs), HttpSchemaRegistry.PATIENCE);
        }
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] data) {
        return deserialize(topic, NO_HEADERS, data);
    }

    /** Returns the record as its generated class, by Avro's schema resolution; null if the data is null. */
    @Override
    public SpecificRecord deserialize(String topic, Headers headers, byte[] data) {
        if (data == null) {
            return null;
        }
        SchemaReference reference = SchemaReference.of(headers, data);
        ThreadReaders readers = threadReaders.get();
        return decode(reference, data, readers, written(reference, readers)::specific);
    }

    /**
     * Returns the record as a domain object. Records of input topics are read more leniently than by
     * {@link #deserialize}.
     *
     * @param data not null
     */
    Object read(Headers headers, byte[] data) {
        SchemaReference reference = SchemaReference.of(headers, data);
        ThreadReaders readers = threadReaders.get();
        SchemaReaders written = written(reference, readers);
        if (written.orderEvent != null) {
            OrderEvent event = readers.orderEvents.read(data, reference.from(), written.orderEvent);
            if (event != null) {
                return event;
            }
        }
        if (InputRecords.reads(written.schema)) {
            return converted(InputRecords::read, decode(reference, data, readers, written::generic));
        }
        return converted(AvroConversion::fromAvro, decode(reference, data, readers, written::specific));
    }

    /** Returns the event time of an order event in epoch milliseconds; empty if the bytes are not certainly one. */
    OptionalLong timeOfOrderEvent(byte[] data) {
        try {
            SchemaReference reference = SchemaReference.of(NO_HEADERS, data);
            ThreadReaders readers = threadReaders.get();
            return written(reference, readers).orderEvent != null
                    ? readers.orderEvents.time(data, reference.from())
                    : OptionalLong.empty();
        } catch (RetriableException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            // The reason is reported when the record is read.
            return OptionalLong.empty();
        }
    }

    private SchemaReaders written(SchemaReference reference, ThreadReaders readers) {
        SchemaReaders known = readers.bySchema.get(reference.id());
        if (known == null) {
            Schema schema = reference.id() instanceof UUID guid
                    ? registry.byGuid(guid)
                    : registry.byId((Integer) reference.id());
            known = new SchemaReaders(reference, schema);
            readers.bySchema.put(reference.id(), known);
        }
        return known;
    }

    private static <T> T decode(
            SchemaReference reference, byte[] data, ThreadReaders readers, Supplier<? extends DatumReader<T>> reader) {
        try {
            readers.decoder = DecoderFactory.get()
                    .binaryDecoder(data, reference.from(), data.length - reference.from(), readers.decoder);
            T record = reader.get().read(null, readers.decoder);
            if (!readers.decoder.isEnd()) {
                throw new IllegalArgumentException("bytes are left after the record");
            }
            return record;
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("not a record of " + reference.name() + ": " + describe(e), e);
        } catch (StackOverflowError e) {
            throw new SerializationException("not a record of " + reference.name() + ": it is nested too deeply");
        }
    }

    /** Converts a record to a domain object; exceptions become a {@link SerializationException} with the reason. */
    static <T> Object converted(Function<T, Object> conversion, T record) {
        try {
            return conversion.apply(record);
        } catch (SerializationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new SerializationException(describe(e), e);
        }
    }

    private static String describe(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : Excerpt.of(e.getMessage());
    }
}

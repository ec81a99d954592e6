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
import org.apache.avro.SystemLimitException;
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
 * Reads Avro records in Confluent's wire format, whatever version of their schema they were written with. No class is ever
 * looked up by a name that a schema holds: there is a fixed list of records, known by their simple names.
 *
 * <p>Bytes that cannot be read give a {@link SerializationException} that says why; a registry that gives no usable
 * answer, a {@link RegistryUnavailableException}. Safe for use by several threads.
 */
public class WireDeserializer implements Deserializer<SpecificRecord> {

    /** The records of the topics, by name without namespace. */
    private static final Map<String, Schema> READ = Stream.of(
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

    /** No record that is accepted has more in a list, and none has a longer string. */
    private static final int MOST_ITEMS = 1 << 16;

    private static final int LONGEST_STRING = 1 << 20;

    private static final Headers NO_HEADERS = new RecordHeaders();

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

    /** What one thread reads with. */
    private static final class Reading {
        /** By id or guid. */
        final Map<Object, Written> written = new HashMap<>();

        final OrderEventReader orderEvents = new OrderEventReader();
        BinaryDecoder decoder;
    }

    /** Readers for what was written with one schema; each is made when it is first needed. */
    private static final class Written {
        final Schema schema;
        /** Whether the reader of order events reads it. */
        final boolean isOrderEvent;

        /** Without conversions, which would hide the unit of times. */
        private final BoundedData data = new BoundedData();

        private GenericDatumReader<GenericRecord> generic;
        private SpecificDatumReader<SpecificRecord> specific;

        Written(Frame frame, Schema schema) {
            this.schema = schema;
            if (schema.getType() != Schema.Type.RECORD || !READ.containsKey(schema.getName())) {
                String found = schema.getType() == Schema.Type.RECORD
                        ? schema.getFullName()
                        : schema.getType().getName();
                throw new SerializationException(
                        frame.name() + " is of " + Excerpt.of(found) + ", which Leaktrace does not read");
            }
            isOrderEvent = OrderEventReader.reads(schema);
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
                specific = new SpecificDatumReader<>(schema, READ.get(schema.getName()));
            }
            return specific;
        }
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
            registry = new HttpSchemaRegistry(RegistryConfig.of(configs), HttpSchemaRegistry.PATIENCE);
        }
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] data) {
        return deserialize(topic, NO_HEADERS, data);
    }

    /** The record as the generated class of its name, as far as Avro's schema resolution permits; null for no data. */
    @Override
    public SpecificRecord deserialize(String topic, Headers headers, byte[] data) {
        if (data == null) {
            return null;
        }
        Frame frame = Frame.of(headers, data);
        Reading here = reading.get();
        return decode(frame, data, here, written(frame, here)::specific);
    }

    /**
     * The record in the domain's form, read more leniently than {@link #deserialize} if it is of an input topic.
     *
     * @param data not null
     */
    Object read(Headers headers, byte[] data) {
        Frame frame = Frame.of(headers, data);
        Reading here = reading.get();
        Written written = written(frame, here);
        if (written.isOrderEvent) {
            OrderEvent event = here.orderEvents.read(data, frame.from());
            if (event != null) {
                return event;
            }
        }
        if (InputRecords.reads(written.schema)) {
            return converted(InputRecords::read, decode(frame, data, here, written::generic));
        }
        return converted(AvroRecords::fromAvro, decode(frame, data, here, written::specific));
    }

    /** Event time of the order event that the bytes are, in epoch milliseconds, if they are one for certain. */
    OptionalLong timeOfOrderEvent(byte[] data) {
        try {
            Frame frame = Frame.of(NO_HEADERS, data);
            Reading here = reading.get();
            return written(frame, here).isOrderEvent ? here.orderEvents.time(data, frame.from()) : OptionalLong.empty();
        } catch (RetriableException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            // The reason is given when the record is read.
            return OptionalLong.empty();
        }
    }

    private Written written(Frame frame, Reading here) {
        Written known = here.written.get(frame.schema());
        if (known == null) {
            Schema schema = frame.schema() instanceof UUID guid
                    ? registry.byGuid(guid)
                    : registry.byId((Integer) frame.schema());
            known = new Written(frame, schema);
            here.written.put(frame.schema(), known);
        }
        return known;
    }

    private static <T> T decode(Frame frame, byte[] data, Reading here, Supplier<? extends DatumReader<T>> reader) {
        try {
            here.decoder =
                    DecoderFactory.get().binaryDecoder(data, frame.from(), data.length - frame.from(), here.decoder);
            T record = reader.get().read(null, here.decoder);
            if (!here.decoder.isEnd()) {
                throw new IllegalArgumentException("bytes are left after the record");
            }
            return record;
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("not a record of " + frame.name() + ": " + describe(e), e);
        } catch (StackOverflowError e) {
            throw new SerializationException("not a record of " + frame.name() + ": it is nested too deeply");
        }
    }

    /** Converts a record to the domain's form; whatever the domain rejects becomes a reason. */
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

package io.leaktrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;

/**
 * Decodes keys and values that other systems write: Avro of any schema through the registry, JSON with or without a
 * schema, plain text and numbers. Safe for use by several threads.
 *
 * <p>Avro gives what Avro's generic reader gives, with timestamps and dates as classes of {@code java.time}, and
 * decimals as {@link BigDecimal}. JSON gives a {@link com.fasterxml.jackson.databind.JsonNode}. Text gives a string, a
 * number gives a {@link Long}.
 */
public final class ForeignRecords {

    /** How the bytes of a key or value are to be understood. */
    public enum Form {
        /** By their first bytes, and by the type of their schema in the registry. */
        AUTO,
        AVRO,
        JSON,
        /** Text in UTF-8. */
        TEXT,
        /** A big-endian number of eight bytes. */
        LONG,
        /** A big-endian number of four bytes. */
        INT
    }

    /** Maximum nesting depth of JSON; deeper values overflow the stack. */
    private static final int MAX_DEPTH = 200;

    private static final String JSON_SCHEMA = "JSON";

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static {
        AvroLimits.set();
    }

    private final SchemaRegistry registry;

    /** Readers and decoders hold state while they read. */
    private final ThreadLocal<ThreadReaders> threadReaders = ThreadLocal.withInitial(ThreadReaders::new);

    private static final class ThreadReaders {
        /** By schema id or guid. */
        final Map<Object, AvroReader> bySchema = new HashMap<>();

        BinaryDecoder decoder;
    }

    /**
     * Reader of the records of one schema.
     *
     * @param reader null if the schema is JSON's
     */
    private record AvroReader(BoundedGenericData data, GenericDatumReader<Object> reader) {}

    /** Gives no value for bytes that are no number, so that they concern only the field that they are in. */
    private static final class LenientDecimals extends Conversions.DecimalConversion {

        @Override
        public BigDecimal fromBytes(ByteBuffer value, Schema schema, LogicalType type) {
            return value.hasRemaining() ? super.fromBytes(value, schema, type) : null;
        }

        @Override
        public BigDecimal fromFixed(GenericFixed value, Schema schema, LogicalType type) {
            return super.fromFixed(value, schema, type);
        }
    }

    public ForeignRecords(SchemaRegistry registry) {
        this.registry = registry;
    }

    /**
     * Decodes a key or a value.
     *
     * @param bytes null for none
     * @return null for null
     * @throws SerializationException with the reason if the bytes cannot be read
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    public Object read(Headers headers, byte[] bytes, boolean isKey, Form form) {
        if (bytes == null) {
            return null;
        }
        return switch (form) {
            case AUTO -> detected(headers, bytes, isKey);
            case AVRO -> registered(headers, bytes, isKey);
            case JSON ->
                json(
                        bytes,
                        SchemaReference.isIn(headers, bytes, isKey)
                                ? reference(headers, bytes, isKey).from()
                                : 0);
            case TEXT -> text(bytes);
            case LONG -> ByteBuffer.wrap(sized(bytes, Long.BYTES)).getLong();
            case INT -> (long) ByteBuffer.wrap(sized(bytes, Integer.BYTES)).getInt();
        };
    }

    private Object detected(Headers headers, byte[] bytes, boolean isKey) {
        if (SchemaReference.isIn(headers, bytes, isKey)) {
            return registered(headers, bytes, isKey);
        }
        if (isKey && !looksLikeJson(bytes)) {
            return text(bytes);
        }
        // Other values have no known form; this reports which one they look like.
        return looksLikeJson(bytes) ? json(bytes, 0) : reference(headers, bytes, isKey);
    }

    private static boolean looksLikeJson(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        return at < bytes.length && (bytes[at] == '{' || bytes[at] == '[' || bytes[at] == '"');
    }

    private static SchemaReference reference(Headers headers, byte[] bytes, boolean isKey) {
        return isKey ? SchemaReference.ofKey(headers, bytes) : SchemaReference.of(headers, bytes);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] sized(byte[] bytes, int size) {
        if (bytes.length != size) {
            throw new SerializationException(bytes.length + " bytes are no number of " + size + " bytes");
        }
        return bytes;
    }

    private static Object json(byte[] bytes, int from) {
        try {
            return JSON.readTree(bytes, from, bytes.length - from);
        } catch (JsonProcessingException e) {
            // Without the location, which quotes the source.
            throw new SerializationException("not JSON: " + Excerpt.of(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new SerializationException("not JSON: " + e.getMessage(), e);
        }
    }

    private Object registered(Headers headers, byte[] bytes, boolean isKey) {
        SchemaReference reference = reference(headers, bytes, isKey);
        ThreadReaders readers = threadReaders.get();
        AvroReader known = readers.bySchema.get(reference.id());
        if (known == null) {
            known = reader(reference.id());
            readers.bySchema.put(reference.id(), known);
        }
        if (known.reader == null) {
            return json(bytes, reference.from());
        }
        try {
            known.data.restart();
            readers.decoder = DecoderFactory.get()
                    .binaryDecoder(bytes, reference.from(), bytes.length - reference.from(), readers.decoder);
            Object value = known.reader.read(null, readers.decoder);
            if (!readers.decoder.isEnd()) {
                throw new IllegalArgumentException("bytes are left after the record");
            }
            return value;
        } catch (IOException | RuntimeException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new SerializationException("not a record of " + reference.name() + ": " + Excerpt.of(reason), e);
        } catch (StackOverflowError e) {
            throw new SerializationException("not a record of " + reference.name() + ": it is nested too deeply");
        }
    }

    private AvroReader reader(Object id) {
        try {
            Schema schema = id instanceof UUID guid ? registry.byGuid(guid) : registry.byId((Integer) id);
            BoundedGenericData data = new BoundedGenericData();
            conversions(data);
            return new AvroReader(data, new GenericDatumReader<>(schema, schema, data));
        } catch (OtherSchemaTypeException e) {
            if (e.type().equals(JSON_SCHEMA)) {
                return new AvroReader(null, null);
            }
            throw e;
        }
    }

    /** Adds the conversions that succeed for every value, so that a field that no mapping names cannot fail a record. */
    private static void conversions(GenericData data) {
        data.addLogicalTypeConversion(new LenientDecimals());
        data.addLogicalTypeConversion(new TimeConversions.DateConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampNanosConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampNanosConversion());
    }
}

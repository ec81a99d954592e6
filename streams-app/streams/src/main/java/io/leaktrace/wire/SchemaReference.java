package io.leaktrace.wire;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The schema id of a record, and the offset of its Avro data.
 *
 * @param id an {@link Integer}, or a {@link UUID} (globally unique id)
 * @param from index of the first byte of Avro data
 */
record SchemaReference(Object id, int from) {

    /** Header of Confluent's serializers since version 8: byte 1 and a guid, or byte 0 and an id. */
    private static final String CONFLUENT_HEADER = "__value_schema_id";

    private static final String CONFLUENT_KEY_HEADER = "__key_schema_id";

    private static final String APICURIO_HEADERS = "apicurio.value.";
    private static final byte GUID_MAGIC = 1;
    private static final int GUID_BYTES = 16;
    private static final int APICURIO_BYTES = 1 + Long.BYTES;

    /**
     * Returns the schema id from the headers or from before the Avro data.
     *
     * @throws SerializationException if there is none; its message says what the bytes look like and what to change
     */
    static SchemaReference of(Headers headers, byte[] data) {
        return of(headers, CONFLUENT_HEADER, data);
    }

    /** As {@link #of}, for the key of a record. */
    static SchemaReference ofKey(Headers headers, byte[] data) {
        return of(headers, CONFLUENT_KEY_HEADER, data);
    }

    /** Returns whether there is a schema id, in a header or before the data. */
    static boolean isIn(Headers headers, byte[] data, boolean isKey) {
        return headers.lastHeader(isKey ? CONFLUENT_KEY_HEADER : CONFLUENT_HEADER) != null
                || data.length >= WireSerializer.HEADER_BYTES && data[0] == WireSerializer.MAGIC;
    }

    private static SchemaReference of(Headers headers, String idHeader, byte[] data) {
        Header confluent = headers.lastHeader(idHeader);
        if (confluent != null) {
            return new SchemaReference(idIn(confluent), 0);
        }
        if (data.length >= WireSerializer.HEADER_BYTES && data[0] == WireSerializer.MAGIC) {
            int id = ByteBuffer.wrap(data, 1, Integer.BYTES).getInt();
            if (id == 0 && data.length >= APICURIO_BYTES) {
                throw new SerializationException(
                        "schema id 0 does not exist; this looks like Apicurio's id of eight bytes ("
                                + ByteBuffer.wrap(data, 1, Long.BYTES).getLong() + "): the writer has to set "
                                + "apicurio.registry.id-handler to the handler of four-byte ids");
            }
            return new SchemaReference(id, WireSerializer.HEADER_BYTES);
        }
        for (Header header : headers) {
            if (header.key().startsWith(APICURIO_HEADERS)) {
                throw new SerializationException(
                        "the schema's id is in a header of Apicurio's serializer (" + header.key()
                                + "), which Leaktrace does not read: the writer has to set "
                                + "apicurio.registry.headers.enabled=false, and the handler of four-byte ids");
            }
        }
        throw new SerializationException(
                "not in Confluent's wire format: it does not begin with a 0 byte and a schema id" + likeness(data));
    }

    private static Object idIn(Header confluent) {
        byte[] header = confluent.value();
        if (header != null && header.length == 1 + GUID_BYTES && header[0] == GUID_MAGIC) {
            ByteBuffer bytes = ByteBuffer.wrap(header, 1, GUID_BYTES);
            return new UUID(bytes.getLong(), bytes.getLong());
        }
        if (header != null && header.length == WireSerializer.HEADER_BYTES && header[0] == WireSerializer.MAGIC) {
            return ByteBuffer.wrap(header, 1, Integer.BYTES).getInt();
        }
        throw new SerializationException("the header " + confluent.key() + " holds no schema id");
    }

    private static String likeness(byte[] data) {
        if (data.length == 0) {
            return "; it is empty";
        }
        if (data[0] == '{' || data[0] == '[' || data[0] == '"') {
            return "; it looks like JSON";
        }
        if (data.length > 1 && data[0] == (byte) 0xC3 && data[1] == 1) {
            return "; it looks like Avro's single-object encoding";
        }
        return "";
    }

    /** Returns the name of the schema for messages: "schema id 7". */
    String name() {
        return (id instanceof Integer ? "schema id " : "schema guid ") + id;
    }
}

package io.leaktrace.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.avro.io.DecoderFactory;

/** Recognizes keys that should be an id as UTF-8 text, but were written by another serializer. */
public final class KeyDiagnosis {

    private KeyDiagnosis() {}

    /**
     * Returns the form of a key that differs from the id that it should be.
     *
     * @param key as received, or null
     * @param id expected id, such as the buyer's
     * @return a clause such as "it is the id as a JSON string; use a serializer of plain strings for keys", without the
     *     id; empty if the key is plain text or of no known form
     */
    public static Optional<String> explain(byte[] key, String id) {
        if (key == null || key.length == 0) {
            return Optional.empty();
        }
        String form = form(key, id);
        return form == null
                ? Optional.empty()
                : Optional.of(form + "; use a serializer of plain UTF-8 strings for keys");
    }

    private static String form(byte[] key, String id) {
        boolean isNumber = key.length == Long.BYTES
                        && id.equals(Long.toString(ByteBuffer.wrap(key).getLong()))
                || key.length == Integer.BYTES
                        && id.equals(Integer.toString(ByteBuffer.wrap(key).getInt()));
        if (isNumber) {
            return "it is the id as a binary number";
        }
        if (key.length > WireSerializer.HEADER_BYTES && key[0] == WireSerializer.MAGIC) {
            int schema = ByteBuffer.wrap(key, 1, Integer.BYTES).getInt();
            int from = WireSerializer.HEADER_BYTES;
            String text = text(key, from);
            String kind = id.equals(avroString(key, from))
                    ? "the id as an Avro string"
                    : isQuoted(text, id) ? "the id as a JSON string" : "a record";
            return "it is " + kind + " in Confluent's wire format (schema id " + schema + ")";
        }
        String text = text(key, 0);
        if (isQuoted(text, id)) {
            return "it is the id as a JSON string, in quotes";
        }
        if (id.equals(avroString(key, 0))) {
            return "it is the id as an Avro string";
        }
        if (text.strip().equals(id)) {
            return "it is the id with white space around it";
        }
        if (text.startsWith("{") && text.endsWith("}")) {
            return "it looks like a JSON object";
        }
        boolean isUtf16 = id.equals(new String(key, StandardCharsets.UTF_16BE))
                || id.equals(new String(key, StandardCharsets.UTF_16LE));
        return isUtf16 ? "it is the id in UTF-16" : null;
    }

    private static String text(byte[] key, int from) {
        return new String(key, from, key.length - from, StandardCharsets.UTF_8);
    }

    private static boolean isQuoted(String text, String id) {
        return text.equals("\"" + id + "\"");
    }

    /** Returns the Avro string in the bytes from this index to the end; null if they are none. */
    private static String avroString(byte[] key, int from) {
        try {
            var decoder = DecoderFactory.get().binaryDecoder(key, from, key.length - from, null);
            String text = decoder.readString();
            return decoder.isEnd() ? text : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }
}

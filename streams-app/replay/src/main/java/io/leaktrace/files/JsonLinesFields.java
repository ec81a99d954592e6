package io.leaktrace.files;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.SafeText;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Readers for single fields, with readable messages for bad values. */
final class JsonLinesFields {

    private static final int SHOWN = 60;
    private static final Map<String, Field> ORDER_FIELDS = names(Field.values());

    private JsonLinesFields() {}

    /** The text at the parser's position, which must be neither null nor blank. */
    static String text(JsonParser parser, String field) throws IOException, BadRecordException {
        expect(parser, JsonToken.VALUE_STRING, field, "text");
        String text = wellFormed(parser.getText(), field);
        if (text.isBlank()) {
            throw new BadRecordException("'" + field + "' is empty");
        }
        return text;
    }

    /** The text at the parser's position, or null. */
    static String textOrNull(JsonParser parser, String field) throws IOException, BadRecordException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(parser, JsonToken.VALUE_STRING, field, "text or null");
        return wellFormed(parser.getText(), field);
    }

    /** Returns whether the value at the parser's position is true; false for null. */
    static boolean flag(JsonParser parser, String field) throws IOException, BadRecordException {
        JsonToken found = parser.currentToken();
        if (found == JsonToken.VALUE_FALSE || found == JsonToken.VALUE_NULL) {
            return false;
        }
        expect(parser, JsonToken.VALUE_TRUE, field, "true or false");
        return true;
    }

    private static String wellFormed(String text, String field) throws BadRecordException {
        if (SafeText.hasLoneSurrogate(text)) {
            throw new BadRecordException("'" + field + "' has half of a surrogate pair, which is no character");
        }
        return text;
    }

    /** The time at the parser's position, truncated to milliseconds, as in the topics. */
    static Instant time(JsonParser parser, String field) throws IOException, BadRecordException {
        String text = text(parser, field);
        Instant time;
        try {
            time = JsonLinesTime.parse(text);
        } catch (DateTimeException e) {
            throw new BadRecordException(
                    "'" + field + "' is not a time in ISO-8601 with an offset or Z: " + quoted(text));
        }
        if (time.getEpochSecond() < 0) {
            throw new BadRecordException("'" + field + "' is before 1970: " + quoted(text));
        }
        return time;
    }

    static <E extends Enum<E>> E named(JsonParser parser, Map<String, E> known, String field)
            throws IOException, BadRecordException {
        String name = text(parser, field);
        E value = known.get(name);
        if (value == null) {
            throw new BadRecordException("unknown " + field + " " + quoted(name) + ", known are "
                    + known.keySet().stream().collect(Collectors.joining(", ")));
        }
        return value;
    }

    /** The fields of an order whose array is at the parser's position. */
    static Set<Field> orderFields(JsonParser parser, String field) throws IOException, BadRecordException {
        expect(parser, JsonToken.START_ARRAY, field, "an array");
        Set<Field> read = EnumSet.noneOf(Field.class);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            read.add(named(parser, ORDER_FIELDS, field));
        }
        return read;
    }

    /** Writes fields of an order as an array, in the order of the enum. */
    static void write(String name, Set<Field> fields, JsonGenerator generator) throws IOException {
        generator.writeArrayFieldStart(name);
        for (Field field : Field.values()) {
            if (fields.contains(field)) {
                generator.writeString(field.name());
            }
        }
        generator.writeEndArray();
    }

    static <E extends Enum<E>> Map<String, E> names(E[] values) {
        return Arrays.stream(values)
                .collect(Collectors.toMap(Enum::name, value -> value, (a, b) -> a, LinkedHashMap::new));
    }

    static void expect(JsonParser parser, JsonToken token, String field, String kind)
            throws IOException, BadRecordException {
        JsonToken found = parser.currentToken();
        if (found == token) {
            return;
        }
        if (found == null) {
            throw new BadRecordException("not JSON: the line ends before the record does");
        }
        throw new BadRecordException(
                found == JsonToken.VALUE_NULL
                        ? "'" + field + "' is null"
                        : "'" + field + "' must be " + kind + ", not " + described(found));
    }

    static <T> T present(T value, String field) throws BadRecordException {
        if (value == null) {
            throw new BadRecordException("'" + field + "' is missing");
        }
        return value;
    }

    /** A value for a message: quoted, on one line, shortened. */
    static String quoted(String text) {
        return "'" + shortened(text, SHOWN) + "'";
    }

    static String shortened(String text, int length) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= length ? line : line.substring(0, length) + "…";
    }

    private static String described(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            default -> "something else";
        };
    }
}

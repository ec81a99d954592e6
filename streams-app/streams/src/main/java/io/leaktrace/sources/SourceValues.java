package io.leaktrace.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.fields.FieldValues;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/** The values that a mapping gives to the fields of one record of a source topic. */
final class SourceValues implements FieldValues<RuntimeException> {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Maximum number of digits of a number; longer ones would take long to print. */
    private static final int MAX_DIGITS = 38;

    /** Number of bits of a number with {@link #MAX_DIGITS} digits. */
    private static final int MAX_BITS = 127;

    private final Map<String, FieldMapping> fields;
    private final SourceRecord record;

    SourceValues(Map<String, FieldMapping> fields, SourceRecord record) {
        this.fields = fields;
        this.record = record;
    }

    @Override
    public boolean has(String field) {
        return fields.containsKey(field);
    }

    @Override
    public String text(String field) throws BadRecordException {
        Object value = value(field);
        return value == null ? null : translated(field, required(field, value));
    }

    private String required(String field, Object value) throws BadRecordException {
        String text = text(value);
        if (text == null) {
            throw new BadRecordException(
                    field, "'" + field + "' must be one value, not " + FieldPath.kind(value) + hint(value));
        }
        return text;
    }

    private static String hint(Object value) {
        return switch (FieldPath.kind(value)) {
            case "a record" -> "; name a field of it";
            case "a list" -> "; [0] behind its path takes its first element";
            default -> "";
        };
    }

    /** Returns the first value that is not blank; null if there is none. */
    private Object value(String field) {
        FieldMapping mapping = fields.get(field);
        if (mapping == null) {
            return null;
        }
        for (FieldMapping.Origin origin : mapping.origins()) {
            Object value = origin.of(record);
            if (value != null && !isBlank(value)) {
                return value;
            }
        }
        return null;
    }

    private static boolean isBlank(Object value) {
        return value instanceof CharSequence text && text.toString().isBlank()
                || value instanceof JsonNode node
                        && node.isTextual()
                        && node.textValue().isBlank();
    }

    private String translated(String field, String text) {
        return fields.get(field).translations().getOrDefault(text.toUpperCase(Locale.ROOT), text);
    }

    /** Returns a value as text without surrounding blanks; null if it is a list, a record or of another type. */
    static String text(Object value) {
        if (value instanceof CharSequence
                || value instanceof GenericEnumSymbol<?>
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Instant
                || value instanceof LocalDate
                || value instanceof LocalDateTime) {
            return value.toString().strip();
        }
        if (value instanceof Double || value instanceof Float) {
            return Double.isFinite(((Number) value).doubleValue()) ? text(new BigDecimal(value.toString())) : null;
        }
        if (value instanceof BigDecimal number) {
            boolean isShort =
                    number.unscaledValue().bitLength() <= MAX_BITS && Math.abs((long) number.scale()) <= MAX_DIGITS;
            return isShort ? number.toPlainString() : null;
        }
        if (value instanceof GenericFixed fixed) {
            boolean isUuid = fixed.bytes().length == 2 * Long.BYTES && "uuid".equals(logicalType(fixed.getSchema()));
            ByteBuffer bytes = ByteBuffer.wrap(fixed.bytes());
            return isUuid ? new UUID(bytes.getLong(), bytes.getLong()).toString() : null;
        }
        if (value instanceof JsonNode node) {
            return node.isIntegralNumber()
                    ? text(node.decimalValue())
                    : node.isNumber()
                            ? text(node.decimalValue().stripTrailingZeros())
                            : node.isTextual() || node.isBoolean()
                                    ? node.asText().strip()
                                    : null;
        }
        return null;
    }

    private static String logicalType(Schema schema) {
        return schema.getProp("logicalType");
    }

    @Override
    public Object timeValue(String field) throws BadRecordException {
        Object value = value(field);
        if (value instanceof Instant at) {
            return at.atOffset(ZoneOffset.UTC);
        }
        if (value == null || value instanceof LocalDateTime || value instanceof LocalDate) {
            return value;
        }
        String text = required(field, value);
        TimeForm form = fields.get(field).form();
        try {
            return form == null ? text : form.read(text);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new BadRecordException(
                    field, "'" + field + "' is no time of the form in the mapping: '" + text + "'");
        }
    }

    @Override
    public List<JsonNode> list(String field, boolean separated) throws BadRecordException {
        FieldMapping mapping = fields.get(field);
        List<JsonNode> elements = new ArrayList<>();
        if (mapping != null) {
            for (FieldMapping.Origin origin : mapping.origins()) {
                add(field, origin.of(record), separated, elements);
            }
        }
        return elements;
    }

    private void add(String field, Object value, boolean separated, List<JsonNode> elements) throws BadRecordException {
        if (value == null || value instanceof JsonNode node && node.isNull()) {
            return;
        }
        if (value instanceof Collection<?> || value instanceof JsonNode node && node.isArray()) {
            for (Object element : (Iterable<?>) value) {
                add(field, element, separated, elements);
            }
        } else if (value instanceof GenericRecord fieldsOfElement) {
            elements.add(struct(fieldsOfElement));
        } else if (value instanceof ObjectNode object) {
            elements.add(object);
        } else {
            String text = required(field, value);
            for (String part : separated ? text.split(SEPARATORS) : new String[] {text}) {
                if (!part.isBlank()) {
                    elements.add(JSON.textNode(translated(field, part.strip())));
                }
            }
        }
    }

    /** Returns the fields of a record that can be text or lists of texts; the others are left out. */
    private static ObjectNode struct(GenericRecord fields) {
        ObjectNode struct = JSON.objectNode();
        for (Schema.Field field : fields.getSchema().getFields()) {
            Object value = fields.get(field.pos());
            String text = text(value);
            if (text != null) {
                struct.put(field.name(), text);
            } else if (value instanceof Collection<?> elements) {
                ArrayNode list = struct.putArray(field.name());
                elements.forEach(element -> list.add(text(element)));
            }
        }
        return struct;
    }

    @Override
    public JsonNode struct(String field) throws BadRecordException {
        Object value = value(field);
        if (value == null || value instanceof ObjectNode) {
            return (ObjectNode) value;
        }
        if (value instanceof GenericRecord fieldsOfValue) {
            return struct(fieldsOfValue);
        }
        throw new BadRecordException(field, "'" + field + "' must be a record, not " + FieldPath.kind(value));
    }

    @Override
    public BadRecordException missing(String field) {
        FieldMapping mapping = fields.get(field);
        List<String> reasons = new ArrayList<>();
        for (FieldMapping.Origin origin : mapping.origins()) {
            if (origin.path() != null) {
                reasons.add(origin.path().reasonForNone(record));
            }
        }
        return new BadRecordException(field, "'" + field + "' is missing: " + String.join("; ", reasons));
    }

    /** Returns why a field cannot be read, with its path. */
    String described(BadRecordException problem) {
        FieldMapping mapping = problem.field() == null ? null : fields.get(problem.field());
        return problem.getMessage()
                + (mapping == null ? "" : " (" + problem.field() + " = " + quoted(mapping.origin()) + ")");
    }

    /** Returns the origin in quotes; dead letters are grouped by the text outside of quotes. */
    private static String quoted(String origin) {
        return "'" + origin.replace("'", "\"") + "'";
    }
}

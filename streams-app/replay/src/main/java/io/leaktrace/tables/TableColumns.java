package io.leaktrace.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.fields.FieldValues;
import io.leaktrace.tables.DuckDb.Column;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The columns of a statement that are fields of a record, and reading of their values. Names are compared without regard
 * to case and underscores.
 */
final class TableColumns {

    /** What to do about times in other forms than a mapping reads, for messages. */
    static final String OTHER_TIMES = "convert other forms with strptime";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How a value is selected, so that the driver returns it in a form that does not depend on its zone. */
    private enum Form {
        /** The value, to be read as text. */
        PLAIN,
        /** Microseconds of a time with an offset. */
        MOMENT,
        /** Microseconds of a local time, as if it were UTC. */
        LOCAL,
        /** A list, a struct or JSON, as the text of JSON. */
        JSON
    }

    private final Map<String, Integer> indexes = new HashMap<>();
    private final List<Form> forms = new ArrayList<>();
    private final List<String> selected = new ArrayList<>();
    private final Set<String> unused = new TreeSet<>();

    /** @param known names of fields in snake_case */
    TableColumns(List<Column> columns, List<String> known) {
        Map<String, String> fields = new HashMap<>();
        known.forEach(field -> fields.put(simplified(field), field));
        for (Column column : columns) {
            String field = fields.get(simplified(column.name()));
            if (field == null) {
                unused.add(column.name());
            } else if (!indexes.containsKey(field)) {
                indexes.put(field, selected.size());
                select(DuckDb.identifier(column.name()), column.type());
            }
        }
    }

    private void select(String name, String type) {
        if (type.endsWith("]") || type.startsWith("STRUCT") || type.startsWith("MAP") || type.equals("JSON")) {
            forms.add(Form.JSON);
            selected.add("CAST(to_json(" + name + ") AS VARCHAR)");
        } else if (type.equals("TIMESTAMP WITH TIME ZONE")) {
            forms.add(Form.MOMENT);
            selected.add("CASE WHEN isfinite(" + name + ") THEN epoch_us(" + name + ") END");
        } else if (type.startsWith("TIMESTAMP")) {
            forms.add(Form.LOCAL);
            selected.add("CASE WHEN isfinite(CAST(" + name + " AS TIMESTAMP)) THEN epoch_us(CAST(" + name
                    + " AS TIMESTAMP)) END");
        } else {
            forms.add(Form.PLAIN);
            selected.add(type.equals("DOUBLE") || type.equals("FLOAT") ? name : "CAST(" + name + " AS VARCHAR)");
        }
    }

    /** A name without underscores, blanks and hyphens, in lower case. */
    static String simplified(String name) {
        return name.replaceAll("[_\\s-]", "").toLowerCase(Locale.ROOT);
    }

    /** The expressions to select, in the order of the result. */
    String selection() {
        return String.join(", ", selected);
    }

    boolean has(String field) {
        return indexes.containsKey(field);
    }

    /** Names of columns that are no field. */
    Set<String> unused() {
        return unused;
    }

    /** The values of the current row of a result, as the driver returns them, in the order of {@link #selection}. */
    Object[] row(ResultSet result) throws SQLException {
        Object[] row = new Object[selected.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = result.getObject(i + 1);
        }
        return row;
    }

    private Object value(Object[] row, String field) {
        Integer index = indexes.get(field);
        Object value = index == null ? null : row[index];
        if (value == null) {
            return null;
        }
        return switch (forms.get(index)) {
            case MOMENT -> Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
            case LOCAL ->
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv((Long) value, 1_000_000),
                        (int) Math.floorMod((Long) value, 1_000_000L) * 1000,
                        ZoneOffset.UTC);
            case PLAIN, JSON -> value;
        };
    }

    /** The values of a row in the form of {@link #row}. */
    FieldValues<RuntimeException> of(Object[] row) {
        return new RowValues(row);
    }

    /** The values of a row. */
    private final class RowValues implements FieldValues<RuntimeException> {
        private final Object[] row;

        RowValues(Object[] row) {
            this.row = row;
        }

        @Override
        public boolean has(String field) {
            return TableColumns.this.has(field);
        }

        @Override
        public String text(String field) {
            return TableColumns.text(scalar(row, field));
        }

        @Override
        public Object timeValue(String field) {
            Object value = scalar(row, field);
            return value == null || TableColumns.text(value) == null ? null : value;
        }

        @Override
        public List<JsonNode> list(String field, boolean separated) throws BadRecordException {
            return TableColumns.this.list(row, field, separated);
        }

        @Override
        public JsonNode struct(String field) throws BadRecordException {
            String text = TableColumns.text(value(row, field));
            JsonNode json = text == null ? null : json(text, field);
            return json == null || json.isNull() ? null : json;
        }
    }

    /** A value; of JSON, which also stands for a column without any value, what it says. */
    private Object scalar(Object[] row, String field) {
        Object value = value(row, field);
        if (value == null || forms.get(indexes.get(field)) != Form.JSON) {
            return value;
        }
        try {
            JsonNode json = JSON.readTree(value.toString());
            return json.isNull() ? null : json.isValueNode() ? json.asText() : value;
        } catch (JsonProcessingException e) {
            return value;
        }
    }

    private static String text(Object value) {
        if (value == null) {
            return null;
        }
        boolean binary = value instanceof Double || value instanceof Float;
        String text = binary && Double.isFinite(((Number) value).doubleValue())
                ? new BigDecimal(value.toString()).stripTrailingZeros().toPlainString()
                : value.toString().strip();
        return text.isEmpty() ? null : text;
    }

    /**
     * The elements of a list; a single value is a list of one.
     *
     * @param separated whether a text is a list with commas
     */
    private List<JsonNode> list(Object[] row, String field, boolean separated) throws BadRecordException {
        String text = text(value(row, field));
        List<JsonNode> elements = new ArrayList<>();
        if (text == null) {
            return elements;
        }
        boolean isJson = forms.get(indexes.get(field)) == Form.JSON || separated && text.startsWith("[");
        if (isJson) {
            JsonNode json = json(text, field);
            if (json.isArray()) {
                json.forEach(elements::add);
            } else {
                elements.add(json);
            }
        } else if (separated) {
            for (String part : text.split(FieldValues.SEPARATORS)) {
                elements.add(JSON.getNodeFactory().textNode(part));
            }
        } else {
            elements.add(JSON.getNodeFactory().textNode(text));
        }
        elements.removeIf(element ->
                element.isNull() || element.isTextual() && element.asText().isBlank());
        return elements;
    }

    private static JsonNode json(String text, String field) throws BadRecordException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BadRecordException("'" + field + "' is neither a list nor a struct, nor JSON of one");
        }
    }
}

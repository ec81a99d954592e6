package io.leaktrace.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leaktrace.wire.Excerpt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/**
 * The place of a value in a record of a source topic, such as {@code value.payload.order.id}, {@code key},
 * {@code header.tenant}, {@code value.parcels[].hub} (of all parcels), {@code value.parcels[0].hub} (of the first) or
 * {@code value."order no"} (a name with other characters than letters, digits, {@code _}, {@code -} and {@code $}).
 */
final class FieldPath {

    private enum Root {
        VALUE,
        KEY,
        HEADER
    }

    /** A step to a part of a value. */
    private sealed interface Step permits Named, Indexed, Each {}

    /** To a field of a record, or an entry of a map. */
    private record Named(String name) implements Step {
        @Override
        public String toString() {
            return "." + (BARE.matcher(name).matches() ? name : '"' + name + '"');
        }
    }

    /** To an element of a list. */
    private record Indexed(int index) implements Step {
        @Override
        public String toString() {
            return "[" + index + "]";
        }
    }

    /** To all elements of a list. */
    private record Each() implements Step {
        @Override
        public String toString() {
            return "[]";
        }
    }

    private static final Pattern BARE = Pattern.compile("[\\p{L}\\p{N}_$-]+");
    private static final Pattern STEP = Pattern.compile("\\.(?:([\\p{L}\\p{N}_$-]+)|\"([^\"]+)\")|\\[(\\d{1,9})?\\]");
    private static final Pattern ROOT = Pattern.compile("value|key|header");

    private final Root root;
    private final List<Step> steps;

    private FieldPath(Root root, List<Step> steps) {
        this.root = root;
        this.steps = steps;
    }

    /**
     * Parses a path.
     *
     * @throws IllegalArgumentException if it is none, with the reason
     */
    static FieldPath parse(String text) {
        Matcher root = ROOT.matcher(text);
        if (!root.lookingAt() || root.end() < text.length() && ".[".indexOf(text.charAt(root.end())) < 0) {
            throw new IllegalArgumentException("'" + text
                    + "' is no path: it begins with value, key or header, as in value.order.id; a constant stands in "
                    + "single quotes, as in '" + text.replace("'", "") + "'");
        }
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        int at = root.end();
        while (at < text.length()) {
            if (!step.find(at) || step.start() != at) {
                throw new IllegalArgumentException("'" + text + "' is no path: '" + text.substring(at)
                        + "' is neither .name nor .\"a name\" nor [] nor [0]");
            }
            if (step.group(1) != null || step.group(2) != null) {
                steps.add(new Named(step.group(1) != null ? step.group(1) : step.group(2)));
            } else {
                steps.add(step.group(3) == null ? new Each() : new Indexed(Integer.parseInt(step.group(3))));
            }
            at = step.end();
        }
        FieldPath path = new FieldPath(Root.valueOf(root.group().toUpperCase(Locale.ROOT)), steps);
        if (path.root == Root.HEADER && (steps.size() != 1 || !(steps.get(0) instanceof Named))) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no path: a header has a name and no parts, as in header.tenant");
        }
        return path;
    }

    /** Returns whether it leads to all elements of a list. */
    boolean isOfAll() {
        return steps.stream().anyMatch(Each.class::isInstance);
    }

    /** Returns whether it leads to the key of the record, or a part of it. */
    boolean isInKey() {
        return root == Root.KEY;
    }

    /** Returns the value there; null if there is none. Of a path to all elements, a list of their values. */
    Object of(SourceRecord record) {
        return root == Root.HEADER ? record.header(headerName()) : at(root(record), 0);
    }

    private String headerName() {
        return ((Named) steps.get(0)).name;
    }

    private Object root(SourceRecord record) {
        return root == Root.KEY ? record.key() : record.value();
    }

    private Object at(Object from, int step) {
        Object value = from;
        for (int i = step; i < steps.size(); i++) {
            if (steps.get(i) instanceof Each) {
                List<Object> found = new ArrayList<>();
                for (Object element : elements(value)) {
                    Object part = at(element, i + 1);
                    if (part != null) {
                        found.add(part);
                    }
                }
                return found;
            }
            value = part(value, steps.get(i));
        }
        return isNull(value) ? null : value;
    }

    private static boolean isNull(Object value) {
        return value == null || value instanceof JsonNode node && (node.isNull() || node.isMissingNode());
    }

    private static Object part(Object value, Step step) {
        if (step instanceof Indexed indexed) {
            List<Object> elements = elements(value);
            return indexed.index < elements.size() ? elements.get(indexed.index) : null;
        }
        String name = ((Named) step).name;
        if (value instanceof GenericRecord fields) {
            Schema.Field field = fields.getSchema().getField(name);
            return field == null ? null : fields.get(field.pos());
        }
        if (value instanceof Map<?, ?> entries) {
            return entries.get(new Utf8(name));
        }
        return value instanceof ObjectNode object ? object.get(name) : null;
    }

    private static List<Object> elements(Object value) {
        if (value instanceof Collection<?> items) {
            return new ArrayList<>(items);
        }
        List<Object> elements = new ArrayList<>();
        if (value instanceof JsonNode node && node.isArray()) {
            node.forEach(elements::add);
        }
        return elements;
    }

    /** Returns why there is no value there, such as "'value.order' has no 'id'"; names no value of the record. */
    String reasonForNone(SourceRecord record) {
        if (root == Root.HEADER) {
            return "there is no header '" + headerName() + "'";
        }
        Object value = root(record);
        StringBuilder place = new StringBuilder(root.name().toLowerCase(Locale.ROOT));
        for (Step step : steps) {
            if (isNull(value)) {
                break;
            }
            boolean fits = step instanceof Named ? isRecord(value) : isList(value);
            if (!fits) {
                return "'" + place + "' is " + kind(value) + ", not a " + (step instanceof Named ? "record" : "list");
            }
            if (step instanceof Named named && !hasField(value, named.name)) {
                return "'" + place + "' has no '" + named.name + "'";
            }
            int needed = step instanceof Indexed indexed ? indexed.index + 1 : step instanceof Each ? 1 : 0;
            if (needed > 0 && elements(value).size() < needed) {
                return "'" + place + "' has too few elements";
            }
            Object next = step instanceof Each ? elements(value).get(0) : part(value, step);
            place.append(step);
            value = next;
        }
        return "'" + place + "' is " + (isNull(value) ? "null" : "empty");
    }

    private static boolean isRecord(Object value) {
        return value instanceof GenericRecord || value instanceof Map || value instanceof ObjectNode;
    }

    private static boolean hasField(Object value, String name) {
        if (value instanceof GenericRecord fields) {
            return fields.getSchema().getField(name) != null;
        }
        return value instanceof Map<?, ?> entries
                ? entries.containsKey(new Utf8(name))
                : ((ObjectNode) value).has(name);
    }

    private static boolean isList(Object value) {
        return value instanceof Collection || value instanceof JsonNode node && node.isArray();
    }

    /** Returns what kind of value this is, for messages: "text", "a list". */
    static String kind(Object value) {
        if (isRecord(value)) {
            return "a record";
        }
        if (isList(value)) {
            return "a list";
        }
        boolean isText = value instanceof CharSequence || value instanceof JsonNode node && node.isTextual();
        boolean isNumber = value instanceof Number || value instanceof JsonNode node && node.isNumber();
        return isText ? "text" : isNumber ? "a number" : "of another type";
    }

    /**
     * Returns what is wrong with this path for records of a schema; empty if there can be a value, or if the path does
     * not lead there.
     */
    Optional<String> problemIn(Schema schemaOfValue) {
        return root == Root.VALUE ? problemIn(schemaOfValue, 0, "value") : Optional.empty();
    }

    private Optional<String> problemIn(Schema schema, int at, String place) {
        if (at == steps.size()) {
            return Optional.empty();
        }
        Step step = steps.get(at);
        switch (schema.getType()) {
            case UNION -> {
                Optional<String> first = Optional.empty();
                for (Schema branch : schema.getTypes()) {
                    if (branch.getType() != Schema.Type.NULL) {
                        Optional<String> problem = problemIn(branch, at, place);
                        if (problem.isEmpty()) {
                            return problem;
                        }
                        first = first.isPresent() ? first : problem;
                    }
                }
                return first.isPresent() ? first : Optional.of("'" + place + "' is always null");
            }
            case RECORD -> {
                if (step instanceof Named named) {
                    Schema.Field field = schema.getField(named.name);
                    return field == null
                            ? Optional.of("'" + place + "' has no field '" + named.name + "' (record "
                                    + Excerpt.of(schema.getFullName()) + "); it has "
                                    + Excerpt.of(String.join(
                                            ", ",
                                            schema.getFields().stream()
                                                    .map(Schema.Field::name)
                                                    .toList())))
                            : problemIn(field.schema(), at + 1, place + step);
                }
            }
            case MAP -> {
                if (step instanceof Named) {
                    return problemIn(schema.getValueType(), at + 1, place + step);
                }
            }
            case ARRAY -> {
                if (!(step instanceof Named)) {
                    return problemIn(schema.getElementType(), at + 1, place + step);
                }
                return Optional.of("'" + place + "' is a list; write '" + place + "[]" + step
                        + "' for all of its elements, '" + place + "[0]" + step + "' for the first");
            }
            default -> {
                // Reported below.
            }
        }
        return Optional.of(
                "'" + place + "' is of type " + schema.getType().getName() + ", which has no '" + step + "'");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(root.name().toLowerCase(Locale.ROOT));
        steps.forEach(text::append);
        return text.toString();
    }
}

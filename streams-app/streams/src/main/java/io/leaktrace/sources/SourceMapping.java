package io.leaktrace.sources;

import io.leaktrace.wire.ForeignRecords.Form;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the records of one topic become order events or scam contacts.
 *
 * @param isOrders whether they become order events
 * @param fields by name
 * @param conditions which a record must all meet; the others are left out
 * @param zone of times without an offset
 */
record SourceMapping(
        String topic,
        boolean isOrders,
        Map<String, FieldMapping> fields,
        List<Condition> conditions,
        Form valueForm,
        Form keyForm,
        ZoneId zone) {

    /**
     * A condition on a value of a record.
     *
     * @param accepted values of which there must be one; null for any
     */
    record Condition(FieldPath path, Set<String> accepted) {

        boolean isMetBy(SourceRecord record) {
            Object value = path.of(record);
            if (value instanceof List<?> several) {
                return several.stream().anyMatch(this::accepts);
            }
            return value != null && accepts(value);
        }

        private boolean accepts(Object value) {
            return accepted == null || accepted.contains(String.valueOf(SourceValues.text(value)));
        }
    }

    /** Returns whether a record is to be read. */
    boolean accepts(SourceRecord record) {
        return conditions.stream().allMatch(condition -> condition.isMetBy(record));
    }

    /** Returns whether a path leads to the key. */
    boolean usesKey() {
        return paths().stream().anyMatch(path -> path.getValue().isInKey());
    }

    /** Returns the paths by the names of what they are for, as in the mapping file. */
    List<Map.Entry<String, FieldPath>> paths() {
        List<Map.Entry<String, FieldPath>> paths = new ArrayList<>();
        fields.values().forEach(field -> field.origins().stream()
                .filter(origin -> origin.path() != null)
                .forEach(origin -> paths.add(Map.entry(topic + "." + field.name(), origin.path()))));
        conditions.forEach(condition -> paths.add(Map.entry(topic + ".if." + condition.path(), condition.path())));
        return paths;
    }
}

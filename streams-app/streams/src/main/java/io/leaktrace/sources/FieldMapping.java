package io.leaktrace.sources;

import java.util.List;
import java.util.Map;

/**
 * Where the value of one field comes from.
 *
 * @param name of the field, as in {@code buyer_id}
 * @param origins constants and paths; a field with one value gets the first that there is, a list gets all
 * @param translations of values of the source, in capitals; others stay as they are
 * @param form of times; null for the usual forms
 */
record FieldMapping(String name, List<Origin> origins, Map<String, String> translations, TimeForm form) {

    /**
     * A constant or a path.
     *
     * @param constant null for a path
     * @param path null for a constant
     */
    record Origin(String constant, FieldPath path) {

        /** Returns the value; null if there is none. */
        Object of(SourceRecord record) {
            return path == null ? constant : path.of(record);
        }

        @Override
        public String toString() {
            return path == null ? "'" + constant + "'" : path.toString();
        }
    }

    /** Returns the origins as in the mapping. */
    String origin() {
        return String.join(", ", origins.stream().map(Origin::toString).toList());
    }
}

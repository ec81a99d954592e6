package io.leaktrace.tables;

import java.util.List;

/**
 * What a column of a table holds, as far as a first mapping needs it.
 *
 * @param name as in the file; of a field of a struct the path, as in {@code buyer.id}
 * @param sql the expression that selects it
 * @param type as DuckDB writes it; of CSV, that of all its values
 * @param filled number of rows with a value
 * @param distinct number of distinct values
 * @param sample values of the first rows, without empty ones
 * @param time how to read the column as a time; null if it is none
 */
record ColumnProfile(
        String name, String sql, String type, long filled, long distinct, List<String> sample, TimeForm time) {

    /**
     * How a column is read as a time.
     *
     * @param sql the expression to select
     * @param isLocal whether the times have no offset
     * @param isDay whether they have a day's precision only
     * @param remark what to check, or empty
     */
    record TimeForm(String sql, boolean isLocal, boolean isDay, String remark) {}

    boolean isText() {
        return type.equals("VARCHAR");
    }

    /** Whether each value stands in one row. */
    boolean isUnique() {
        return filled > 0 && distinct == filled;
    }

    boolean isList() {
        return type.endsWith("]");
    }
}

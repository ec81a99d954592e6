package io.leaktrace.runs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table of a run's findings: its name and its columns in order. CSV, NDJSON and Parquet are written from it, and a
 * reader checks a file's first line against it.
 *
 * @param <T> finding of which each row is made
 */
public final class FindingTable<T> {

    /** A column: its name, its type in Parquet as DuckDB writes it, and the value for a finding, which may be null. */
    private record Column<T>(String name, String type, Function<T, Object> value) {}

    private final String name;
    private final List<Column<T>> columns = new ArrayList<>();

    FindingTable(String name) {
        this.name = name;
    }

    FindingTable<T> column(String column, String type, Function<T, Object> value) {
        columns.add(new Column<>(column, type, value));
        return this;
    }

    /** Name of its files without the ending. */
    String name() {
        return name;
    }

    /** Names of its columns in order. */
    List<String> header() {
        return columns.stream().map(Column::name).toList();
    }

    /** Values by column name, in column order. */
    Map<String, Object> row(T finding) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (Column<T> column : columns) {
            row.put(column.name, column.value.apply(finding));
        }
        return row;
    }

    /** Columns and types as DuckDB's {@code read_json} accepts them. */
    String duckDbColumns() {
        return columns.stream()
                .map(column -> "\"" + column.name + "\": '" + column.type + "'")
                .collect(Collectors.joining(", ", "{", "}"));
    }
}

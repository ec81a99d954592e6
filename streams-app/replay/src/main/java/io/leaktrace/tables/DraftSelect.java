package io.leaktrace.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A SELECT of a first mapping, with a comment at each column.
 *
 * @param from the clauses after the columns
 */
record DraftSelect(List<Item> items, String from) {

    /** Marks what only a user can decide. */
    static final String EDIT = "EDIT";

    /** Words that DuckDB reserves, among those that files are often named by. */
    private static final Set<String> RESERVED =
            Set.of("order", "table", "select", "group", "user", "all", "end", "case");

    /** A column with its comment. */
    record Item(String expression, String field, String comment) {}

    /** The SQL, without a semicolon. */
    String text() {
        List<String> left = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            left.add("  " + item.expression + " AS " + item.field + (i + 1 < items.size() ? "," : ""));
        }
        int width =
                left.stream().mapToInt(String::length).filter(w -> w < 60).max().orElse(0);
        StringBuilder text = new StringBuilder("SELECT\n");
        for (int i = 0; i < items.size(); i++) {
            text.append(left.get(i))
                    .append(" ".repeat(Math.max(0, width - left.get(i).length())))
                    .append("  -- ")
                    .append(items.get(i).comment)
                    .append('\n');
        }
        return text.append(from).toString();
    }

    /** A time, or what to do if none was found. */
    static Item time(String table, ColumnProfile column, String field) {
        if (column == null) {
            return new Item("NULL", field, EDIT + ": no column looks like this time; name it instead of NULL");
        }
        String expression = column.time().sql().replace(column.sql(), of(table, column));
        return new Item(expression, field, "by its name; " + column.time().remark());
    }

    /** The column of a table. */
    static String of(String table, ColumnProfile column) {
        String whole = DuckDb.identifier(column.name());
        // Of a field of a struct, the table stands before the struct.
        boolean isWhole = column.sql().equals(whole);
        int at = isWhole
                ? 0
                : column.sql().indexOf(DuckDb.identifier(column.name().replaceAll("\\..*$", "")));
        return at < 0
                ? column.sql()
                : column.sql().substring(0, at) + quoted(table) + "."
                        + column.sql().substring(at);
    }

    /** A name of a view, in quotes if it needs them. */
    static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") && !RESERVED.contains(name) ? name : DuckDb.identifier(name);
    }

    /** Whether all values of a column's sample are names of these constants. */
    static boolean isOf(ColumnProfile column, Enum<?>[] constants) {
        return !column.sample().isEmpty()
                && column.sample().stream().allMatch(value -> Arrays.stream(constants)
                        .anyMatch(constant -> constant.name().equalsIgnoreCase(value)));
    }
}

package io.leaktrace.tables;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a column of a CSV file, from all its values. A type is given only if its text form can be restored from
 * the value, so that ids such as {@code 007} stay what they are, and times only in ISO-8601; all else is text.
 */
enum ColumnType {
    BOOLEAN("BOOLEAN"),
    BIGINT("BIGINT"),
    DOUBLE("DOUBLE"),
    DATE("DATE"),
    TIMESTAMP("TIMESTAMP"),
    TIMESTAMPTZ("TIMESTAMP WITH TIME ZONE"),
    VARCHAR("VARCHAR");

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9]\\d{0,17}");
    private static final Pattern DECIMAL = Pattern.compile("-?(?:0|[1-9]\\d{0,11})(?:\\.\\d{1,4})?");
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,6})?)?)(Z|[+-]\\d\\d(?::?\\d\\d)?)?");

    private final String sql;

    ColumnType(String sql) {
        this.sql = sql;
    }

    /** DuckDB's name of the type. */
    String sql() {
        return sql;
    }

    /** The type of a value that is not empty. */
    private static ColumnType of(String value) {
        char first = value.charAt(0);
        if (first == 't' || first == 'f') {
            return value.equals("true") || value.equals("false") ? BOOLEAN : VARCHAR;
        }
        if (first != '-' && (first < '0' || first > '9')) {
            return VARCHAR;
        }
        if (INTEGER.matcher(value).matches()) {
            return BIGINT;
        }
        if (value.length() < 10 || value.charAt(4) != '-') {
            return DECIMAL.matcher(value).matches() ? DOUBLE : VARCHAR;
        }
        if (DAY.matcher(value).matches()) {
            return isDate(value) ? DATE : VARCHAR;
        }
        Matcher time = TIME.matcher(value);
        if (!time.matches() || !isDate(time.group(1)) || !isTime(time.group(2))) {
            return VARCHAR;
        }
        return time.group(3) == null ? TIMESTAMP : TIMESTAMPTZ;
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        try {
            return LocalTime.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /**
     * The type of a column with one more value.
     *
     * @param soFar of the values before; null if there was none
     * @param value may be empty, then it says nothing
     */
    static ColumnType with(ColumnType soFar, String value) {
        if (soFar == VARCHAR || value.isEmpty()) {
            return soFar;
        }
        return common(soFar, of(value));
    }

    /** The type of a column that is of one type in one file and of another in the next; null is none. */
    static ColumnType common(ColumnType one, ColumnType other) {
        if (one == other || other == null) {
            return one;
        }
        if (one == null) {
            return other;
        }
        boolean numbers = (one == BIGINT || one == DOUBLE) && (other == BIGINT || other == DOUBLE);
        return numbers ? DOUBLE : VARCHAR;
    }
}

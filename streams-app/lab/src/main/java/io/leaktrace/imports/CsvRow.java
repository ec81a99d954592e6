package io.leaktrace.imports;

import io.leaktrace.domain.BadRecordException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;

/** A row of a CSV file with its fields by column name. */
public final class CsvRow {

    private final Map<String, Integer> columns;
    private final List<String> fields;

    /** @param columns index of each column by its name */
    CsvRow(Map<String, Integer> columns, List<String> fields) {
        this.columns = columns;
        this.fields = fields;
    }

    private String get(String column) {
        return fields.get(columns.get(column)).strip();
    }

    /**
     * A field without surrounding blanks.
     *
     * @throws BadRecordException if it is empty
     */
    public String text(String column) throws BadRecordException {
        String text = get(column);
        if (text.isEmpty()) {
            throw new BadRecordException("'" + column + "' is missing");
        }
        return text;
    }

    /** A local time as in {@code 2017-10-02 10:56:33}, or null if the field is empty. */
    public Instant timeOrNull(String column, ZoneOffset offset) throws BadRecordException {
        String text = get(column);
        return text.isEmpty() ? null : time(column, text, offset);
    }

    /** A local time as in {@code 2017-10-02 10:56:33}. */
    public Instant time(String column, ZoneOffset offset) throws BadRecordException {
        return time(column, text(column), offset);
    }

    private static Instant time(String column, String text, ZoneOffset offset) throws BadRecordException {
        try {
            return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(offset);
        } catch (DateTimeParseException e) {
            throw new BadRecordException("'" + column + "' is not a time as in 2017-10-02 10:56:33: '" + text + "'");
        }
    }
}

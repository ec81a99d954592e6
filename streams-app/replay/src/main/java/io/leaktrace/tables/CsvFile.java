package io.leaktrace.tables;

import io.leaktrace.domain.BadRecordException;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.FileTally;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The form of a CSV file, found by reading it once: DuckDB's own guess depends on the first rows and fails or goes wrong
 * if one of them is bad.
 */
final class CsvFile {

    /** A quoted field may contain line ends; one that spans more lines is a quote that was not closed. */
    private static final int MAX_LINES = 100;

    private static final String DELIMITERS = ",\t;|";
    private static final char QUOTE = '"';
    private static final String UNCLOSED = "a quote is opened and not closed on the line";

    private final Path file;
    private final char delimiter;
    private final List<String> names;
    private final ColumnType[] types;
    private long rows;
    private long bad;
    private long unclosed;
    private long blank;

    private CsvFile(Path file, char delimiter, List<String> names) {
        this.file = file;
        this.delimiter = delimiter;
        this.names = names;
        this.types = new ColumnType[names.size()];
    }

    char delimiter() {
        return delimiter;
    }

    /** Names of the columns as in DuckDB: without surrounding blanks, each once. */
    List<String> names() {
        return names;
    }

    /** The type of a column; VARCHAR if it has no value. */
    ColumnType type(int column) {
        return types[column] == null ? ColumnType.VARCHAR : types[column];
    }

    /** Numbers of its good and bad rows. */
    FileTally tally() {
        return new FileTally(file, rows, bad, unclosed);
    }

    /** Whether it has nothing but a header and good rows. */
    boolean isClean() {
        return bad == 0 && blank == 0;
    }

    /**
     * Reads a file. Its first line has the names of the columns.
     *
     * @param delimiter null if it has to be found
     * @param good receives the header and all good rows as they are, with their line end; null if nobody needs them
     * @param badLines receives rows that have too many or too few fields, or quotes that do not fit
     * @throws IOException if it cannot be read or has no header
     */
    static CsvFile read(Path file, Reader text, Character delimiter, Writer good, Consumer<BadLine> badLines)
            throws IOException {
        Lines lines = new Lines(new BufferedReader(text, 1 << 16));
        String header = lines.next();
        long blank = 0;
        while (header != null && header.isBlank()) {
            header = lines.next();
            blank++;
        }
        if (header == null) {
            throw new IOException(file + " is empty; its first line must have the names of the columns");
        }
        char separator = delimiter != null ? delimiter : delimiter(header);
        List<String> names;
        try {
            List<String> fields = fields(header, separator);
            if (fields == null) {
                throw new BadRecordException("a quote is opened and not closed");
            }
            names = names(fields);
        } catch (BadRecordException e) {
            throw new IOException(file + ", first line: " + e.getMessage(), e);
        }
        write(good, header);
        CsvFile csv = new CsvFile(file, separator, names);
        csv.blank = blank;
        csv.readRows(lines, good, badLines);
        return csv;
    }

    private void readRows(Lines lines, Writer good, Consumer<BadLine> badLines) throws IOException {
        List<String> taken = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            long number = lines.number();
            if (line.isEmpty()) {
                blank++;
                continue;
            }
            taken.clear();
            String record = line;
            try {
                List<String> fields = fields(record, delimiter);
                while (fields == null) {
                    String next = taken.size() < MAX_LINES ? lines.next() : null;
                    if (next == null) {
                        throw new BadRecordException(UNCLOSED);
                    }
                    taken.add(next);
                    record = record + '\n' + next;
                    fields = fields(record, delimiter);
                }
                if (fields.size() != names.size()) {
                    throw new BadRecordException("it has " + fields.size() + " fields, the header has " + names.size());
                }
                for (int column = 0; column < types.length; column++) {
                    types[column] = ColumnType.with(types[column], fields.get(column));
                }
                rows++;
                write(good, record);
            } catch (BadRecordException e) {
                bad++;
                unclosed += taken.isEmpty() && !e.getMessage().equals(UNCLOSED) ? 0 : 1;
                badLines.accept(new BadLine(file, number, taken.isEmpty() ? e.getMessage() : UNCLOSED));
                // The lines that were taken for the rest of the field are read as rows of their own.
                lines.giveBack(taken);
            }
        }
    }

    private static void write(Writer good, String record) throws IOException {
        if (good != null) {
            good.write(record);
            good.write('\n');
        }
    }

    /** Lines of a text, some of which may be given back. */
    private static final class Lines {
        private final BufferedReader text;
        private final Deque<String> returned = new ArrayDeque<>();
        private long number;

        Lines(BufferedReader text) {
            this.text = text;
        }

        String next() throws IOException {
            String line = returned.isEmpty() ? text.readLine() : returned.removeFirst();
            number += line == null ? 0 : 1;
            return line;
        }

        void giveBack(List<String> lines) {
            number -= lines.size();
            for (int i = lines.size() - 1; i >= 0; i--) {
                returned.addFirst(lines.get(i));
            }
        }

        /** The number of the last line, counted from 1. */
        long number() {
            return number;
        }
    }

    /** The character among the usual ones that the header has most often outside of quotes. */
    private static char delimiter(String header) {
        int[] found = new int[DELIMITERS.length()];
        boolean quoted = false;
        for (int at = 0; at < header.length(); at++) {
            char character = header.charAt(at);
            quoted ^= character == QUOTE;
            int delimiter = DELIMITERS.indexOf(character);
            if (!quoted && delimiter >= 0) {
                found[delimiter]++;
            }
        }
        int most = 0;
        for (int i = 1; i < found.length; i++) {
            most = found[i] > found[most] ? i : most;
        }
        return DELIMITERS.charAt(most);
    }

    /** The fields of a record; null if it ends within a quoted field. */
    static List<String> fields(String record, char delimiter) throws BadRecordException {
        List<String> fields = new ArrayList<>();
        int from = 0;
        while (true) {
            int end;
            if (from < record.length() && record.charAt(from) == QUOTE) {
                int close = closingQuote(record, from);
                if (close < 0) {
                    return null;
                }
                end = close + 1;
                if (end < record.length() && record.charAt(end) != delimiter) {
                    throw new BadRecordException("something follows the closing quote of field " + (fields.size() + 1));
                }
                fields.add(record.substring(from + 1, close).replace("\"\"", "\""));
            } else {
                end = record.indexOf(delimiter, from);
                end = end < 0 ? record.length() : end;
                fields.add(record.substring(from, end));
            }
            if (end == record.length()) {
                return fields;
            }
            from = end + 1;
        }
    }

    /** The index of the quote that ends the field which begins with this one, or -1; two quotes stand for one. */
    private static int closingQuote(String record, int opening) {
        int close = record.indexOf(QUOTE, opening + 1);
        while (close >= 0 && close + 1 < record.length() && record.charAt(close + 1) == QUOTE) {
            close = record.indexOf(QUOTE, close + 2);
        }
        return close;
    }

    private static List<String> names(List<String> header) {
        List<String> names = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String written : header) {
            String name = written.strip().isEmpty() ? "column" + names.size() : written.strip();
            String unique = name;
            for (int again = 1; !taken.add(unique.toLowerCase(Locale.ROOT)); again++) {
                unique = name + "_" + again;
            }
            names.add(unique);
        }
        return names;
    }

    /** DuckDB's call that reads a file of this form, whose columns have these types. */
    String call(Path readable, List<ColumnType> columnTypes, boolean asText) {
        List<String> columns = new ArrayList<>();
        for (int column = 0; column < names.size(); column++) {
            String type =
                    asText ? ColumnType.VARCHAR.sql() : columnTypes.get(column).sql();
            columns.add(DuckDb.quoted(names.get(column)) + ": '" + type + "'");
        }
        return "read_csv(" + DuckDb.quoted(readable.toString()) + ", auto_detect = false, header = true, delim = "
                + DuckDb.quoted(String.valueOf(delimiter)) + ", quote = '\"', escape = '\"', columns = {"
                + columns.stream().collect(Collectors.joining(", ")) + "})";
    }
}

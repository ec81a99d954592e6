package io.leaktrace.imports;

import io.leaktrace.domain.BadRecordException;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.FileTally;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * Reader of CSV files whose first line names the columns; bad rows are reported and left out. A row is one line: no
 * field of the imported sets contains a line end, so an unclosed quote makes only its own row bad, not the rest of the
 * file.
 */
public final class CsvRows {

    /** Receiver of rows; throws a {@link BadRecordException} if a row is bad. */
    @FunctionalInterface
    public interface RowHandler {
        void row(CsvRow row) throws BadRecordException;
    }

    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setTrailingData(true).get();

    private CsvRows() {}

    /**
     * Reads a file row by row, in file order.
     *
     * @param columns names of required columns
     * @throws IOException if the file is missing, cannot be read, or lacks one of the columns
     */
    public static void read(Path file, List<String> columns, RowHandler handler, BadLineListener badLines)
            throws IOException {
        long good = 0;
        long bad = 0;
        long unclosedQuotes = 0;
        try (BufferedReader text = afterByteOrderMark(file)) {
            Header header = header(file, text.readLine(), columns);
            long number = 1;
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                number++;
                if (line.isEmpty()) {
                    continue;
                }
                try {
                    List<String> fields = fields(line);
                    if (fields == null) {
                        unclosedQuotes++;
                        throw new BadRecordException("a quote is opened and not closed on the line");
                    }
                    if (fields.size() != header.width()) {
                        throw new BadRecordException(
                                "it has " + fields.size() + " fields, the header has " + header.width());
                    }
                    handler.row(new CsvRow(header.index(), fields));
                    good++;
                } catch (BadRecordException e) {
                    bad++;
                    badLines.onBadLine(new BadLine(file, number, e.getMessage()));
                }
            }
        }
        badLines.onFileRead(new FileTally(file, good, bad, unclosedQuotes));
    }

    /** @param index of each column by its name */
    private record Header(Map<String, Integer> index, int width) {}

    private static Header header(Path file, String line, List<String> columns) throws IOException {
        List<String> names = line == null ? List.of() : fields(line);
        if (names == null) {
            throw new IOException(file + ": a quote is opened and not closed on the first line");
        }
        Map<String, Integer> index = new HashMap<>();
        for (int column = 0; column < names.size(); column++) {
            index.put(names.get(column), column);
        }
        for (String column : columns) {
            if (!index.containsKey(column)) {
                throw new IOException(file + " has no column '" + column + "'");
            }
        }
        return new Header(index, names.size());
    }

    /** The fields of a line, or null if a quote is opened and not closed on it. */
    private static List<String> fields(String line) throws IOException {
        if (line.indexOf('"') < 0) {
            return List.of(line.split(",", -1));
        }
        try (CSVParser parser = CSVParser.parse(line, FORMAT)) {
            return parser.iterator().next().toList();
        } catch (UncheckedIOException e) {
            return null;
        }
    }

    /** Unlike Files.newBufferedReader, an InputStreamReader continues after bytes that are not UTF-8. */
    private static BufferedReader afterByteOrderMark(Path file) throws IOException {
        BufferedReader text =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
        return text;
    }
}

package io.leaktrace.imports;

import io.leaktrace.history.BadLine;
import io.leaktrace.history.BadLineListener;
import io.leaktrace.history.BadRecordException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads CSV files whose first line names the columns; names the rows that are bad, and goes on. */
public final class CsvRows {

    /** Takes one row, or says why it is bad. */
    @FunctionalInterface
    public interface RowHandler {
        void row(CsvRow row) throws BadRecordException;
    }

    /** Lenient about quotes, so that a stray one costs the row it is in and not the file. */
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrailingData(true)
            .setLenientEof(true)
            .get();

    private CsvRows() {}

    /**
     * Reads a file row by row, in its own order.
     *
     * @param columns those that the handler asks for
     * @throws IOException if the file is missing, cannot be read, or lacks one of the columns
     */
    public static void read(Path file, List<String> columns, RowHandler handler, BadLineListener badLines)
            throws IOException {
        try (Reader text = afterByteOrderMark(file);
                CSVParser parser = FORMAT.parse(text)) {
            for (String column : columns) {
                if (!parser.getHeaderMap().containsKey(column)) {
                    throw new IOException(file + " has no column '" + column + "'");
                }
            }
            long line = parser.getCurrentLineNumber() + 1;
            for (CSVRecord row : parser) {
                try {
                    if (!row.isConsistent()) {
                        throw new BadRecordException("it has " + row.size() + " fields, the header has "
                                + parser.getHeaderMap().size());
                    }
                    handler.row(new CsvRow(row));
                } catch (BadRecordException e) {
                    badLines.onBadLine(new BadLine(file, line, e.getMessage()));
                }
                line = parser.getCurrentLineNumber() + 1;
            }
        }
    }

    /** An InputStreamReader, unlike Files.newBufferedReader, goes on after bytes that are no UTF-8. */
    private static Reader afterByteOrderMark(Path file) throws IOException {
        BufferedReader text =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
        return text;
    }
}

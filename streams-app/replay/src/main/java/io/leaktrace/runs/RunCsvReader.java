package io.leaktrace.runs;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Suspect;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reader of the CSV files of a run, which may be damaged, edited by hand, or of an earlier version. */
public final class RunCsvReader {

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

    private RunCsvReader() {}

    /**
     * Passes each row to {@code rows}.
     *
     * @param columns columns that are needed
     * @throws IOException if the file cannot be read, lacks a column, or {@code rows} rejects a row with an {@link
     *     IllegalArgumentException} or a {@link DateTimeException}; the message says at which record
     */
    public static void forEachRow(Path file, List<String> columns, Consumer<CSVRecord> rows) throws IOException {
        long number = 0;
        try (Reader reader = Files.newBufferedReader(file)) {
            CSVParser parsed = CSV.parse(reader);
            if (!parsed.getHeaderNames().containsAll(columns)) {
                throw new IOException("its first line does not have the columns " + columns);
            }
            for (CSVRecord row : parsed) {
                number = row.getRecordNumber();
                if (!row.isConsistent()) {
                    throw new IllegalArgumentException("it has " + row.size() + " cells and not "
                            + parsed.getHeaderNames().size() + " as the first line; is the file truncated?");
                }
                rows.accept(row);
            }
        } catch (CharacterCodingException e) {
            throw new IOException("cannot read " + file + " as a file of a run: it is not in UTF-8", e);
        } catch (UncheckedIOException e) {
            throw unreadable(file, number, e.getCause());
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw unreadable(file, number, e);
        }
    }

    private static IOException unreadable(Path file, long record, Exception problem) {
        return new IOException(
                "cannot read " + file + " as a file of a run, at record " + record + ": " + problem.getMessage(),
                problem);
    }

    /** The suspect of a custodian, with a null market, which is no column; empty if the ranking does not have it. */
    public static Optional<Suspect> suspect(Path file, Custodian custodian) throws IOException {
        AtomicReference<Suspect> found = new AtomicReference<>();
        forEachRow(file, SUSPECT_COLUMNS, row -> {
            if (custodian.equals(custodian(row))) {
                found.set(suspect(custodian, row));
            }
        });
        return Optional.ofNullable(found.get());
    }

    /** All suspects of a ranking, in file order, with a null market. */
    public static List<Suspect> suspects(Path file) throws IOException {
        List<Suspect> suspects = new ArrayList<>();
        forEachRow(file, SUSPECT_COLUMNS, row -> suspects.add(suspect(custodian(row), row)));
        return suspects;
    }

    /** Columns that all versions have written. */
    private static final List<String> SUSPECT_COLUMNS = RunSchema.SUSPECTS.header().stream()
            .takeWhile(column -> !column.equals("buyers"))
            .toList();

    private static Suspect suspect(Custodian custodian, CSVRecord row) {
        return new Suspect(
                null,
                custodian,
                Suspect.Status.valueOf(row.get("status")),
                Double.parseDouble(row.get("score")),
                Double.parseDouble(row.get("evidence")),
                Long.parseLong(row.get("exposures")),
                Long.parseLong(row.get("contacts")),
                Double.parseDouble(row.get("attributed")),
                Double.parseDouble(row.get("expected")),
                Double.parseDouble(row.get("leak_rate")),
                Double.parseDouble(row.get("leak_rate_low")),
                Double.parseDouble(row.get("leak_rate_high")),
                optionalTime(row.get("onset")),
                optionalTime(row.get("first_alerted_at")),
                row.get("shared_with").isEmpty() ? null : Custodian.parse(row.get("shared_with")),
                Double.parseDouble(row.get("shared")),
                new Reporters(
                        number(row, "buyers"),
                        number(row, "known_buyers"),
                        number(row, "false_to_fall"),
                        Boolean.parseBoolean(later(row, "may_be_false")),
                        number(row, "decoys")),
                later(row, "kind").isEmpty() ? null : LeakKind.valueOf(row.get("kind")),
                later(row, "copied_from").isEmpty() || later(row, "copied_to").isEmpty()
                        ? null
                        : new Suspect.Copied(time(row.get("copied_from")), time(row.get("copied_to"))),
                number(row, "in_common"),
                optionalTime(row.get("as_of")));
    }

    /** Returns a column that runs of earlier versions do not have; empty then. */
    private static String later(CSVRecord row, String column) {
        return row.isMapped(column) ? row.get(column) : "";
    }

    private static int number(CSVRecord row, String column) {
        String text = later(row, column);
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    public static Custodian custodian(CSVRecord row) {
        return new Custodian(Role.valueOf(row.get("role")), SafeText.fromSpreadsheet(row.get("id")));
    }

    /** A plausible time; others would overflow in a subtraction. */
    public static Instant time(String text) {
        Instant time = Instant.parse(text);
        if (time.isBefore(RecordValidator.EARLIEST) || time.isAfter(RecordValidator.LATEST)) {
            throw new IllegalArgumentException("the time " + time + " is not in the years 2000 to 9999");
        }
        return time;
    }

    private static Instant optionalTime(String text) {
        return text.isEmpty() ? null : time(text);
    }
}

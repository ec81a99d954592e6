package io.leaktrace.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Suspect;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * The files of a run: {@code suspects.csv}, {@code alerts.csv}, {@code explanations.ndjson} and {@code manifest.json}.
 * In CSV, an id that a spreadsheet would read as a formula has an apostrophe in front ({@link
 * SafeText#forSpreadsheet}); times are ISO-8601 with {@code Z}.
 */
public final class RunFiles {

    public static final String SUSPECTS = "suspects.csv";
    public static final String ALERTS = "alerts.csv";
    public static final String EXPLANATIONS = "explanations.ndjson";
    public static final String MANIFEST = "manifest.json";

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final Comparator<Alert> BY_TIME =
            Comparator.comparing(Alert::at).thenComparing(Alert::custodian).thenComparing(Alert::change);

    private static final List<String> SUSPECT_COLUMNS = List.of(
            "rank",
            "role",
            "id",
            "status",
            "score",
            "evidence",
            "exposures",
            "contacts",
            "attributed",
            "expected",
            "leak_rate",
            "leak_rate_low",
            "leak_rate_high",
            "onset",
            "first_alerted_at",
            "as_of",
            "shared_with",
            "shared",
            "buyers");

    private static final List<String> ALERT_COLUMNS =
            List.of("at", "role", "id", "change", "score", "evidence", "buyers");

    private RunFiles() {}

    /** Writes the ranking. */
    public static void writeSuspects(Path file, Collection<Suspect> suspects) throws IOException {
        write(file, SUSPECT_COLUMNS, suspectRows(suspects));
    }

    /** Writes the alerts in event-time order. */
    public static void writeAlerts(Path file, Collection<Alert> alerts) throws IOException {
        write(file, ALERT_COLUMNS, alertRows(alerts));
    }

    static List<Map<String, Object>> suspectRows(Collection<Suspect> suspects) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Suspect suspect : suspects.stream().sorted(Suspect.RANKING).toList()) {
            rows.add(RunColumns.suspect(rows.size() + 1, suspect));
        }
        return rows;
    }

    static List<Map<String, Object>> alertRows(Collection<Alert> alerts) {
        return alerts.stream().sorted(BY_TIME).map(RunColumns::alert).toList();
    }

    /** The suspect of a custodian, with a null market, which is no column; empty if the ranking does not have it. */
    public static Optional<Suspect> readSuspect(Path file, Custodian custodian) throws IOException {
        CSVFormat withHeader =
                CSV.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8, withHeader)) {
            for (CSVRecord row : rows) {
                if (custodian.equals(
                        new Custodian(Role.valueOf(row.get("role")), SafeText.fromSpreadsheet(row.get("id"))))) {
                    return Optional.of(suspect(custodian, row));
                }
            }
        } catch (UncheckedIOException | IllegalArgumentException | DateTimeException e) {
            throw new IOException("cannot read " + file + " as the file of a run: " + e.getMessage(), e);
        }
        return Optional.empty();
    }

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
                time(row.get("onset")),
                time(row.get("first_alerted_at")),
                row.get("shared_with").isEmpty() ? null : Custodian.parse(row.get("shared_with")),
                Double.parseDouble(row.get("shared")),
                // Runs of earlier versions do not have it.
                row.isMapped("buyers") ? Integer.parseInt(row.get("buyers")) : 0,
                time(row.get("as_of")));
    }

    private static Instant time(String text) {
        return text.isEmpty() ? null : Instant.parse(text);
    }

    private static void write(Path file, List<String> columns, List<Map<String, Object>> rows) throws IOException {
        BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        try (CSVPrinter csv = new CSVPrinter(writer, CSV)) {
            csv.printRecord(columns);
            for (Map<String, Object> row : rows) {
                csv.printRecord(columns.stream().map(column -> text(column, row.get(column))));
            }
        }
    }

    private static String text(String column, Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return column.equals("id") ? SafeText.forSpreadsheet(value.toString()) : value.toString();
    }

    public static void writeManifest(Path file, Map<String, Object> manifest) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(manifest) + "\n", StandardCharsets.UTF_8);
    }
}

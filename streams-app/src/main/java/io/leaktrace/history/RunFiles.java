package io.leaktrace.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Suspect;
import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The files of a run: {@code suspects.csv}, {@code alerts.csv} and {@code manifest.json}. */
public final class RunFiles {

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final Comparator<Alert> BY_TIME =
            Comparator.comparing(Alert::at).thenComparing(Alert::custodian).thenComparing(Alert::change);

    private RunFiles() {}

    /** Writes the ranking. */
    public static void writeSuspects(Path file, Collection<Suspect> suspects) throws IOException {
        try (CSVPrinter csv = printer(file)) {
            csv.printRecord(
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
                    "shared");
            int rank = 0;
            for (Suspect suspect : suspects.stream().sorted(Suspect.RANKING).toList()) {
                csv.printRecord(
                        ++rank,
                        suspect.custodian().role(),
                        suspect.custodian().id(),
                        suspect.status(),
                        number(suspect.score(), 6),
                        number(suspect.evidence(), 4),
                        suspect.exposures(),
                        suspect.contacts(),
                        number(suspect.attributed(), 3),
                        number(suspect.expected(), 3),
                        number(suspect.leakRate(), 6),
                        number(suspect.leakRateLow(), 6),
                        number(suspect.leakRateHigh(), 6),
                        time(suspect.onset()),
                        time(suspect.firstAlertedAt()),
                        time(suspect.asOf()),
                        suspect.sharedWith() == null ? "" : suspect.sharedWith(),
                        number(suspect.shared(), 3));
            }
        }
    }

    /** Writes the alerts in the order of event time. */
    public static void writeAlerts(Path file, Collection<Alert> alerts) throws IOException {
        try (CSVPrinter csv = printer(file)) {
            csv.printRecord("at", "role", "id", "change", "score", "evidence");
            for (Alert alert : alerts.stream().sorted(BY_TIME).toList()) {
                csv.printRecord(
                        time(alert.at()),
                        alert.custodian().role(),
                        alert.custodian().id(),
                        alert.change(),
                        number(alert.score(), 6),
                        number(alert.evidence(), 4));
            }
        }
    }

    static void writeManifest(Path file, Map<String, Object> manifest) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(manifest) + "\n", StandardCharsets.UTF_8);
    }

    private static CSVPrinter printer(Path file) throws IOException {
        BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        return new CSVPrinter(writer, CSV);
    }

    private static String number(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String time(Instant time) {
        return time == null ? "" : time.toString();
    }
}

package io.leaktrace.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Campaign;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Suspect;
import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The files of a run: {@code suspects.csv}, {@code alerts.csv}, {@code explanations.ndjson}, {@code check.json} and
 * {@code manifest.json}. In CSV, an id that a spreadsheet would read as a formula has an apostrophe in front ({@link
 * SafeText#forSpreadsheet}); times are ISO-8601 with {@code Z}.
 */
public final class RunFiles {

    public static final String SUSPECTS = "suspects.csv";
    public static final String ALERTS = "alerts.csv";
    public static final String CAMPAIGNS = "campaigns.csv";
    public static final String EXPLANATIONS = "explanations.ndjson";
    public static final String CHECK = "check.json";
    public static final String MANIFEST = "manifest.json";

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final Comparator<Alert> BY_TIME =
            Comparator.comparing(Alert::at).thenComparing(Alert::custodian).thenComparing(Alert::change);

    private RunFiles() {}

    /** Writes the ranking. */
    public static void writeSuspects(Path file, Collection<Suspect> suspects) throws IOException {
        write(file, RunSchema.SUSPECTS, suspectRows(suspects));
    }

    /** Writes the alerts in event-time order. */
    public static void writeAlerts(Path file, Collection<Alert> alerts) throws IOException {
        write(file, RunSchema.ALERTS, alertRows(alerts));
    }

    /** Writes the campaigns in the order given. */
    public static void writeCampaigns(Path file, List<Campaign> campaigns) throws IOException {
        write(file, RunSchema.CAMPAIGNS, campaignRows(campaigns));
    }

    static List<Map<String, Object>> campaignRows(List<Campaign> campaigns) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Campaign campaign : campaigns) {
            rows.add(RunSchema.CAMPAIGNS.row(new RunSchema.Numbered(rows.size() + 1, campaign)));
        }
        return rows;
    }

    static List<Map<String, Object>> campaignContactRows(List<Campaign> campaigns) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < campaigns.size(); i++) {
            for (Evidence contact : campaigns.get(i).contacts()) {
                rows.add(RunSchema.CAMPAIGN_CONTACTS.row(new RunSchema.Member(i + 1, contact)));
            }
        }
        return rows;
    }

    static List<Map<String, Object>> suspectRows(Collection<Suspect> suspects) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Suspect suspect : suspects.stream().sorted(Suspect.RANKING).toList()) {
            rows.add(RunSchema.SUSPECTS.row(new RunSchema.Ranked(rows.size() + 1, suspect)));
        }
        return rows;
    }

    static List<Map<String, Object>> alertRows(Collection<Alert> alerts) {
        return alerts.stream().sorted(BY_TIME).map(RunSchema.ALERTS::row).toList();
    }

    private static void write(Path file, FindingTable<?> table, List<Map<String, Object>> rows) throws IOException {
        BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        try (CSVPrinter csv = new CSVPrinter(writer, CSV)) {
            csv.printRecord(table.header());
            for (Map<String, Object> row : rows) {
                csv.printRecord(row.entrySet().stream().map(cell -> text(cell.getKey(), cell.getValue())));
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
        return RunSchema.FROM_OUTSIDE.contains(column) ? SafeText.forSpreadsheet(value.toString()) : value.toString();
    }

    /**
     * Writes the report of a check of the data.
     *
     * @param report as JSON
     */
    public static void writeCheck(Path file, String report) throws IOException {
        Files.writeString(file, report + "\n", StandardCharsets.UTF_8);
    }

    public static void writeManifest(Path file, Map<String, Object> manifest) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(manifest) + "\n", StandardCharsets.UTF_8);
    }
}

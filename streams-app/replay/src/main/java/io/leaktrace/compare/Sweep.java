package io.leaktrace.compare;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A grid of settings, of which each combination is a run, and a table of their results. */
public final class Sweep {

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private final Map<String, List<String>> grid = new LinkedHashMap<>();

    /**
     * @param axes each {@code NAME=VALUE,VALUE…}
     * @throws IllegalArgumentException if one is not; the message says which
     */
    public Sweep(List<String> axes) {
        for (String axis : axes) {
            int equals = axis.indexOf('=');
            List<String> values = List.of(axis.substring(equals + 1).split(","));
            if (equals < 1 || values.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException(
                        "a sweep is NAME=VALUE,VALUE as in window=7d,14d, not '" + axis + "'");
            }
            if (grid.put(axis.substring(0, equals), values) != null) {
                throw new IllegalArgumentException("'" + axis.substring(0, equals) + "' is swept twice");
            }
        }
    }

    /** The combinations in the order of the axes, each as settings by name. */
    public List<Map<String, String>> combinations() {
        List<Map<String, String>> all = List.of(Map.of());
        for (Map.Entry<String, List<String>> axis : grid.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> one : all) {
                for (String value : axis.getValue()) {
                    Map<String, String> more = new LinkedHashMap<>(one);
                    more.put(axis.getKey(), value.trim());
                    longer.add(more);
                }
            }
            all = longer;
        }
        return all;
    }

    /** Name of the run of a combination and of its folder, as in {@code window-7d_epoch-6h}. */
    public static String name(Map<String, String> combination) {
        List<String> parts = new ArrayList<>();
        combination.forEach((name, value) -> parts.add((name + "-" + value).replaceAll("[^A-Za-z0-9.-]", "_")));
        return String.join("_", parts);
    }

    /**
     * The results of all runs as rows; the first row holds the names of the columns.
     *
     * @param folder folder with a subfolder for each run
     * @param truth the true leaks, or null if unknown
     */
    public List<List<String>> table(Path folder, Truth truth) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        List<String> columns = new ArrayList<>(List.of("run"));
        columns.addAll(grid.keySet());
        columns.addAll(List.of("alerted", "suspects", "first_alert"));
        if (truth != null) {
            columns.addAll(List.of("found", "missed", "innocent", "median_delay_days"));
        }
        rows.add(columns);
        for (Map<String, String> combination : combinations()) {
            String name = name(combination);
            Run run = Run.read(folder.resolve(name));
            List<String> row = new ArrayList<>(List.of(name));
            row.addAll(combination.values());
            row.add(Integer.toString(run.firstAlerts().size()));
            row.add(Long.toString(run.suspects().values().stream()
                    .filter(Comparison.Standing::isAccused)
                    .count()));
            row.add(run.firstAlerts().values().stream()
                    .min(Comparator.naturalOrder())
                    .map(Instant::toString)
                    .orElse(""));
            if (truth != null) {
                Truth.Score score = truth.score(run.firstAlerts());
                row.add(Integer.toString(score.found()));
                row.add(Integer.toString(score.missed()));
                row.add(Integer.toString(score.innocent()));
                row.add(
                        Double.isNaN(score.medianDelayDays())
                                ? ""
                                : String.format(Locale.ROOT, "%.2f", score.medianDelayDays()));
            }
            rows.add(row);
        }
        return rows;
    }

    /** Writes a table as CSV. */
    public static void write(Path file, List<List<String>> table) throws IOException {
        BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        try (CSVPrinter csv = new CSVPrinter(writer, CSV)) {
            csv.printRecords(table);
        }
    }
}

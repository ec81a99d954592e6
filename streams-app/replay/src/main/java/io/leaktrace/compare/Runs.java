package io.leaktrace.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.runs.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A folder of runs and of reports of checks, each in a subfolder with the name of the run. */
public final class Runs {

    private final Path folder;

    /** @param folder need not exist */
    public Runs(Path folder) {
        this.folder = folder;
    }

    /**
     * Summary of a run, as listed by {@code GET /api/runs}.
     *
     * @param name name of its folder
     * @param settings settings that change results
     * @param from event time of its first record, ISO-8601, or null if it had none
     * @param to event time of its last record, likewise
     * @param records number of records replayed
     * @param version version of the code
     */
    public record Summary(
            String name, SortedMap<String, String> settings, String from, String to, long records, String version) {}

    /** All complete runs, by name. A folder without a readable manifest is left out. */
    public List<Summary> list() throws IOException {
        List<Summary> runs = new ArrayList<>();
        for (Path run : folders(RunFiles.MANIFEST)) {
            summary(run).ifPresent(runs::add);
        }
        return runs;
    }

    /** The subfolders with a file of this name, sorted. */
    private List<Path> folders(String file) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(run -> Files.isRegularFile(run.resolve(file)))
                    .sorted()
                    .toList();
        }
    }

    /** The folder of the run of this name, if there is one; a name cannot refer to other folders. */
    public Optional<Path> find(String name) {
        return named(name).filter(run -> Files.isRegularFile(run.resolve(RunFiles.MANIFEST)));
    }

    private Optional<Path> named(String name) {
        boolean plain = !name.isEmpty()
                && !name.startsWith(".")
                && !name.contains("/")
                && !name.contains("\\")
                && name.indexOf('\u0000') < 0;
        return plain ? Optional.of(folder.resolve(name)) : Optional.empty();
    }

    /**
     * Summary of the report of a check, as listed by {@code GET /api/checks}.
     *
     * @param name name of its folder
     * @param verdict FINE, RESERVATIONS or CANNOT
     * @param from first day of the order events, as in 2024-07-01; null if there are none
     * @param to last day of the order events, likewise
     */
    public record CheckSummary(String name, String verdict, String from, String to) {}

    /** The reports of checks in all folders, by name. An unreadable report is left out. */
    public List<CheckSummary> checks() throws IOException {
        List<CheckSummary> checks = new ArrayList<>();
        for (Path folderOfReport : folders(RunFiles.CHECK)) {
            String name = folderOfReport.getFileName().toString();
            try {
                check(name).map(report -> summary(name, report)).ifPresent(checks::add);
            } catch (IOException e) {
                // Being written, or damaged; its own address says so.
            }
        }
        return checks;
    }

    /**
     * The report of the check in the folder of this name, if there is one; a name cannot refer to other folders.
     *
     * @throws IOException if it is no report; the message says why
     */
    public Optional<JsonNode> check(String name) throws IOException {
        Optional<Path> file =
                named(name).map(run -> run.resolve(RunFiles.CHECK)).filter(Files::isRegularFile);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        JsonNode report = Run.json(file.get());
        if (!report.path("verdict").isTextual() || !report.path("times").isObject()) {
            throw new IOException("cannot read " + file.get() + ": it is not the report of a check");
        }
        return Optional.of(report);
    }

    private static CheckSummary summary(String name, JsonNode report) {
        JsonNode times = report.path("times");
        return new CheckSummary(
                name,
                report.path("verdict").textValue(),
                times.path("ordersFrom").textValue(),
                times.path("ordersTo").textValue());
    }

    private static Optional<Summary> summary(Path run) {
        JsonNode manifest;
        try {
            manifest = Run.manifest(run);
        } catch (IOException e) {
            // Unfinished or damaged; the other runs are listed all the same.
            return Optional.empty();
        }
        JsonNode span = manifest.path("eventTime");
        return Optional.of(new Summary(
                run.getFileName().toString(),
                Run.settings(manifest),
                span.path("from").textValue(),
                span.path("to").textValue(),
                manifest.path("counts").path("read").asLong(),
                manifest.path("version").asText()));
    }
}

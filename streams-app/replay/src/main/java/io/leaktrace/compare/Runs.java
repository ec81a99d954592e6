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

/** A folder of runs, each in a subfolder with the name of the run. */
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
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> folders;
        try (Stream<Path> files = Files.list(folder)) {
            folders = files.filter(Runs::holdsRun).sorted().toList();
        }
        List<Summary> runs = new ArrayList<>();
        for (Path run : folders) {
            summary(run).ifPresent(runs::add);
        }
        return runs;
    }

    /** The folder of the run of this name, if there is one; a name cannot refer to other folders. */
    public Optional<Path> find(String name) {
        boolean plain = !name.isEmpty()
                && !name.startsWith(".")
                && !name.contains("/")
                && !name.contains("\\")
                && name.indexOf('\u0000') < 0;
        return plain ? Optional.of(folder.resolve(name)).filter(Runs::holdsRun) : Optional.empty();
    }

    private static boolean holdsRun(Path run) {
        return Files.isRegularFile(run.resolve(RunFiles.MANIFEST));
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

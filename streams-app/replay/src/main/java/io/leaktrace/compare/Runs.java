package io.leaktrace.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A folder of runs, each in a folder of its own that is named as the run is asked for. */
public final class Runs {

    private final Path folder;

    /** @param folder need not be there */
    public Runs(Path folder) {
        this.folder = folder;
    }

    /**
     * A run in short, as {@code GET /api/runs} lists it.
     *
     * @param name of its folder
     * @param settings that change what is found
     * @param from event time of its first record, ISO-8601, or null if it had none
     * @param to event time of its last record
     * @param records it took
     * @param version of the code
     */
    public record Summary(
            String name, SortedMap<String, String> settings, String from, String to, long records, String version) {}

    /** All runs that are whole, by name. A folder whose manifest cannot be read is left out, as one that has none. */
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

    /** The folder of a run, if there is one of this name; a name cannot lead out of the folder. */
    public Optional<Path> find(String name) {
        boolean plain = !name.isEmpty()
                && !name.startsWith(".")
                && !name.contains("/")
                && !name.contains("\\")
                && name.indexOf('\u0000') < 0;
        return plain ? Optional.of(folder.resolve(name)).filter(Runs::holdsRun) : Optional.empty();
    }

    private static boolean holdsRun(Path run) {
        return Files.isRegularFile(run.resolve(Run.MANIFEST));
    }

    private static Optional<Summary> summary(Path run) {
        JsonNode manifest;
        try {
            manifest = Run.manifest(run);
        } catch (IOException e) {
            // In the making, or broken; the others are to be seen all the same.
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

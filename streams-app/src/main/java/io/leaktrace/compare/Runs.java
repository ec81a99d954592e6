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

    /** All runs that are whole, by name. */
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
            runs.add(summary(run));
        }
        return runs;
    }

    /** The folder of a run, if there is one of this name; a name cannot lead out of the folder. */
    public Optional<Path> find(String name) {
        boolean plain = !name.isEmpty() && !name.startsWith(".") && !name.contains("/") && !name.contains("\\");
        return plain ? Optional.of(folder.resolve(name)).filter(Runs::holdsRun) : Optional.empty();
    }

    private static boolean holdsRun(Path run) {
        return Files.isRegularFile(run.resolve(Run.MANIFEST));
    }

    private static Summary summary(Path run) throws IOException {
        JsonNode manifest = Run.manifest(run);
        JsonNode span = manifest.path("eventTime");
        return new Summary(
                run.getFileName().toString(),
                Run.settings(manifest),
                span.path("from").textValue(),
                span.path("to").textValue(),
                manifest.path("counts").path("read").asLong(),
                manifest.path("version").asText());
    }
}

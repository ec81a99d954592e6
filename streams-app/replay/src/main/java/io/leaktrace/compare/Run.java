package io.leaktrace.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Suspect;
import io.leaktrace.runs.RunCsvReader;
import io.leaktrace.runs.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a run's folder.
 *
 * @param name name of the folder
 * @param settings settings that change results, by name
 * @param input description of the input and its selection, by {@code --from}, {@code topics} and the like
 * @param suspects by custodian, in the order of their ranks
 * @param firstAlerts time of the first alert on each custodian
 * @param bytes the text of {@code suspects.csv} and {@code alerts.csv}
 */
record Run(
        String name,
        SortedMap<String, String> settings,
        SortedMap<String, String> input,
        Map<Custodian, Comparison.Standing> suspects,
        SortedMap<Custodian, Instant> firstAlerts,
        List<String> bytes) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IOException if the folder holds no run; the message says what is missing */
    static Run read(Path folder) throws IOException {
        Path suspectsFile = folder.resolve(RunFiles.SUSPECTS);
        Path alertsFile = folder.resolve(RunFiles.ALERTS);
        for (Path file : List.of(suspectsFile, alertsFile, folder.resolve(RunFiles.MANIFEST))) {
            if (!Files.isRegularFile(file)) {
                throw new IOException(folder + " is not the folder of a run: it has no " + file.getFileName());
            }
        }
        JsonNode manifest = manifest(folder);
        Map<Custodian, Comparison.Standing> suspects = new LinkedHashMap<>();
        RunCsvReader.forEachRow(suspectsFile, List.of("rank", "role", "id", "status", "score", "evidence"), row -> {
            Comparison.Standing standing = new Comparison.Standing(
                    Integer.parseInt(row.get("rank")),
                    Suspect.Status.valueOf(row.get("status")),
                    Double.parseDouble(row.get("score")),
                    Double.parseDouble(row.get("evidence")));
            if (suspects.put(RunCsvReader.custodian(row), standing) != null) {
                throw new IllegalArgumentException("the custodian occurs twice");
            }
        });
        SortedMap<Custodian, Instant> firstAlerts = new TreeMap<>();
        RunCsvReader.forEachRow(alertsFile, List.of("at", "role", "id", "change"), row -> {
            if (row.get("change").equals(Alert.Change.RAISED.name())) {
                firstAlerts.merge(
                        RunCsvReader.custodian(row),
                        RunCsvReader.time(row.get("at")),
                        (one, other) -> one.isBefore(other) ? one : other);
            }
        });
        return new Run(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                settings(manifest),
                input(manifest),
                suspects,
                firstAlerts,
                List.of(Files.readString(suspectsFile), Files.readString(alertsFile)));
    }

    static JsonNode manifest(Path folder) throws IOException {
        return json(folder.resolve(RunFiles.MANIFEST));
    }

    /** The JSON object in a file. */
    static JsonNode json(Path file) throws IOException {
        JsonNode content;
        try {
            content = JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IOException("cannot read " + file + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
        if (!content.isObject()) {
            throw new IOException("cannot read " + file + ": it is not a JSON object");
        }
        return content;
    }

    static SortedMap<String, String> settings(JsonNode manifest) {
        SortedMap<String, String> settings = new TreeMap<>();
        manifest.path("settings")
                .properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        return settings;
    }

    private static SortedMap<String, String> input(JsonNode manifest) {
        SortedMap<String, String> input = new TreeMap<>();
        for (String bound : List.of("from", "to", "sample")) {
            JsonNode value = manifest.path("selection").path(bound);
            input.put("--" + bound, value.isMissingNode() || value.isNull() ? "" : value.asText());
        }
        for (String files : List.of("orders", "contacts")) {
            List<String> contents = new ArrayList<>();
            manifest.path(files)
                    .forEach(file -> contents.add((file.path("file").asText() + " "
                                    + beginning(file.path("sha256").asText()))
                            .strip()));
            input.put("--" + files, String.join(" ", contents));
        }
        JsonNode tables = manifest.path("input");
        List<String> contents = new ArrayList<>();
        tables.path("files")
                .forEach(file -> contents.add(file.path("file").asText() + " "
                        + beginning(file.path("sha256").asText())));
        input.put("--input", String.join(" ", contents));
        input.put("--time-zone", tables.path("timeZone").asText());
        input.put("--encoding", tables.path("encoding").asText());
        List<String> ranges = new ArrayList<>();
        manifest.path("topics")
                .forEach(range -> ranges.add(range.path("topic").asText() + "-"
                        + range.path("partition").asInt() + " "
                        + range.path("from").asLong() + "–"
                        + range.path("to").asLong()));
        input.put("topics", String.join(", ", ranges));
        input.put("version", manifest.path("version").asText());
        return input;
    }

    /** The first 12 digits of a hash, which identify a content; a manifest written by hand may have none. */
    private static String beginning(String hash) {
        return hash.substring(0, Math.min(12, hash.length()));
    }
}

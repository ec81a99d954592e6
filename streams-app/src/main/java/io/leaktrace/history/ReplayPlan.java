package io.leaktrace.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replay does, apart from where its input is: with the input, all that it takes to do it again to the byte.
 *
 * @param name of the run
 * @param judgedAt the time against which records "from the future" are judged
 */
public record ReplayPlan(String name, Settings settings, Selection selection, Instant judgedAt) {

    private static final String MARKET = "market";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The same with other settings, under another name. */
    public ReplayPlan with(String newName, Map<String, String> changes) {
        return new ReplayPlan(newName, settings.with(changes), selection, judgedAt);
    }

    /** What the manifest begins with. */
    Map<String, Object> manifest(History history) throws IOException {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("name", name);
        manifest.put("version", Version.text());
        manifest.put(MARKET, settings.get(Setting.MARKET));
        manifest.put("settings", settings.resultSettings());
        manifest.put("settingsHash", settings.resultHash());
        manifest.putAll(history.described());
        Map<String, Object> selected = new LinkedHashMap<>();
        selected.put("from", text(selection.from()));
        selected.put("to", text(selection.to()));
        selected.put("sample", selection.sample());
        manifest.put("selection", selected);
        manifest.put("judgedAt", judgedAt.toString());
        manifest.put("lastEpoch", closesLast(history) ? "closed" : "open");
        return manifest;
    }

    /**
     * Whether the epoch in which the input ends is solved too. On topics there is more to come, and a running pipeline
     * would wait for it, unless the input was to end at a point.
     */
    boolean closesLast(History history) {
        return !history.goesOn() || selection.to() != null;
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    /** A manifest, or the beginning of one. */
    public static JsonNode read(Path file) throws IOException {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new IOException("cannot read the manifest " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The plan of an earlier run, under the same settings for all that does not change results.
     *
     * @throws StartException if the manifest is of another version, whose results may differ
     */
    public static ReplayPlan like(JsonNode manifest, String name, Settings here) {
        String version = manifest.path("version").asText();
        if (!version.equals(Version.text())) {
            throw new StartException("that run was made by version " + version + ", and this is " + Version.text()
                    + ": only the same version gives the same bytes");
        }
        Map<String, String> changes = new TreeMap<>();
        manifest.path("settings")
                .properties()
                .forEach(setting ->
                        changes.put(setting.getKey(), setting.getValue().asText()));
        if (manifest.has(MARKET)) {
            changes.put(Setting.MARKET.key(), manifest.path(MARKET).asText());
        }
        JsonNode selected = manifest.path("selection");
        return new ReplayPlan(
                name,
                here.with(changes),
                new Selection(
                        time(selected.path("from")),
                        time(selected.path("to")),
                        selected.path("sample").asDouble()),
                Instant.parse(manifest.path("judgedAt").asText()));
    }

    private static Instant time(JsonNode text) {
        return text.isTextual() ? Instant.parse(text.asText()) : null;
    }

    /** Whether a run that was begun asks the same: the same settings and selection. */
    boolean isLike(JsonNode begun) {
        ReplayPlan other = like(begun, name, settings);
        return other.settings.resultHash().equals(settings.resultHash())
                && other.settings.get(Setting.MARKET).equals(settings.get(Setting.MARKET))
                && other.selection.equals(selection);
    }
}

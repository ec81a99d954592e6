package io.leaktrace.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Plausibility;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.SettingsException;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
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
    private static final String SETTINGS_HASH = "settingsHash";
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
        manifest.put(SETTINGS_HASH, settings.resultHash());
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
            JsonNode manifest = JSON.readTree(file.toFile());
            if (!manifest.isObject()) {
                throw new IOException("it holds no JSON object");
            }
            return manifest;
        } catch (JsonProcessingException e) {
            throw new IOException("cannot read the manifest " + file + ": " + e.getOriginalMessage(), e);
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
        try {
            Settings settings = here.with(settings(manifest));
            if (!settings.resultHash().equals(manifest.path(SETTINGS_HASH).asText())) {
                throw new IllegalArgumentException("its settings are not those that its settingsHash is of");
            }
            JsonNode selected = manifest.path("selection");
            return new ReplayPlan(
                    name,
                    settings,
                    new Selection(
                            time(selected.path("from")),
                            time(selected.path("to")),
                            selected.path("sample").asDouble()),
                    judgedAt(manifest));
        } catch (SettingsException | IllegalArgumentException | DateTimeException e) {
            throw new StartException("the manifest of that run is damaged or was changed: " + e.getMessage(), e);
        }
    }

    private static Instant judgedAt(JsonNode manifest) {
        Instant judgedAt = Instant.parse(manifest.path("judgedAt").asText());
        if (judgedAt.isAfter(Plausibility.LATEST)) {
            throw new IllegalArgumentException("judgedAt is after " + Plausibility.LATEST);
        }
        return judgedAt;
    }

    /** What a manifest may set: nothing that leads to other brokers, another registry or files. */
    private static Map<String, String> settings(JsonNode manifest) {
        Map<String, String> settings = new TreeMap<>();
        for (Setting setting : Setting.values()) {
            JsonNode value = manifest.path("settings").path(setting.key());
            if (setting.changesResults() && !value.isMissingNode()) {
                settings.put(setting.key(), value.asText());
            }
        }
        if (settings.size() != manifest.path("settings").size()) {
            throw new IllegalArgumentException("it has settings that no manifest has");
        }
        if (manifest.has(MARKET)) {
            settings.put(Setting.MARKET.key(), manifest.path(MARKET).asText());
        }
        return settings;
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

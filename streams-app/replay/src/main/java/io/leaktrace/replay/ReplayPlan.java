package io.leaktrace.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.RecordValidator;
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
 * Settings and selection of a replay. Together with the input, they determine every byte of its result.
 *
 * @param name name of the run
 * @param judgedAt the reference time by which event times in the future are rejected; topics use record times instead
 */
public record ReplayPlan(String name, Settings settings, Selection selection, Instant judgedAt) {

    private static final String MARKET = "market";
    private static final String SETTINGS_HASH = "settingsHash";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A copy with changed settings and another name. */
    public ReplayPlan with(String newName, Map<String, String> changes) {
        return new ReplayPlan(newName, settings.with(changes), selection, judgedAt);
    }

    /** The first entries of the manifest. */
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
     * Whether the epoch in which the input ends is solved too. Topics may get more records for it, for which a running
     * pipeline would wait; so it is solved there only if the selection has an end.
     */
    boolean closesLast(History history) {
        return !history.isOpenEnded() || selection.to() != null;
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    /** The content of a manifest, complete or not. */
    public static JsonNode read(Path file) throws IOException {
        try {
            JsonNode manifest = JSON.readTree(file.toFile());
            if (!manifest.isObject()) {
                throw new IOException("it is not a JSON object");
            }
            return manifest;
        } catch (JsonProcessingException e) {
            throw new IOException("cannot read the manifest " + file + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IOException("cannot read the manifest " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The plan of an earlier run; settings that do not change results are those given.
     *
     * @throws StartException if the manifest is of another version, whose results may differ
     */
    public static ReplayPlan like(JsonNode manifest, String name, Settings here) {
        String version = manifest.path("version").asText();
        if (!version.equals(Version.text())) {
            throw new StartException("that run was made by version " + version + ", and this is " + Version.text()
                    + ": only the same version gives an identical result");
        }
        try {
            Settings settings = here.with(settings(manifest));
            if (!settings.resultHash().equals(manifest.path(SETTINGS_HASH).asText())) {
                throw new IllegalArgumentException("its settings do not match its settingsHash");
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
        if (judgedAt.isAfter(RecordValidator.LATEST)) {
            throw new IllegalArgumentException("judgedAt is after " + RecordValidator.LATEST);
        }
        return judgedAt;
    }

    /** The settings of a manifest; those that name brokers, a registry or files are not accepted. */
    private static Map<String, String> settings(JsonNode manifest) {
        Map<String, String> settings = new TreeMap<>();
        for (Setting setting : Setting.values()) {
            JsonNode value = manifest.path("settings").path(setting.key());
            if (setting.changesResults() && !value.isMissingNode()) {
                settings.put(setting.key(), value.asText());
            }
        }
        if (settings.size() != manifest.path("settings").size()) {
            throw new IllegalArgumentException("it has settings that do not belong in a manifest");
        }
        if (manifest.has(MARKET)) {
            settings.put(Setting.MARKET.key(), manifest.path(MARKET).asText());
        }
        return settings;
    }

    private static Instant time(JsonNode text) {
        return text.isTextual() ? Instant.parse(text.asText()) : null;
    }

    /** Whether an unfinished run has the same settings and selection. */
    boolean isLike(JsonNode begun) {
        ReplayPlan other = like(begun, name, settings);
        return other.settings.resultHash().equals(settings.resultHash())
                && other.settings.get(Setting.MARKET).equals(settings.get(Setting.MARKET))
                && other.selection.equals(selection);
    }
}

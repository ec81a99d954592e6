package io.leaktrace.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.leaktrace.topology.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The conditions under which the application's state was made: settings, input topics, internal topics. They are stored
 * in {@link StateSettingsTopic} and compared at each start.
 *
 * @param format version of the JSON format, {@link #FORMAT}
 * @param version of the code
 * @param settings by name: those that the state depends on, and all that change results
 * @param partitions number of partitions of the order events
 * @param topicIds Kafka's ids of the input topics, by name
 * @param internalTopics names of the internal topics of that version
 */
record StateCompatibility(
        int format,
        String version,
        SortedMap<String, String> settings,
        int partitions,
        SortedMap<String, String> topicIds,
        SortedSet<String> internalTopics) {

    static final int FORMAT = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /**
     * Settings that determine the meaning of saved state. Exposures are counted per {@code epoch}; buyers leave the
     * at-risk counts after a {@code window}; a custodian's likelihoods are stored by leak level; {@code ring.days} and
     * {@code learning.days} determine up to which day these are final.
     *
     * <p>The other settings that change results may change: each epoch applies their current values to the days in the
     * sliding window. Older days stay as estimated under the previous values. With longer {@code memory.days}, what was
     * older than the previous memory is missing at first.
     */
    private static final Set<Setting> IMMUTABLE = Collections.unmodifiableSet(EnumSet.of(
            Setting.MARKET,
            Setting.TOPIC_PREFIX,
            Setting.WINDOW,
            Setting.EPOCH,
            Setting.RING_DAYS,
            Setting.LEARNING_DAYS,
            Setting.LEVEL_LOWEST,
            Setting.LEVEL_COUNT));

    /** Returns the conditions under which new state would be made now. */
    static StateCompatibility of(
            Settings settings, int partitions, SortedMap<String, String> topicIds, SortedSet<String> internalTopics) {
        SortedMap<String, String> values = new TreeMap<>(settings.resultSettings());
        IMMUTABLE.forEach(setting -> values.put(setting.key(), settings.get(setting)));
        return new StateCompatibility(FORMAT, Version.text(), values, partitions, topicIds, internalTopics);
    }

    /**
     * Returns a line for each difference that forbids to continue with state of these settings; empty if there is none.
     */
    List<String> differencesFrom(StateCompatibility now) {
        List<String> differences = new ArrayList<>();
        for (Setting setting : IMMUTABLE) {
            String before = settings.getOrDefault(setting.key(), setting.defaultValue());
            String given = now.settings.get(setting.key());
            boolean isName = setting == Setting.MARKET || setting == Setting.TOPIC_PREFIX;
            if (isName ? !before.equals(given) : !isSame(before, given)) {
                differences.add(difference(setting.key(), before, given));
            }
        }
        if (partitions != now.partitions) {
            String orderEvents = new Topics(now.settings.get(Setting.TOPIC_PREFIX.key())).orderEvents();
            differences.add(difference(
                    "partitions of " + orderEvents, Integer.toString(partitions), Integer.toString(now.partitions)));
        }
        return differences;
    }

    /** Returns a line for each permitted change of a setting. */
    List<String> changesTo(StateCompatibility now) {
        List<String> changes = new ArrayList<>();
        settings.forEach((name, before) -> {
            boolean isFixed =
                    IMMUTABLE.stream().anyMatch(setting -> setting.key().equals(name));
            String given = now.settings.get(name);
            if (!isFixed && given != null && !isSame(before, given)) {
                changes.add(difference(name, before, given));
            }
        });
        return changes;
    }

    private static String difference(String name, String before, String now) {
        return name + " was " + quoted(before) + " and is " + quoted(now);
    }

    private static String quoted(String value) {
        return value.isEmpty() ? "empty" : value;
    }

    /** Returns whether two values of a setting are equivalent: 14d and 336h, 0.50 and 0.5, lists in any order. */
    private static boolean isSame(String one, String other) {
        return meaning(one).equals(meaning(other));
    }

    private static Object meaning(String value) {
        try {
            return Settings.span(value);
        } catch (IllegalArgumentException noSpan) {
            try {
                return Double.valueOf(value);
            } catch (NumberFormatException noNumber) {
                return new TreeSet<>(Arrays.asList(value.split("\\s*,\\s*")));
            }
        }
    }

    /** Returns this record as JSON; equal records give equal bytes. */
    byte[] write() {
        try {
            return JSON.writeValueAsString(Map.of(
                            "format", format,
                            "version", version,
                            "settings", settings,
                            "partitions", partitions,
                            "topicIds", topicIds,
                            "internalTopics", internalTopics))
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can be written", e);
        }
    }

    /**
     * Reads a record from JSON.
     *
     * @throws StartException if it has a later format, or is no such record
     */
    static StateCompatibility read(String topic, byte[] bytes) {
        try {
            var json = JSON.readTree(bytes);
            int format = json.path("format").asInt();
            if (format > FORMAT) {
                throw new StartException(topic + " was written by the later version "
                        + json.path("version").asText() + "; start that one");
            }
            if (format < 1) {
                throw new IOException("it has no format");
            }
            SortedMap<String, String> settings = new TreeMap<>();
            json.path("settings")
                    .properties()
                    .forEach(setting ->
                            settings.put(setting.getKey(), setting.getValue().asText()));
            SortedMap<String, String> topicIds = new TreeMap<>();
            json.path("topicIds")
                    .properties()
                    .forEach(id -> topicIds.put(id.getKey(), id.getValue().asText()));
            SortedSet<String> internal = new TreeSet<>();
            json.path("internalTopics").forEach(name -> internal.add(name.asText()));
            return new StateCompatibility(
                    format,
                    json.path("version").asText(),
                    settings,
                    json.path("partitions").asInt(),
                    topicIds,
                    internal);
        } catch (IOException e) {
            throw new StartException(
                    "the last record of " + topic + " is not what Leaktrace writes there (" + e.getMessage()
                            + "); if you are sure of the settings, delete that topic, and it is created again",
                    e);
        }
    }
}

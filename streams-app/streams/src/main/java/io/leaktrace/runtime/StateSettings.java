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
 * What the application's state was made with: settings, input topics, internal topics. It is kept beside the state in a
 * topic of its own, and compared at each start.
 *
 * @param format of the note, {@link #FORMAT}
 * @param version of the code
 * @param settings by name: those that state depends on, and all that change results
 * @param partitions of the order events
 * @param topicIds Kafka's ids of the input topics, by name
 * @param internalTopics names of the topics that the version keeps
 */
record StateSettings(
        int format,
        String version,
        SortedMap<String, String> settings,
        int partitions,
        SortedMap<String, String> topicIds,
        SortedSet<String> internalTopics) {

    static final int FORMAT = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /**
     * Settings that give saved state its meaning. Exposures are counted by {@code epoch}; what buyers' orders add to the
     * counts at risk is taken back after a {@code window}; a custodian's evidence is kept by leak level; {@code
     * ring.days} and {@code learning.days} say up to which day evidence has been put into it for good.
     *
     * <p>The other settings that change results are read anew at each epoch, for all that the state still holds in
     * detail. They may change: what older days have left behind stays as it was judged then.
     */
    private static final Set<Setting> FIXED = Collections.unmodifiableSet(EnumSet.of(
            Setting.MARKET,
            Setting.TOPIC_PREFIX,
            Setting.WINDOW,
            Setting.EPOCH,
            Setting.RING_DAYS,
            Setting.LEARNING_DAYS,
            Setting.LEVEL_LOWEST,
            Setting.LEVEL_COUNT));

    /** What state would be made with now. */
    static StateSettings of(
            Settings settings, int partitions, SortedMap<String, String> topicIds, SortedSet<String> internalTopics) {
        SortedMap<String, String> values = new TreeMap<>(settings.resultSettings());
        FIXED.forEach(setting -> values.put(setting.key(), settings.get(setting)));
        return new StateSettings(FORMAT, Version.text(), values, partitions, topicIds, internalTopics);
    }

    /** Why state of these settings must not be gone on with under others, a line for each difference; empty if it may. */
    List<String> differencesFrom(StateSettings now) {
        List<String> differences = new ArrayList<>();
        for (Setting setting : FIXED) {
            String before = settings.getOrDefault(setting.key(), setting.standard());
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

    /** Settings that are others now and may be, a line for each. */
    List<String> changesTo(StateSettings now) {
        List<String> changes = new ArrayList<>();
        settings.forEach((name, before) -> {
            boolean isFixed = FIXED.stream().anyMatch(setting -> setting.key().equals(name));
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

    /** Whether two values of a setting mean the same: 14d and 336h, 0.50 and 0.5, lists in any order. */
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

    /** The note as bytes: the same note gives the same bytes. */
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
     * Reads a note.
     *
     * @throws StartException if it is of a later format, or none
     */
    static StateSettings read(String topic, byte[] bytes) {
        try {
            var note = JSON.readTree(bytes);
            int format = note.path("format").asInt();
            if (format > FORMAT) {
                throw new StartException(topic + " was written by the later version "
                        + note.path("version").asText() + "; start that one");
            }
            if (format < 1) {
                throw new IOException("it has no format");
            }
            SortedMap<String, String> settings = new TreeMap<>();
            note.path("settings")
                    .properties()
                    .forEach(setting ->
                            settings.put(setting.getKey(), setting.getValue().asText()));
            SortedMap<String, String> topicIds = new TreeMap<>();
            note.path("topicIds")
                    .properties()
                    .forEach(id -> topicIds.put(id.getKey(), id.getValue().asText()));
            SortedSet<String> internal = new TreeSet<>();
            note.path("internalTopics").forEach(name -> internal.add(name.asText()));
            return new StateSettings(
                    format,
                    note.path("version").asText(),
                    settings,
                    note.path("partitions").asInt(),
                    topicIds,
                    internal);
        } catch (IOException e) {
            throw new StartException(
                    "the last record of " + topic + " is not what Leaktrace writes there (" + e.getMessage()
                            + "); if you are sure of the settings, delete that topic, and it is written anew",
                    e);
        }
    }
}

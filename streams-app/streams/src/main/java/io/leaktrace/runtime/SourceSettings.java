package io.leaktrace.runtime;

import io.leaktrace.privacy.PseudonymKey;
import io.leaktrace.privacy.PseudonymKeyException;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.sources.SourceMappings;
import io.leaktrace.topology.Topics;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The settings of source topics, which other systems write in their own form. */
final class SourceSettings {

    private SourceSettings() {}

    private static Set<String> names(Map<Setting, String> values, Setting setting) {
        Set<String> names = new TreeSet<>(Arrays.asList(values.get(setting).split("\\s*,\\s*")));
        names.remove("");
        return names;
    }

    /** Returns the names of all source topics. */
    static Set<String> topics(Map<Setting, String> values) {
        Set<String> topics = new TreeSet<>(names(values, Setting.SOURCE_ORDERS));
        topics.addAll(names(values, Setting.SOURCE_CONTACTS));
        return topics;
    }

    /** Returns the mappings of the source topics; adds every mistake in settings and mapping file to the problems. */
    static SourceMappings mappings(Map<Setting, String> values, List<String> problems) {
        Set<String> orders = names(values, Setting.SOURCE_ORDERS);
        Set<String> contacts = names(values, Setting.SOURCE_CONTACTS);
        String file = values.get(Setting.SOURCE_MAPPING);
        Set<String> both = new TreeSet<>(orders);
        both.retainAll(contacts);
        both.forEach(topic -> problems.add(
                "source.orders and source.contacts both name '" + topic + "'; a topic holds the one or the other"));
        Set<String> own = new LinkedHashSet<>(new Topics(values.get(Setting.TOPIC_PREFIX))
                .all().stream().map(Topics.Topic::name).toList());
        own.retainAll(topics(values));
        own.forEach(topic -> problems.add("'" + topic + "' is a topic of Leaktrace itself, which is read without "
                + "source.orders and source.contacts; other topics of that name need another topic.prefix"));
        if (file.isEmpty() != topics(values).isEmpty()) {
            problems.add(
                    file.isEmpty()
                            ? "source.orders and source.contacts need source.mapping, the file that maps their fields"
                            : "source.mapping needs topics in source.orders or source.contacts");
        }
        if (file.isEmpty() || topics(values).isEmpty() || !both.isEmpty()) {
            return SourceMappings.NONE;
        }
        try {
            return SourceMappings.read(Path.of(file), orders, contacts, problems);
        } catch (InvalidPathException e) {
            problems.add("source.mapping: " + e.getMessage());
            return SourceMappings.NONE;
        }
    }

    /** Returns the pseudonyms of buyers and callers in source topics; adds what is wrong to the problems. */
    static Pseudonyms pseudonyms(Map<Setting, String> values, List<String> problems) {
        String file = values.get(Setting.SOURCE_PSEUDONYM_KEY);
        if (file.isEmpty()) {
            return Pseudonyms.NONE;
        }
        try {
            return Pseudonyms.with(PseudonymKey.read(Path.of(file)), values.get(Setting.SOURCE_PHONE_REGION));
        } catch (PseudonymKeyException | IllegalArgumentException e) {
            problems.add("source.pseudonym.key, source.phone.region: " + e.getMessage());
            return Pseudonyms.NONE;
        }
    }
}

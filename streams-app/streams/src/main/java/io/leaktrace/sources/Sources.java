package io.leaktrace.sources;

import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.wire.ForeignRecords;
import io.leaktrace.wire.WireFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics that other systems write in their own form. Safe for use by several threads. */
public final class Sources {

    /** No source topics. */
    public static final Sources NONE = new Sources(List.of());

    private final Map<String, SourceTopic> topics = new LinkedHashMap<>();

    private Sources(List<SourceTopic> topics) {
        topics.forEach(topic -> this.topics.put(topic.name(), topic));
    }

    /** Returns the topics of these mappings. */
    public static Sources of(SourceMappings mappings, WireFormat wire, Pseudonyms pseudonyms) {
        if (mappings.topics().isEmpty()) {
            return NONE;
        }
        ForeignRecords records = wire.foreignRecords();
        return new Sources(mappings.topics().stream()
                .map(mapping -> new SourceTopic(mapping, records, pseudonyms))
                .toList());
    }

    /** In the order of the topics' names. */
    public List<SourceTopic> topics() {
        return List.copyOf(topics.values());
    }

    /** Returns the topic of this name, if it is one of them. */
    public Optional<SourceTopic> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }
}

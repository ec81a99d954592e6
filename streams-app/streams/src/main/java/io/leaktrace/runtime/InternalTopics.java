package io.leaktrace.runtime;

import io.leaktrace.topology.InputRepartition;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/**
 * The internal topics of Kafka Streams for the application, by their full names: the id of another application may
 * begin with this one's.
 */
final class InternalTopics {

    static final String CHANGELOG = "-changelog";
    static final String REPARTITION = "-repartition";

    /** Topics of the versions that did not yet record them in {@link StateCompatibility#internalTopics}. */
    private static final List<String> OF_EARLIER_VERSIONS = List.of(
            "buyers" + CHANGELOG,
            "buyer-log" + CHANGELOG,
            "contacts" + CHANGELOG,
            "custodians" + CHANGELOG,
            "exposures" + CHANGELOG,
            "findings" + CHANGELOG,
            "market" + CHANGELOG,
            "correlations" + REPARTITION);

    private final SortedSet<String> current = new TreeSet<>();
    private final SortedSet<String> perInputPartition = new TreeSet<>();
    private final SortedSet<String> own = new TreeSet<>();

    /**
     * @param topology of this version
     * @param orderEvents name of the topic with as many partitions as the state of the first stage
     */
    InternalTopics(String application, Topology topology, String orderEvents) {
        for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
            boolean readsInput = false;
            Set<String> changelogs = new TreeSet<>();
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Processor processor) {
                    processor.stores().forEach(store -> changelogs.add(application + "-" + store + CHANGELOG));
                } else if (node instanceof TopologyDescription.Sink sink
                        && sink.topic() != null
                        && sink.topic().endsWith(REPARTITION)) {
                    current.add(application + "-" + sink.topic());
                } else if (node instanceof TopologyDescription.Source source) {
                    readsInput |= source.topicSet() != null
                            && (source.topicSet().contains(orderEvents)
                                    || source.topicSet().stream().anyMatch(InputRepartition::carriesOrders));
                }
            }
            current.addAll(changelogs);
            if (readsInput) {
                perInputPartition.addAll(changelogs);
            }
        }
        own.addAll(current);
        OF_EARLIER_VERSIONS.forEach(name -> own.add(application + "-" + name));
    }

    /** Returns the names of the topics that this version uses. */
    SortedSet<String> current() {
        return Collections.unmodifiableSortedSet(current);
    }

    /** Returns the names of the changelogs that have as many partitions as the order events. */
    SortedSet<String> perInputPartition() {
        return Collections.unmodifiableSortedSet(perInputPartition);
    }

    /**
     * Returns those of the given topics that belong to this application, in this version or another.
     *
     * @param others names recorded by another version
     */
    SortedSet<String> ownAmong(Collection<String> names, Collection<String> others) {
        SortedSet<String> found = new TreeSet<>(names);
        found.removeIf(name -> !own.contains(name) && !others.contains(name));
        return found;
    }
}

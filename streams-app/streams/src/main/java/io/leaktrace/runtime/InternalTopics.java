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
 * The topics that Kafka Streams keeps for the application, known by their whole names: the name of another application
 * may begin with the name of this one.
 */
final class InternalTopics {

    static final String CHANGELOG = "-changelog";
    static final String REPARTITION = "-repartition";

    /** Those of the versions that left no note of them beside the state: {@link StateSettings#internalTopics}. */
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
    private final SortedSet<String> ours = new TreeSet<>();

    /**
     * @param topology of this version
     * @param orderEvents name of the topic whose partitions decide how many those of the first stage's state are
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
        ours.addAll(current);
        OF_EARLIER_VERSIONS.forEach(name -> ours.add(application + "-" + name));
    }

    /** Names of those that this version goes on with. */
    SortedSet<String> current() {
        return Collections.unmodifiableSortedSet(current);
    }

    /** Names of the changelogs that have as many partitions as the order events. */
    SortedSet<String> perInputPartition() {
        return Collections.unmodifiableSortedSet(perInputPartition);
    }

    /**
     * Of some topics, those that are this application's, in this version or another.
     *
     * @param others names that another version has left a note of
     */
    SortedSet<String> oursAmong(Collection<String> names, Collection<String> others) {
        SortedSet<String> found = new TreeSet<>(names);
        found.removeIf(name -> !ours.contains(name) && !others.contains(name));
        return found;
    }
}

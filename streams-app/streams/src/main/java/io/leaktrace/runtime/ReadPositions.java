package io.leaktrace.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Where the application stopped reading its input, and whether the records that it would read next are still there. */
final class ReadPositions {

    /** Where a partition begins and ends, and up to where it has been read. */
    record Position(long begin, long end, long committed) {}

    private final SortedMap<TopicPartition, Position> positions =
            new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
    private final SortedSet<String> createdAnew = new TreeSet<>();
    private final SortedSet<TopicPartition> cut = new TreeSet<>(positions.comparator());

    /**
     * @param read partitions that have been read, with their positions
     * @param idsBefore Kafka's ids of the input topics when they were read, by name; of a topic that is missing, none is
     *     known
     * @param idsNow the same now
     */
    ReadPositions(Map<TopicPartition, Position> read, Map<String, String> idsBefore, Map<String, String> idsNow) {
        positions.putAll(read);
        positions.forEach((partition, position) -> {
            String before = idsBefore.get(partition.topic());
            if (before != null && !before.equals(idsNow.get(partition.topic()))) {
                createdAnew.add(partition.topic());
            } else if (position.committed > position.end) {
                cut.add(partition);
            }
        });
    }

    /** What would never be read, a line for each topic or partition; empty if all is well. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        createdAnew.forEach(
                topic -> problems.add(topic + " was deleted and created anew since it was read: records below "
                        + "the old offsets (" + offsets(topic) + ") would never be read"));
        cut.forEach(partition -> {
            Position position = positions.get(partition);
            problems.add(partition + " was read up to offset " + position.committed + " and ends at " + position.end
                    + ": the topic was deleted and created anew, or has lost records");
        });
        positions.forEach((partition, position) -> {
            // The marker of a transaction takes an offset behind the last record.
            if (!createdAnew.contains(partition.topic()) && position.committed < position.begin - 1) {
                problems.add(partition + " was read up to offset " + position.committed + " and begins at "
                        + position.begin + ": what is between was deleted before it was read, by the topic's retention "
                        + "or by hand");
            }
        });
        return problems;
    }

    private String offsets(String topic) {
        List<String> texts = new ArrayList<>();
        positions.forEach((partition, position) -> {
            if (partition.topic().equals(topic)) {
                texts.add(partition.partition() + ": " + position.committed);
            }
        });
        return String.join(", ", texts);
    }

    /** Where to go on so that all that is there is read: at the beginning of what was created anew or cut off. */
    Map<TopicPartition, OffsetAndMetadata> restarts() {
        Map<TopicPartition, OffsetAndMetadata> restarts = new HashMap<>();
        positions.forEach((partition, position) -> {
            if (createdAnew.contains(partition.topic()) || cut.contains(partition)) {
                restarts.put(partition, new OffsetAndMetadata(position.begin));
            }
        });
        return restarts;
    }
}

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

/** The offsets at which the application stopped reading its input, and whether the next records still exist. */
final class ReadPositions {

    /** First and end offset of a partition, and its committed offset. */
    record Position(long begin, long end, long committed) {}

    private final SortedMap<TopicPartition, Position> positions =
            new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
    private final SortedSet<String> recreated = new TreeSet<>();
    private final SortedSet<TopicPartition> truncated = new TreeSet<>(positions.comparator());

    /**
     * @param read positions of the partitions that have been read
     * @param idsBefore Kafka's ids of the input topics when they were read, by name; unknown ones are missing
     * @param idsNow current ids, by name
     */
    ReadPositions(Map<TopicPartition, Position> read, Map<String, String> idsBefore, Map<String, String> idsNow) {
        positions.putAll(read);
        positions.forEach((partition, position) -> {
            String before = idsBefore.get(partition.topic());
            if (before != null && !before.equals(idsNow.get(partition.topic()))) {
                recreated.add(partition.topic());
            } else if (position.committed > position.end) {
                truncated.add(partition);
            }
        });
    }

    /** Returns a line for each topic or partition with records that would never be read; empty if there are none. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        recreated.forEach(
                topic -> problems.add(topic + " was deleted and created anew since it was read: records below "
                        + "the old offsets (" + offsets(topic) + ") would never be read"));
        truncated.forEach(partition -> {
            Position position = positions.get(partition);
            problems.add(partition + " was read up to offset " + position.committed + " and ends at " + position.end
                    + ": the topic was deleted and created anew, or has lost records");
        });
        positions.forEach((partition, position) -> {
            // The commit marker of a transaction takes one offset after the last record.
            if (!recreated.contains(partition.topic()) && position.committed < position.begin - 1) {
                problems.add(partition + " was read up to offset " + position.committed + " and begins at "
                        + position.begin + ": what is between was deleted before it was read, by the topic's retention "
                        + "or manually");
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

    /**
     * Returns the offsets from which to read all existing records: the first one of each topic that was recreated and
     * of each partition that was truncated.
     */
    Map<TopicPartition, OffsetAndMetadata> restarts() {
        Map<TopicPartition, OffsetAndMetadata> restarts = new HashMap<>();
        positions.forEach((partition, position) -> {
            if (recreated.contains(partition.topic()) || truncated.contains(partition)) {
                restarts.put(partition, new OffsetAndMetadata(position.begin));
            }
        });
        return restarts;
    }
}

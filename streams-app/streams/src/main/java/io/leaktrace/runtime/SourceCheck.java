package io.leaktrace.runtime;

import io.leaktrace.sources.SourceTopic;
import io.leaktrace.sources.SourceTopic.Examined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks at the start whether the mapping of a source topic fits its oldest and newest records. Otherwise, a wrong path
 * would show in dead letters only, or not at all if its field is optional.
 */
final class SourceCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SourceCheck.class);

    /** Number of records examined at each end of a partition. */
    private static final int RECORDS = 20;

    private final SourceTopic source;
    private int read;
    private int leftOut;
    private int unreadable;
    private String firstUnreadable;
    /** Lines of the mapping that are wrong, with the reason: for all records that were read. */
    private Map<String, String> wrong;
    /** The same for the records that are not left out. */
    private Map<String, String> failed;
    /** Lines of the mapping that give no value. */
    private Set<String> empty;

    private SourceCheck(SourceTopic source) {
        this.source = source;
    }

    /**
     * Checks a source topic.
     *
     * @return every mistake in its mapping that its records show; empty if there is none
     */
    static List<String> problems(SourceTopic source, TopicSample sample) {
        SourceCheck check = new SourceCheck(source);
        sample.forEachOfEnds(source.name(), RECORDS, check::examine);
        return check.problems();
    }

    private void examine(ConsumerRecord<byte[], byte[]> record) {
        Examined examined;
        try {
            examined = source.examine(record.headers(), record.key(), record.value());
        } catch (RetriableException e) {
            throw new StartException("records of " + source.name() + " cannot be decoded: " + e.getMessage(), e);
        } catch (SerializationException e) {
            firstUnreadable = unreadable++ == 0 ? e.getMessage() : firstUnreadable;
            return;
        }
        read++;
        if (examined.wrong() != null) {
            wrong = common(wrong, examined.wrong());
        }
        if (empty == null) {
            empty = new TreeSet<>(examined.empty());
        }
        empty.retainAll(examined.empty());
        if (examined.leftOut()) {
            leftOut++;
        } else {
            failed = common(failed, examined.failed());
        }
    }

    /** Returns the lines that are wrong in this record too. */
    private static Map<String, String> common(Map<String, String> before, Map<String, String> lines) {
        Map<String, String> common = new TreeMap<>(before == null ? lines : before);
        common.keySet().retainAll(lines.keySet());
        return common;
    }

    private List<String> problems() {
        if (read == 0) {
            if (unreadable == 0) {
                LOG.warn("{} has no record yet: its mapping has not been compared with one", source.name());
                return List.of();
            }
            return List.of(source.name() + ": none of " + unreadable + " records can be read; of the first, "
                    + firstUnreadable);
        }
        Map<String, String> mistakes = new TreeMap<>(failed == null ? Map.of() : failed);
        // The schema says more about a path than a record without a value.
        mistakes.putAll(wrong == null ? Map.of() : wrong);
        List<String> problems = new ArrayList<>();
        mistakes.forEach((line, reason) -> problems.add(
                line + ": " + reason + "; so it is in all of " + read + " records of the topic looked at"));
        if (leftOut == read) {
            LOG.warn(
                    "{}: all of {} records looked at are left out by the conditions of the mapping ({}.if.…)",
                    source.name(),
                    read,
                    source.name());
        }
        empty.stream()
                .filter(line -> mistakes.keySet().stream().noneMatch(mistake -> line.startsWith(mistake + " ")))
                .forEach(line -> LOG.warn("{} has no value in any of {} records looked at", line, read));
        return problems;
    }
}

package io.leaktrace.runtime;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;

import io.leaktrace.domain.EventTime;
import io.leaktrace.topology.Topics.Cleanup;
import io.leaktrace.topology.Topics.Purpose;
import io.leaktrace.topology.Topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The required configuration of topics: creates that of new topics and reviews that of existing ones. */
final class TopicConfigs {

    private static final String UNLIMITED = "-1";
    private static final String ANY = Long.toString(Long.MAX_VALUE);
    private static final String LOG_APPEND_TIME = "LogAppendTime";
    private static final long MARGIN = 30 * EventTime.DAY;
    /** Default of {@code max.message.bytes} in bytes, about the default maximum request size of producers. */
    private static final long DEFAULT_MESSAGE_BYTES = 1_048_588;

    /** Maximum record size of the application's internal topics and producers, in bytes. */
    static final int INTERNAL_MESSAGE_BYTES = 2 * (int) DEFAULT_MESSAGE_BYTES;

    /** Configuration that accepts any record time: ours carry event time, years old or ahead of a broker's clock. */
    static final Map<String, String> ANY_TIME =
            Map.of(MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, ANY, MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, ANY);

    private final Settings settings;

    TopicConfigs(Settings settings) {
        this.settings = settings;
    }

    /**
     * Problems of a topic's configuration.
     *
     * @param problems reasons why the pipeline must not run with it
     * @param warnings causes of a later loss of records
     * @param changes configuration changes that fix them, by name
     */
    record Review(List<String> problems, List<String> warnings, SortedMap<String, String> changes) {

        private Review() {
            this(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
        }

        private void problem(String text, String name, String value) {
            problems.add(text);
            changes.put(name, value);
        }

        private void warn(String text, String name, String value) {
            warnings.add(text);
            changes.put(name, value);
        }
    }

    /** Returns the minimum retention of input in milliseconds: window, history and lateness. */
    private long minInputRetention() {
        return history() + settings.correlate().lateness();
    }

    private long history() {
        return settings.model().historyDays() * EventTime.DAY + settings.model().window();
    }

    private long retention(Purpose purpose) {
        return switch (purpose) {
            case INPUT -> Math.max(settings.duration(Setting.RETENTION_INPUT).toMillis(), minInputRetention() + MARGIN);
            case FINDINGS -> settings.duration(Setting.RETENTION_FINDINGS).toMillis();
            case AUDIT -> settings.duration(Setting.RETENTION_AUDIT).toMillis();
            case DEAD_LETTERS ->
                settings.duration(Setting.RETENTION_DEAD_LETTERS).toMillis();
            case VERDICTS, LATEST_FINDINGS -> -1;
        };
    }

    /** Returns the configuration of a new topic. */
    Map<String, String> ofNew(Topic topic) {
        Purpose purpose = topic.purpose();
        Map<String, String> config = new TreeMap<>(ANY_TIME);
        if (purpose == Purpose.INPUT || purpose == Purpose.VERDICTS) {
            // Event times are checked against record times, which must not be far ahead of the brokers' clock.
            config.put(MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(EventTime.HOUR));
        }
        config.put(RETENTION_MS_CONFIG, Long.toString(retention(purpose)));
        config.put(RETENTION_BYTES_CONFIG, UNLIMITED);
        boolean compact = purpose.cleanup() == Cleanup.COMPACT;
        config.put(CLEANUP_POLICY_CONFIG, compact ? CLEANUP_POLICY_COMPACT : CLEANUP_POLICY_DELETE);
        if (purpose == Purpose.VERDICTS) {
            // A replay needs the verdicts in force at the time, including those that were replaced later.
            config.put(MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(history()));
        }
        if (!compact && purpose != Purpose.INPUT) {
            // Retention must count from the time of writing: event time may be years old, and is in the record.
            config.put(MESSAGE_TIMESTAMP_TYPE_CONFIG, LOG_APPEND_TIME);
        }
        return config;
    }

    /**
     * Reviews the configuration of a topic.
     *
     * @param config by name, including the broker's defaults
     */
    Review review(Topic topic, Map<String, String> config) {
        Review review = new Review();
        switch (topic.purpose()) {
            case INPUT -> reviewInput(config, review);
            case VERDICTS -> reviewVerdicts(config, review);
            case LATEST_FINDINGS -> {
                requireCompact(config, review, "a suspect without new findings");
                reviewTimes(config, review);
                reviewSize(config, review);
            }
            case FINDINGS, AUDIT, DEAD_LETTERS -> {
                reviewKept(topic.purpose(), config, review);
                // Dead letters are truncated to the limit of the topic.
                if (topic.purpose() != Purpose.DEAD_LETTERS) {
                    reviewSize(config, review);
                }
            }
        }
        return review;
    }

    /** Reviews the configuration of an internal topic of Kafka Streams. */
    Review reviewInternal(String name, Map<String, String> config) {
        Review review = new Review();
        if (!name.endsWith(InternalTopics.REPARTITION)) {
            requireCompact(config, review, "state");
        } else if (number(config, RETENTION_MS_CONFIG, -1) >= 0) {
            review.warn(
                    value(config, RETENTION_MS_CONFIG) + " deletes records between the stages before they are read",
                    RETENTION_MS_CONFIG,
                    UNLIMITED);
        }
        reviewTimes(config, review);
        reviewSize(config, review);
        return review;
    }

    private void reviewInput(Map<String, String> config, Review review) {
        if (policies(config).contains(CLEANUP_POLICY_COMPACT)) {
            review.problem(
                    "cleanup.policy is " + config.get(CLEANUP_POLICY_CONFIG)
                            + ": the records of a buyer replace each other, and only the last one counts",
                    CLEANUP_POLICY_CONFIG,
                    CLEANUP_POLICY_DELETE);
        }
        long kept = number(config, RETENTION_MS_CONFIG, -1);
        if (kept >= 0 && kept < minInputRetention()) {
            review.warn(
                    value(config, RETENTION_MS_CONFIG) + " is shorter than the " + text(minInputRetention())
                            + " of window, lateness and history: a replay cannot repeat what the pipeline finds, and "
                            + "records that are older by their time when they are sent are deleted within minutes",
                    RETENTION_MS_CONFIG,
                    Long.toString(retention(Purpose.INPUT)));
        }
        reviewBytesKept(config, review);
        if (!LOG_APPEND_TIME.equals(config.get(MESSAGE_TIMESTAMP_TYPE_CONFIG))
                && number(config, MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.MAX_VALUE) > EventTime.DAY) {
            review.warn(
                    "message.timestamp.after.max.ms lets in records dated further ahead than a day: a producer with a wrong "
                            + "clock would move the market ahead",
                    MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    Long.toString(EventTime.HOUR));
        }
        long before = number(config, MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE);
        if (before < minInputRetention()) {
            review.warn(
                    value(config, MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)
                            + ": brokers reject records of a history with older record times",
                    MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    ANY);
        }
    }

    private void reviewVerdicts(Map<String, String> config, Review review) {
        requireCompact(config, review, "a verdict that still holds");
        if (number(config, MIN_COMPACTION_LAG_MS_CONFIG, 0) < history()) {
            review.warn(
                    value(config, MIN_COMPACTION_LAG_MS_CONFIG) + " is shorter than the " + text(history())
                            + " of window and history: a replay misses verdicts that others have replaced",
                    MIN_COMPACTION_LAG_MS_CONFIG,
                    Long.toString(history()));
        }
    }

    private void reviewKept(Purpose purpose, Map<String, String> config, Review review) {
        String policy = config.get(CLEANUP_POLICY_CONFIG);
        if (purpose == Purpose.DEAD_LETTERS && policies(config).contains(CLEANUP_POLICY_COMPACT)) {
            review.problem(
                    "cleanup.policy is " + policy
                            + ": brokers reject records without a key there, and the pipeline would stop",
                    CLEANUP_POLICY_CONFIG,
                    CLEANUP_POLICY_DELETE);
        } else if (policies(config).contains(CLEANUP_POLICY_COMPACT)) {
            review.warn(
                    "cleanup.policy is " + policy + ": only the last record of each key is kept",
                    CLEANUP_POLICY_CONFIG,
                    CLEANUP_POLICY_DELETE);
        }
        long kept = number(config, RETENTION_MS_CONFIG, -1);
        // Audit records carry the time of writing anyway.
        boolean byEventTime =
                purpose != Purpose.AUDIT && !LOG_APPEND_TIME.equals(config.get(MESSAGE_TIMESTAMP_TYPE_CONFIG));
        if (byEventTime && kept >= 0) {
            review.warn(
                    "message.timestamp.type is " + config.get(MESSAGE_TIMESTAMP_TYPE_CONFIG)
                            + ": retention.ms counts from event time, and what is found in a history older than "
                            + text(kept) + " is deleted within minutes",
                    MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    LOG_APPEND_TIME);
        } else if (byEventTime) {
            reviewTimes(config, review);
        }
        if (kept >= 0 && kept < retention(purpose)) {
            review.warn(
                    value(config, RETENTION_MS_CONFIG) + " is shorter than the " + text(retention(purpose))
                            + " in the settings",
                    RETENTION_MS_CONFIG,
                    Long.toString(retention(purpose)));
        }
        reviewBytesKept(config, review);
    }

    private void requireCompact(Map<String, String> config, Review review, String lost) {
        boolean deletes = policies(config).contains(CLEANUP_POLICY_DELETE);
        if (deletes && number(config, RETENTION_MS_CONFIG, -1) >= 0) {
            review.warn(
                    "cleanup.policy is " + config.get(CLEANUP_POLICY_CONFIG) + ": " + lost + " is deleted after "
                            + text(number(config, RETENTION_MS_CONFIG, -1)),
                    CLEANUP_POLICY_CONFIG,
                    CLEANUP_POLICY_COMPACT);
        }
    }

    private void reviewBytesKept(Map<String, String> config, Review review) {
        if (number(config, RETENTION_BYTES_CONFIG, -1) >= 0) {
            review.warn(
                    "retention.bytes is " + config.get(RETENTION_BYTES_CONFIG)
                            + ": records may be deleted before retention.ms",
                    RETENTION_BYTES_CONFIG,
                    UNLIMITED);
        }
    }

    private void reviewTimes(Map<String, String> config, Review review) {
        if (LOG_APPEND_TIME.equals(config.get(MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            return;
        }
        if (number(config, MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE) < Long.MAX_VALUE) {
            review.warn(
                    value(config, MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)
                            + ": brokers reject findings from an older history, and the pipeline stops",
                    MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    ANY);
        }
        if (number(config, MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.MAX_VALUE) < Long.MAX_VALUE) {
            review.warn(
                    value(config, MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
                            + ": brokers whose clock is behind event time by more reject records, and the pipeline stops",
                    MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    ANY);
        }
    }

    private void reviewSize(Map<String, String> config, Review review) {
        if (number(config, MAX_MESSAGE_BYTES_CONFIG, DEFAULT_MESSAGE_BYTES) < DEFAULT_MESSAGE_BYTES) {
            review.warn(
                    "max.message.bytes is " + config.get(MAX_MESSAGE_BYTES_CONFIG)
                            + ": larger records are rejected, and the pipeline stops",
                    MAX_MESSAGE_BYTES_CONFIG,
                    Long.toString(DEFAULT_MESSAGE_BYTES));
        }
    }

    /** Returns the command that changes a topic's configuration. */
    String command(String topic, SortedMap<String, String> changes) {
        return "kafka-configs.sh --bootstrap-server " + settings.get(Setting.BOOTSTRAP_SERVERS)
                + " --alter --entity-type topics --entity-name " + topic + " --add-config "
                + changes.entrySet().stream()
                        .map(change -> change.getKey() + "=" + change.getValue())
                        .collect(Collectors.joining(","));
    }

    private static Set<String> policies(Map<String, String> config) {
        return Set.of(config.getOrDefault(CLEANUP_POLICY_CONFIG, "").split("\\s*,\\s*"));
    }

    private static long number(Map<String, String> config, String name, long absent) {
        String value = config.get(name);
        return value == null ? absent : Long.parseLong(value);
    }

    private static String value(Map<String, String> config, String name) {
        return name + " of " + text(Long.parseLong(config.get(name)));
    }

    /** Returns a time span in its largest whole unit, as in {@code 7d}. */
    private static String text(long millis) {
        if (millis >= EventTime.DAY) {
            return millis % EventTime.DAY == 0
                    ? millis / EventTime.DAY + "d"
                    : millis / EventTime.DAY + "d " + text(millis % EventTime.DAY);
        }
        if (millis >= EventTime.HOUR && millis % EventTime.HOUR == 0) {
            return millis / EventTime.HOUR + "h";
        }
        return millis % EventTime.MINUTE == 0 ? millis / EventTime.MINUTE + "m" : millis + "ms";
    }
}

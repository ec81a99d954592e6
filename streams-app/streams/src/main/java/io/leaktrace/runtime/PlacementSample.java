package io.leaktrace.runtime;

import io.leaktrace.sources.SourceTopic;
import io.leaktrace.sources.Sources;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.InputRepartition;
import io.leaktrace.topology.KeyPlacement;
import io.leaktrace.topology.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects by which rule the writers of the input topics place keys, from the oldest and the newest records, and decides
 * which topics are repartitioned so that the records of a buyer reach the same task.
 *
 * @param orders key placement found on {@code order-events}
 * @param contacts key placement found on {@code scam-contacts}
 * @param placement the resulting placement, also based on the settings
 */
public record PlacementSample(TopicPlacement orders, TopicPlacement contacts, InputPlacement placement) {

    private static final Logger LOG = LoggerFactory.getLogger(PlacementSample.class);
    private static final long PAUSE_MILLIS = 500;

    /**
     * How the keys of a topic are placed.
     *
     * @param partitions of the topic
     * @param keys number of distinct keys sampled
     * @param misplaced number of these keys that do not follow a rule, by the rule's ordinal
     */
    record TopicPlacement(String topic, int partitions, int keys, int[] misplaced) {

        /** Share of keys that may be misplaced, such as those of records sent manually. */
        private static final double TOLERATED = 0.01;
        /** Number of keys from which one may be misplaced. */
        private static final int MIN_KEYS_FOR_ONE = 20;

        static TopicPlacement of(String topic, int partitions, List<ConsumerRecord<byte[], byte[]>> records) {
            int[] misplaced = new int[KeyPlacement.values().length];
            Set<ByteBuffer> seen = new HashSet<>();
            int partition = -1;
            int keys = 0;
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.partition() != partition) {
                    partition = record.partition();
                    seen.clear();
                }
                // A record without a value is a tombstone, which is sent to every partition.
                boolean placed = record.key() != null && record.key().length > 0 && record.value() != null;
                if (!placed || !seen.add(ByteBuffer.wrap(record.key()))) {
                    continue;
                }
                keys++;
                for (KeyPlacement rule : KeyPlacement.values()) {
                    if (rule.partition(record.key(), partitions) != partition) {
                        misplaced[rule.ordinal()]++;
                    }
                }
            }
            return new TopicPlacement(topic, partitions, keys, misplaced);
        }

        boolean fits(KeyPlacement rule) {
            int tolerated = Math.max((int) (TOLERATED * keys), keys >= MIN_KEYS_FOR_ONE ? 1 : 0);
            return misplaced[rule.ordinal()] <= tolerated;
        }

        /** Returns whether the rule is unknown: there are no keys, or all rules fit. */
        boolean unknown() {
            return fits(KeyPlacement.MURMUR2) && fits(KeyPlacement.CRC32);
        }

        /** Returns whether no rule fits. */
        boolean mixed() {
            return !fits(KeyPlacement.MURMUR2) && !fits(KeyPlacement.CRC32);
        }

        /** Returns the rule that more keys follow. */
        KeyPlacement nearest() {
            return misplaced[KeyPlacement.CRC32.ordinal()] < misplaced[KeyPlacement.MURMUR2.ordinal()]
                    ? KeyPlacement.CRC32
                    : KeyPlacement.MURMUR2;
        }

        /** Returns a description that contains no key. */
        String described() {
            if (partitions == 1) {
                return "one partition, so that keys need no rule";
            }
            if (keys == 0) {
                return "no keys to look at yet";
            }
            if (unknown()) {
                return keys + " keys looked at, too few to tell how they are placed";
            }
            if (mixed()) {
                return keys + " keys looked at, not all placed by one rule: "
                        + misplaced[KeyPlacement.MURMUR2.ordinal()]
                        + " not by " + KeyPlacement.MURMUR2.described() + ", "
                        + misplaced[KeyPlacement.CRC32.ordinal()] + " not by " + KeyPlacement.CRC32.described();
            }
            return keys + " keys looked at, placed by " + nearest().described();
        }
    }

    /**
     * Samples the topics, and compares the mappings of source topics with their records.
     *
     * @throws SettingsException with every mistake in these mappings that the records show
     * @throws StartException if a topic is missing or the brokers do not answer within the setting {@code start.wait}
     */
    public static PlacementSample of(Settings settings) {
        long start = System.nanoTime();
        while (true) {
            try (TopicSample sample = new TopicSample(settings)) {
                PlacementSample placement = of(settings, sample);
                requireMapped(settings, sample);
                return placement;
            } catch (AuthorizationException | AuthenticationException e) {
                throw new StartException(
                        "the input topics cannot be read to detect how keys are placed: " + e.getMessage()
                                + "; this needs the right Read on both; or set orders.partitioner and "
                                + "contacts.partitioner",
                        e);
            } catch (KafkaException e) {
                if (System.nanoTime() - start
                        > settings.duration(Setting.START_WAIT).toNanos()) {
                    throw new StartException("the input topics cannot be read: " + e.getMessage(), e);
                }
                LOG.warn("Cannot read the input topics yet, trying again: {}", e.toString());
                pause();
            }
        }
    }

    /** @throws SettingsException with every mistake in the mappings of the source topics that their records show */
    private static void requireMapped(Settings settings, TopicSample sample) {
        List<String> problems = new ArrayList<>();
        for (SourceTopic source : settings.sources().topics()) {
            problems.addAll(SourceCheck.problems(source, sample));
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while sampling the input topics", e);
        }
    }

    private static PlacementSample of(Settings settings, TopicSample sample) {
        Topics topics = settings.topics();
        String application = settings.get(Setting.APPLICATION_ID);
        Sources sources = settings.sources();
        TopicPlacement orders = found(settings, sample, topics.orderEvents());
        TopicPlacement contacts = found(settings, sample, topics.scamContacts());
        SortedMap<String, Integer> sourcePartitions = new TreeMap<>();
        settings.sourceTopics().forEach(topic -> sourcePartitions.put(topic, sample.partitions(topic)));
        List<String> absent = settings.sourceTopics().stream()
                .filter(topic -> sourcePartitions.get(topic) == 0)
                .toList();
        if (!absent.isEmpty()) {
            throw missing(settings, String.join("', '", absent), "are source.orders and source.contacts right?");
        }
        return new PlacementSample(
                orders,
                contacts,
                decide(
                                settings.get(Setting.ORDERS_PARTITIONER),
                                settings.get(Setting.CONTACTS_PARTITIONER),
                                orders,
                                contacts,
                                InputRepartition.ruleOfOrders(application, sample.topics()),
                                InputRepartition.ruleOfContacts(application, sample.topics()),
                                InputRepartition.ruleOfSources(application, sources, sample.topics()))
                        .withSources(sourcePartitions));
    }

    private static StartException missing(Settings settings, String topic, String question) {
        return new StartException("there is no topic '" + topic + "' at " + settings.get(Setting.BOOTSTRAP_SERVERS)
                + ", or it may not be read; " + question);
    }

    private static TopicPlacement found(Settings settings, TopicSample sample, String topic) {
        int partitions = sample.partitions(topic);
        if (partitions == 0 && settings.sourceTopics().isEmpty()) {
            throw missing(settings, topic, "is topic.prefix right?");
        }
        if (partitions == 0) {
            // A replay of source topics needs no other topics.
            return TopicPlacement.of(topic, settings.integer(Setting.TOPIC_PARTITIONS), List.of());
        }
        return TopicPlacement.of(topic, partitions, partitions == 1 ? List.of() : sample.ends(topic));
    }

    /**
     * Decides what is repartitioned, and by which rule.
     *
     * @param ordersSetting the value of {@code orders.partitioner}
     * @param contactsSetting the value of {@code contacts.partitioner}
     * @param ordersMoved the rule by which this application has repartitioned orders before; it is kept, since state is
     *     assigned by it
     * @param contactsMoved the same for contacts, of which internal topics may still hold records
     * @param sourcesMoved the same for source topics
     */
    static InputPlacement decide(
            String ordersSetting,
            String contactsSetting,
            TopicPlacement orders,
            TopicPlacement contacts,
            Optional<KeyPlacement> ordersMoved,
            Optional<KeyPlacement> contactsMoved,
            Optional<KeyPlacement> sourcesMoved) {
        boolean auto = ordersSetting.equals("auto");
        Optional<KeyPlacement> before = ordersMoved.or(() -> sourcesMoved);
        boolean fits =
                !orders.mixed() && ordersMoved.isEmpty() && before.stream().allMatch(orders::fits);
        boolean movesOrders = orders.partitions() > 1 && (ordersSetting.equals("any") || auto && !fits);
        KeyPlacement rule;
        if (movesOrders || auto && before.isPresent()) {
            rule = before.orElse(orders.nearest());
        } else if (!auto && !ordersSetting.equals("any")) {
            rule = named(ordersSetting);
        } else if (orders.unknown()) {
            rule = ruleOfContacts(contactsSetting, contacts).orElse(KeyPlacement.MURMUR2);
        } else {
            rule = orders.nearest();
        }
        boolean movesContacts = contacts.partitions() != orders.partitions()
                || contacts.partitions() > 1 && contactsDiffer(contactsSetting, contacts, rule, contactsMoved);
        return new InputPlacement(rule, orders.partitions(), contacts.partitions(), movesOrders, movesContacts);
    }

    private static boolean contactsDiffer(
            String setting, TopicPlacement contacts, KeyPlacement rule, Optional<KeyPlacement> movedBefore) {
        return switch (setting) {
            case "any" -> true;
            case "auto" -> !contacts.fits(rule) || movedBefore.isPresent();
            default -> named(setting) != rule;
        };
    }

    /** Returns the rule of the contacts, if it is set or was detected. */
    private static Optional<KeyPlacement> ruleOfContacts(String setting, TopicPlacement contacts) {
        if (setting.equals("murmur2") || setting.equals("crc32")) {
            return Optional.of(named(setting));
        }
        boolean known = setting.equals("auto") && !contacts.unknown() && !contacts.mixed();
        return known ? Optional.of(contacts.nearest()) : Optional.empty();
    }

    private static KeyPlacement named(String setting) {
        return setting.equals("crc32") ? KeyPlacement.CRC32 : KeyPlacement.MURMUR2;
    }

    /** Returns the rule for records that are sent to an input topic. */
    public KeyPlacement rule(String topic) {
        if (topic.equals(orders.topic()) || !placement.movesContacts()) {
            return placement.rule();
        }
        return contacts.nearest();
    }

    /** Returns a line for each input topic: how its keys are placed, and whether it is repartitioned. */
    public List<String> described() {
        List<String> lines = new ArrayList<>(List.of(
                orders.topic() + ": " + orders.described()
                        + (placement.movesOrders()
                                ? "; repartitioned by " + placement.rule().label()
                                : ""),
                contacts.topic() + ": " + contacts.described()
                        + (placement.movesContacts() ? "; repartitioned to where the orders are" : "")));
        placement
                .sourcePartitions()
                .forEach((topic, partitions) -> lines.add(
                        topic + ": " + partitions + " partitions, mapped; repartitioned to where the orders are"));
        return lines;
    }

    /** Logs which topics are repartitioned; nothing if none is. */
    public void log() {
        if (placement.movesOrders()) {
            LOG.warn(
                    "{}: {}. All order events pass through internal topics, where each is written, read and decoded "
                            + "once more; have all writers use one partitioner",
                    orders.topic(),
                    orders.described());
        }
        if (placement.movesContacts()) {
            LOG.info(
                    "{}: {} partitions, {}; {}: {} partitions, {}. Contacts pass through internal topics to the tasks of "
                            + "their buyers' orders",
                    orders.topic(),
                    orders.partitions(),
                    orders.described(),
                    contacts.topic(),
                    contacts.partitions(),
                    contacts.described());
        }
    }
}

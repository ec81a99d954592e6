package io.leaktrace.runtime;

import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

import io.leaktrace.topology.Topics.Topic;
import io.leaktrace.wire.HttpSchemaRegistry;
import io.leaktrace.wire.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and checks the topics and their schemas. */
public final class TopicAdmin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicAdmin.class);
    private static final long TRY_SECONDS = 5;
    private static final long PAUSE_MILLIS = 500;
    private static final int LEAST_DEAD_LETTER_BYTES = 1_000;
    /** What Kafka adds to a record beside key, value and headers, and to a batch of one. */
    private static final int RECORD_OVERHEAD_BYTES = 2_048;
    /** Leaders are elected within moments. */
    private static final long LEADER_PAUSE_MILLIS = 50;

    private final Settings settings;
    private final Admin admin;

    public TopicAdmin(Settings settings) {
        this.settings = settings;
        try {
            this.admin = Admin.create(settings.kafka());
        } catch (KafkaException e) {
            throw new StartException("a setting for Kafka's clients is wrong: " + innermost(e), e);
        }
    }

    /**
     * A topic as it was found.
     *
     * @param problems what the pipeline must not run with
     * @param warnings what may lose records later, and the command that mends it
     * @param note a remark on how it was created; empty for none
     */
    public record Finding(
            Topic topic, int partitions, boolean created, List<String> problems, List<String> warnings, String note) {}

    /**
     * A topic that Kafka Streams has made for the application, or that holds the settings of its state.
     *
     * @param warnings as in {@link Finding}
     */
    public record InternalFinding(String name, List<String> warnings) {}

    /**
     * Waits until the brokers answer.
     *
     * @throws StartException if they do not within the setting {@code start.wait}
     */
    public void awaitBrokers() {
        Duration wait = settings.duration(Setting.START_WAIT);
        long start = System.nanoTime();
        boolean told = false;
        while (true) {
            try {
                admin.describeCluster().nodes().get(TRY_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                String servers = settings.get(Setting.BOOTSTRAP_SERVERS);
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (cause instanceof AuthenticationException) {
                    // To ask again would not help.
                    throw new StartException("Kafka at " + servers + " lets nobody in like that: " + innermost(cause)
                            + "; see the settings kafka.security.protocol, kafka.sasl.* and kafka.ssl.*");
                }
                if (System.nanoTime() - start > wait.toNanos()) {
                    throw new StartException("no Kafka broker answered at " + servers + " within " + wait.toSeconds()
                            + " s (" + describe(cause) + "); is bootstrap.servers right?");
                }
                if (!told) {
                    LOG.warn("Waiting up to {} s for Kafka at {}", wait.toSeconds(), servers);
                    told = true;
                }
                sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /**
     * Creates the topics that are missing, and says what is wrong with the others. If something is wrong already, none
     * is created.
     *
     * @param extraConfig configuration of the topics that are created, in place of what they would have
     */
    public List<Finding> createMissing(Map<String, String> extraConfig) {
        List<Finding> before = check();
        if (before.stream()
                .anyMatch(finding ->
                        finding.partitions() > 0 && !finding.problems().isEmpty())) {
            return before;
        }
        Map<String, String> notes = new HashMap<>();
        List<NewTopic> missing = new ArrayList<>();
        for (Finding finding : before) {
            if (finding.partitions() == 0) {
                Topic topic = finding.topic();
                missing.add(newTopic(topic, partitionsOfNew(topic, before, notes), extraConfig));
            }
        }
        admin.createTopics(missing).values().forEach((name, created) -> {
            try {
                get(created);
            } catch (StartException e) {
                // Another instance that starts at the same moment may have been faster.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        });
        List<Topic> topics = settings.topics().all();
        awaitLeaders(topics.stream().map(Topic::name).toList());
        Set<String> made = missing.stream().map(NewTopic::name).collect(Collectors.toSet());
        return check(topics, made, notes);
    }

    /** Number of partitions of a topic that is created: that of the others keyed by buyer, if there are any. */
    private int partitionsOfNew(Topic topic, List<Finding> existing, Map<String, String> notes) {
        if (!topic.keyedByBuyer()) {
            // One partition keeps the order of the findings; verdicts are as few.
            return 1;
        }
        int wanted = settings.integer(Setting.TOPIC_PARTITIONS);
        for (Finding other : existing) {
            if (other.topic().keyedByBuyer() && other.partitions() > 0 && other.partitions() != wanted) {
                notes.put(
                        topic.name(),
                        "created with " + other.partitions() + " partitions, as "
                                + other.topic().name() + " has, and not with topic.partitions=" + wanted);
                return other.partitions();
            }
        }
        return wanted;
    }

    /** Says what is wrong with the topics, without touching them. */
    public List<Finding> check() {
        Set<String> existing = get(admin.listTopics().names());
        List<Topic> topics = settings.topics().all();
        List<Finding> findings = new ArrayList<>();
        for (Topic topic : topics) {
            if (!existing.contains(topic.name())) {
                findings.add(new Finding(
                        topic, 0, false, List.of("it does not exist; 'leaktrace topics --create'"), List.of(), ""));
            }
        }
        findings.addAll(check(
                topics.stream().filter(topic -> existing.contains(topic.name())).toList(), Set.of(), Map.of()));
        return findings;
    }

    private List<Finding> check(List<Topic> topics, Set<String> made, Map<String, String> notes) {
        List<String> names = topics.stream().map(Topic::name).toList();
        Map<String, TopicDescription> described =
                get(admin.describeTopics(names).allTopicNames());
        Map<String, Map<String, String>> configs = configs(names);
        TopicConfigs wanted = new TopicConfigs(settings);
        Map<String, Integer> partitions = new HashMap<>();
        described.forEach((name, description) ->
                partitions.put(name, description.partitions().size()));
        List<Finding> findings = new ArrayList<>();
        for (Topic topic : topics) {
            String name = topic.name();
            List<String> problems = new ArrayList<>();
            Integer ofOrders = partitions.get(settings.topics().orderEvents());
            boolean tooMany = name.equals(settings.topics().leakVerdicts())
                    && ofOrders != null
                    && partitions.get(name) > ofOrders;
            if (tooMany) {
                problems.add("it has " + partitions.get(name) + " partitions; it must not have more than "
                        + settings.topics().orderEvents() + ", which has " + ofOrders);
            }
            List<String> warnings = new ArrayList<>();
            if (configs.containsKey(name) && !made.contains(name)) {
                TopicConfigs.Review review = wanted.review(topic, configs.get(name));
                problems.addAll(review.problems());
                warnings.addAll(review.warnings());
                if (!review.changes().isEmpty()) {
                    List<String> mended = review.problems().isEmpty() ? warnings : problems;
                    mended.add("to mend it: " + wanted.command(name, review.changes()));
                }
            }
            findings.add(new Finding(
                    topic,
                    partitions.get(name),
                    made.contains(name),
                    problems,
                    warnings,
                    notes.getOrDefault(name, "")));
        }
        return findings;
    }

    /** Configuration by topic and name; of topics whose configuration may not be looked at, none. */
    private Map<String, Map<String, String>> configs(Collection<String> names) {
        Map<String, Map<String, String>> configs = new HashMap<>();
        List<String> hidden = new ArrayList<>();
        List<ConfigResource> asked = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        admin.describeConfigs(asked).values().forEach((topic, described) -> {
            try {
                Map<String, String> config = new TreeMap<>();
                get(described).entries().forEach(entry -> config.put(entry.name(), entry.value()));
                configs.put(topic.name(), config);
            } catch (StartException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw e;
                }
                hidden.add(topic.name());
            }
        });
        if (!hidden.isEmpty()) {
            hidden.sort(null);
            LOG.warn(
                    "The retention and limits of {} were not checked: that takes the right DescribeConfigs",
                    String.join(", ", hidden));
        }
        return configs;
    }

    /** The application's internal topics that are there, by name, with what is wrong with them. */
    public List<InternalFinding> internalTopics(Topology topology) {
        Set<String> names = new SavedState(settings, admin, this, topology).existing();
        Map<String, Map<String, String>> configs = configs(names);
        TopicConfigs wanted = new TopicConfigs(settings);
        List<InternalFinding> findings = new ArrayList<>();
        for (String name : names) {
            List<String> warnings = new ArrayList<>();
            if (configs.containsKey(name)) {
                TopicConfigs.Review review = wanted.reviewInternal(name, configs.get(name));
                warnings.addAll(review.warnings());
                if (!warnings.isEmpty()) {
                    warnings.add("to mend it: " + wanted.command(name, review.changes()));
                }
            }
            findings.add(new InternalFinding(name, warnings));
        }
        return findings;
    }

    /** Whether Kafka's reset tool takes an internal topic of the application for one that it may delete. */
    public static boolean isDeletedByReset(String name) {
        return name.endsWith(InternalTopics.CHANGELOG) || name.endsWith(InternalTopics.REPARTITION);
    }

    private NewTopic newTopic(Topic topic, int partitions, Map<String, String> extraConfig) {
        Map<String, String> config = new HashMap<>(new TopicConfigs(settings).ofNew(topic));
        config.putAll(extraConfig);
        short replicas = (short) settings.integer(Setting.TOPIC_REPLICATION);
        return new NewTopic(topic.name(), partitions, replicas).configs(config);
    }

    /**
     * Producing to a topic before its leaders are known can lose records, so wait until every partition answers. A broker
     * may not know a topic yet that another has just made.
     */
    void awaitLeaders(List<String> names) {
        long start = System.nanoTime();
        while (true) {
            try {
                Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
                admin.describeTopics(names)
                        .allTopicNames()
                        .get(TRY_SECONDS, TimeUnit.SECONDS)
                        .forEach((name, description) -> description
                                .partitions()
                                .forEach(partition -> asked.put(
                                        new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
                admin.listOffsets(asked).all().get(TRY_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() - start
                        > settings.duration(Setting.START_WAIT).toNanos()) {
                    throw new StartException("the topics' partitions have no leaders: " + describe(e), e);
                }
                sleep(LEADER_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /**
     * Number of partitions of each of these topics, by name.
     *
     * @throws StartException if one of them is missing
     */
    public Map<String, Integer> partitions(Collection<String> topics) {
        Map<String, Integer> partitions = new TreeMap<>();
        admin.describeTopics(topics).topicNameValues().forEach((name, description) -> {
            try {
                partitions.put(name, get(description).partitions().size());
            } catch (StartException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new StartException(
                            "there is no topic " + name + " on these brokers, or no right to see it; is topic.prefix "
                                    + "right? 'leaktrace topics --create' makes those that are missing",
                            e.getCause());
                }
                throw e;
            }
        });
        return partitions;
    }

    /** Number of partitions of the order events. */
    public int inputPartitions() {
        String name = settings.topics().orderEvents();
        return partitions(List.of(name)).get(name);
    }

    /**
     * Returns the size in bytes that no dead letter may exceed: that of the settings, unless the topic or the producer takes
     * less.
     */
    public int deadLetterBytes() {
        String topic = settings.topics().deadLetters();
        Map<String, String> config = configs(List.of(topic)).getOrDefault(topic, Map.of());
        long takenByTopic = Long.parseLong(config.getOrDefault(MAX_MESSAGE_BYTES_CONFIG, "1048588"));
        Object sent = settings.kafka()
                .getOrDefault(
                        "producer.max.request.size", settings.kafka().getOrDefault("max.request.size", "1048576"));
        long taken = Math.min(takenByTopic, Long.parseLong(sent.toString())) - RECORD_OVERHEAD_BYTES;
        if (taken < LEAST_DEAD_LETTER_BYTES) {
            throw new StartException(topic + " or the producer takes records of " + takenByTopic + " and " + sent
                    + " bytes at most, too few for dead letters; see max.message.bytes of the topic and "
                    + "kafka.max.request.size");
        }
        return (int) Math.min(settings.integer(Setting.DEAD_LETTER_BYTES), taken);
    }

    /**
     * Makes sure that what the application has left in Kafka may be gone on with, and notes the settings that its state
     * is made with from now on. A store whose form changes gets another name, so that state of an older form is found
     * here and not in the middle of a run.
     *
     * @param abandon whether state of another version and records that are lost are done without
     * @throws StartException if it must not be gone on with, and what to do
     */
    public void claimState(Topology topology, int inputPartitions, boolean abandon) {
        new SavedState(settings, admin, this, topology).claim(inputPartitions, abandon);
    }

    /**
     * Makes sure, once the pipeline runs, that no other instance has meanwhile begun under settings that give state
     * another meaning.
     *
     * @throws StartException if one has
     */
    public void confirmState(Topology topology, int inputPartitions) {
        new SavedState(settings, admin, this, topology).confirm(inputPartitions);
    }

    /**
     * Registers the topics' schemas and the compatibility that later versions must keep, or finds them registered if
     * {@code registry.auto.register} is false.
     *
     * @throws StartException if the registry lets nobody in like this, rejects a schema, has one missing, or gives no
     *     usable answer within {@code start.wait}
     */
    public void registerSchemas() {
        HttpSchemaRegistry registry =
                new HttpSchemaRegistry(settings.registry(), settings.duration(Setting.START_WAIT));
        try {
            for (Topic topic : settings.topics().all()) {
                if (topic.schema().isPresent()) {
                    String subject = topic.name() + "-value";
                    registry.register(subject, topic.schema().get());
                    registry.requireCompatibility(subject);
                }
            }
        } catch (SerializationException | RegistryUnavailableException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    /** The first topic with something wrong ends the start. */
    public static void requireSound(List<Finding> findings) {
        List<String> problems = new ArrayList<>();
        for (Finding finding : findings) {
            finding.problems().forEach(problem -> problems.add(finding.topic().name() + ": " + problem));
        }
        if (!problems.isEmpty()) {
            throw new StartException(String.join("\n", problems));
        }
    }

    static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StartException("Kafka refused: " + describe(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new StartException("Kafka did not answer within 60 s", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static String describe(Throwable problem) {
        return problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
    }

    /** What is at the bottom of it, such as a certificate that has expired. */
    private static String innermost(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return describe(cause);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static StartException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StartException("interrupted while waiting for Kafka", e);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}

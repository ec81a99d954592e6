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
    private static final long REQUEST_TIMEOUT_SECONDS = 5;
    private static final long PAUSE_MILLIS = 500;
    private static final int MIN_DEAD_LETTER_BYTES = 1_000;
    /** Bytes that Kafka adds to a batch of one record besides key, value and headers. */
    private static final int RECORD_OVERHEAD_BYTES = 2_048;
    /** Pause between checks for leaders, which are elected quickly. */
    private static final long LEADER_PAUSE_MILLIS = 50;

    private final Settings settings;
    private final Admin admin;

    public TopicAdmin(Settings settings) {
        this.settings = settings;
        try {
            this.admin = Admin.create(settings.kafka());
        } catch (KafkaException e) {
            throw new StartException("a setting of Kafka's clients is invalid: " + innermost(e), e);
        }
    }

    /**
     * The result of checking a topic.
     *
     * @param problems reasons why the pipeline must not run with it
     * @param warnings causes of a later loss of records, and the command that fixes them
     * @param note a remark on how it was created; empty for none
     */
    public record Finding(
            Topic topic, int partitions, boolean created, List<String> problems, List<String> warnings, String note) {}

    /**
     * The result of checking an internal topic of Kafka Streams or the topic of state settings.
     *
     * @param warnings as in {@link Finding}
     */
    public record InternalFinding(String name, List<String> warnings) {}

    /**
     * Waits until the brokers answer.
     *
     * @throws StartException if they do not answer within the setting {@code start.wait}
     */
    public void awaitBrokers() {
        Duration wait = settings.duration(Setting.START_WAIT);
        long start = System.nanoTime();
        boolean warned = false;
        while (true) {
            try {
                admin.describeCluster().nodes().get(REQUEST_TIMEOUT_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                String servers = settings.get(Setting.BOOTSTRAP_SERVERS);
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (cause instanceof AuthenticationException) {
                    // A retry would not help.
                    throw new StartException("Kafka at " + servers + " lets nobody in like that: " + innermost(cause)
                            + "; see the settings kafka.security.protocol, kafka.sasl.* and kafka.ssl.*");
                }
                if (System.nanoTime() - start > wait.toNanos()) {
                    throw new StartException("no Kafka broker answered at " + servers + " within " + wait.toSeconds()
                            + " s (" + describe(cause) + "); is bootstrap.servers right?");
                }
                if (!warned) {
                    LOG.warn("Waiting up to {} s for Kafka at {}", wait.toSeconds(), servers);
                    warned = true;
                }
                sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /**
     * Creates missing topics and checks all others. If an existing topic has a problem, none is created.
     *
     * @param extraConfig configuration of new topics that overrides the default
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
                // Another instance that starts at the same time may have created it.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        });
        List<Topic> topics = settings.topics().all();
        awaitLeaders(topics.stream().map(Topic::name).toList());
        Set<String> createdNames = missing.stream().map(NewTopic::name).collect(Collectors.toSet());
        return check(topics, createdNames, notes);
    }

    /** Returns the number of partitions of a new topic: that of an existing topic keyed by buyer, if there is one. */
    private int partitionsOfNew(Topic topic, List<Finding> existing, Map<String, String> notes) {
        if (!topic.keyedByBuyer()) {
            // One partition keeps the order of findings and is sufficient for verdicts.
            return 1;
        }
        int required = settings.integer(Setting.TOPIC_PARTITIONS);
        for (Finding other : existing) {
            if (other.topic().keyedByBuyer() && other.partitions() > 0 && other.partitions() != required) {
                notes.put(
                        topic.name(),
                        "created with " + other.partitions() + " partitions, as "
                                + other.topic().name() + " has, and not with topic.partitions=" + required);
                return other.partitions();
            }
        }
        return required;
    }

    /** Checks the topics without changing them. */
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

    private List<Finding> check(List<Topic> topics, Set<String> createdNames, Map<String, String> notes) {
        List<String> names = topics.stream().map(Topic::name).toList();
        Map<String, TopicDescription> described =
                get(admin.describeTopics(names).allTopicNames());
        Map<String, Map<String, String>> configs = configs(names);
        TopicConfigs required = new TopicConfigs(settings);
        Map<String, Integer> partitions = new HashMap<>();
        described.forEach((name, description) ->
                partitions.put(name, description.partitions().size()));
        List<Finding> findings = new ArrayList<>();
        for (Topic topic : topics) {
            String name = topic.name();
            List<String> problems = new ArrayList<>();
            Integer orderPartitions = partitions.get(settings.topics().orderEvents());
            boolean tooMany = name.equals(settings.topics().leakVerdicts())
                    && orderPartitions != null
                    && partitions.get(name) > orderPartitions;
            if (tooMany) {
                problems.add("it has " + partitions.get(name) + " partitions; it must not have more than "
                        + settings.topics().orderEvents() + ", which has " + orderPartitions);
            }
            List<String> warnings = new ArrayList<>();
            if (configs.containsKey(name) && !createdNames.contains(name)) {
                TopicConfigs.Review review = required.review(topic, configs.get(name));
                problems.addAll(review.problems());
                warnings.addAll(review.warnings());
                if (!review.changes().isEmpty()) {
                    List<String> target = review.problems().isEmpty() ? warnings : problems;
                    target.add("to mend it: " + required.command(name, review.changes()));
                }
            }
            findings.add(new Finding(
                    topic,
                    partitions.get(name),
                    createdNames.contains(name),
                    problems,
                    warnings,
                    notes.getOrDefault(name, "")));
        }
        return findings;
    }

    /** Returns the configuration by topic and name; without topics whose configuration may not be read. */
    private Map<String, Map<String, String>> configs(Collection<String> names) {
        Map<String, Map<String, String>> configs = new HashMap<>();
        List<String> hidden = new ArrayList<>();
        List<ConfigResource> request = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        admin.describeConfigs(request).values().forEach((topic, described) -> {
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
                    "The retention and limits of {} were not checked: this needs the right DescribeConfigs",
                    String.join(", ", hidden));
        }
        return configs;
    }

    /** Returns the application's existing internal topics by name, with their problems. */
    public List<InternalFinding> internalTopics(Topology topology) {
        Set<String> names = new SavedState(settings, admin, this, topology).existing();
        Map<String, Map<String, String>> configs = configs(names);
        TopicConfigs required = new TopicConfigs(settings);
        List<InternalFinding> findings = new ArrayList<>();
        for (String name : names) {
            List<String> warnings = new ArrayList<>();
            if (configs.containsKey(name)) {
                TopicConfigs.Review review = required.reviewInternal(name, configs.get(name));
                warnings.addAll(review.warnings());
                if (!warnings.isEmpty()) {
                    warnings.add("to mend it: " + required.command(name, review.changes()));
                }
            }
            findings.add(new InternalFinding(name, warnings));
        }
        return findings;
    }

    /** Returns whether Kafka's reset tool deletes an internal topic of this name. */
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
     * Waits until every partition has a leader: records produced earlier can be lost. A broker may not know yet a topic
     * that another one has just created.
     */
    void awaitLeaders(List<String> names) {
        long start = System.nanoTime();
        while (true) {
            try {
                Map<TopicPartition, OffsetSpec> request = new HashMap<>();
                admin.describeTopics(names)
                        .allTopicNames()
                        .get(REQUEST_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .forEach((name, description) -> description
                                .partitions()
                                .forEach(partition -> request.put(
                                        new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
                admin.listOffsets(request).all().get(REQUEST_TIMEOUT_SECONDS, TimeUnit.SECONDS);
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
     * Returns the number of partitions of each of these topics, by name.
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
                                    + "right? 'leaktrace topics --create' creates missing topics",
                            e.getCause());
                }
                throw e;
            }
        });
        return partitions;
    }

    /** Returns the number of partitions of the order events. */
    public int inputPartitions() {
        String name = settings.topics().orderEvents();
        return partitions(List.of(name)).get(name);
    }

    /**
     * Returns the maximum size of a dead letter in bytes: that of the settings, or less if topic or producer limit it.
     */
    public int deadLetterBytes() {
        String topic = settings.topics().deadLetters();
        Map<String, String> config = configs(List.of(topic)).getOrDefault(topic, Map.of());
        long topicLimit = Long.parseLong(config.getOrDefault(MAX_MESSAGE_BYTES_CONFIG, "1048588"));
        Object producerLimit = settings.kafka()
                .getOrDefault(
                        "producer.max.request.size", settings.kafka().getOrDefault("max.request.size", "1048576"));
        long limit = Math.min(topicLimit, Long.parseLong(producerLimit.toString())) - RECORD_OVERHEAD_BYTES;
        if (limit < MIN_DEAD_LETTER_BYTES) {
            throw new StartException(
                    topic + " or the producer accepts records of " + topicLimit + " and " + producerLimit
                            + " bytes at most, too few for dead letters; see max.message.bytes of the topic and "
                            + "kafka.max.request.size");
        }
        return (int) Math.min(settings.integer(Setting.DEAD_LETTER_BYTES), limit);
    }

    /**
     * Checks that the application may continue with its state in Kafka, and records the settings that new state is made
     * with. A store whose layout changes gets another name, so that state of an older layout is detected here and not
     * during a run.
     *
     * @param abandon whether to ignore state of another version and lost records
     * @throws StartException if it must not continue, with the reasons and what to do
     */
    public void claimState(Topology topology, int inputPartitions, boolean abandon) {
        new SavedState(settings, admin, this, topology).claim(inputPartitions, abandon);
    }

    /**
     * Checks, once the pipeline runs, that no other instance has started with settings that give state another meaning.
     *
     * @throws StartException if one has
     */
    public void confirmState(Topology topology, int inputPartitions) {
        new SavedState(settings, admin, this, topology).confirm(inputPartitions);
    }

    /**
     * Registers the topics' schemas and their compatibility level, or looks the schemas up if
     * {@code registry.auto.register} is false.
     *
     * @throws StartException if the registry rejects the login or a schema, lacks a schema, or gives no usable answer
     *     within {@code start.wait}
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

    /** Throws a {@link StartException} with all problems, if there are any. */
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

    /** Returns the message of the innermost cause, such as an expired certificate. */
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

package io.leaktrace.runtime;

import io.leaktrace.topology.Topics.Cleanup;
import io.leaktrace.topology.Topics.Topic;
import io.leaktrace.wire.HttpSchemaRegistry;
import io.leaktrace.wire.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and checks the topics and their schemas. */
public final class TopicAdmin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicAdmin.class);
    private static final String CHANGELOG = "-changelog";
    private static final long TRY_SECONDS = 5;
    private static final long PAUSE_MILLIS = 500;

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

    /** A topic as it was found, with what is wrong with it. */
    public record Finding(Topic topic, int partitions, boolean created, List<String> problems) {}

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
                sleep();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Creates the topics that are missing, and says what is wrong with the others. */
    public List<Finding> createMissing(Map<String, String> extraConfig) {
        Set<String> existing = get(admin.listTopics().names());
        List<Topic> topics = settings.topics().all();
        List<NewTopic> missing = new ArrayList<>();
        for (Topic topic : topics) {
            if (!existing.contains(topic.name())) {
                missing.add(newTopic(topic, extraConfig));
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
        awaitLeaders(topics);
        Set<String> made = missing.stream().map(NewTopic::name).collect(Collectors.toSet());
        return check(topics, made);
    }

    /** Says what is wrong with the topics, without touching them. */
    public List<Finding> check() {
        Set<String> existing = get(admin.listTopics().names());
        List<Topic> topics = settings.topics().all();
        List<Finding> findings = new ArrayList<>();
        for (Topic topic : topics) {
            if (!existing.contains(topic.name())) {
                findings.add(new Finding(topic, 0, false, List.of("it does not exist; 'leaktrace topics --create'")));
            }
        }
        findings.addAll(check(
                topics.stream().filter(topic -> existing.contains(topic.name())).toList(), Set.of()));
        return findings;
    }

    private List<Finding> check(List<Topic> topics, Set<String> made) {
        Map<String, TopicDescription> described = get(
                admin.describeTopics(topics.stream().map(Topic::name).toList()).allTopicNames());
        Map<String, Integer> partitions = new HashMap<>();
        described.forEach((name, description) ->
                partitions.put(name, description.partitions().size()));
        Integer expected = partitions.get(settings.topics().orderEvents());
        List<Finding> findings = new ArrayList<>();
        for (Topic topic : topics) {
            int found = partitions.get(topic.name());
            List<String> problems = new ArrayList<>();
            if (topic.keyedByBuyer() && expected != null && found != expected) {
                problems.add("it has " + found + " partitions and "
                        + settings.topics().orderEvents() + " has " + expected + "; both must have as many");
            }
            findings.add(new Finding(topic, found, made.contains(topic.name()), problems));
        }
        return findings;
    }

    private NewTopic newTopic(Topic topic, Map<String, String> extraConfig) {
        Map<String, String> config = new HashMap<>(extraConfig);
        config.put("cleanup.policy", topic.cleanup() == Cleanup.COMPACT ? "compact" : "delete");
        // One partition keeps the order of the findings; verdicts are as few.
        int count = topic.keyedByBuyer() ? settings.integer(Setting.TOPIC_PARTITIONS) : 1;
        short replicas = (short) settings.integer(Setting.TOPIC_REPLICATION);
        return new NewTopic(topic.name(), count, replicas).configs(config);
    }

    /**
     * Producing to a topic before its leaders are known can lose records, so wait until every partition answers. A broker
     * may not know a topic yet that another has just made.
     */
    private void awaitLeaders(List<Topic> topics) {
        List<String> names = topics.stream().map(Topic::name).toList();
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
                sleep();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Number of partitions of the order events. */
    public int inputPartitions() {
        String name = settings.topics().orderEvents();
        return get(admin.describeTopics(List.of(name)).allTopicNames())
                .get(name)
                .partitions()
                .size();
    }

    /**
     * Makes sure that the state which the application has left in Kafka is state that this version goes on with. A store
     * whose form changes gets another name, so that state of an older form is found here and not in the middle of a run.
     *
     * @throws StartException if some of it would be lost, or is for another number of partitions
     */
    public void requireStateFits(Topology topology, int inputPartitions) {
        String application = settings.get(Setting.APPLICATION_ID);
        Set<String> known = new TreeSet<>();
        Set<String> perInput = new TreeSet<>();
        for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
            boolean reads = false;
            Set<String> changelogs = new TreeSet<>();
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Processor processor) {
                    processor.stores().forEach(store -> changelogs.add(application + "-" + store + CHANGELOG));
                } else if (node instanceof TopologyDescription.Sink sink && sink.topic() != null) {
                    known.add(application + "-" + sink.topic());
                } else if (node instanceof TopologyDescription.Source source) {
                    reads |= source.topicSet() != null
                            && source.topicSet().contains(settings.topics().orderEvents());
                }
            }
            known.addAll(changelogs);
            if (reads) {
                perInput.addAll(changelogs);
            }
        }
        List<String> internal = get(admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(application + "-"))
                .filter(name -> name.endsWith(CHANGELOG) || name.endsWith("-repartition"))
                .sorted()
                .toList();
        List<String> orphans =
                internal.stream().filter(name -> !known.contains(name)).toList();
        if (!orphans.isEmpty()) {
            throw new StartException("the application '" + application
                    + "' has state that this version would not go on "
                    + "with: " + String.join(", ", orphans) + "; start it as another application.id, reset it as "
                    + "docs/reliability.md says, or let the state go with --abandon-state");
        }
        List<String> existing = internal.stream().filter(perInput::contains).toList();
        get(admin.describeTopics(existing).allTopicNames()).forEach((name, description) -> {
            int found = description.partitions().size();
            if (found != inputPartitions) {
                throw new StartException(
                        settings.topics().orderEvents() + " has " + inputPartitions + " partitions and "
                                + "the state in " + name + " is for " + found
                                + "; start it as another application.id or reset it "
                                + "as docs/reliability.md says");
            }
        });
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

    private static <T> T get(KafkaFuture<T> future) {
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

    private static void sleep() {
        try {
            Thread.sleep(PAUSE_MILLIS);
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

package io.leaktrace.runtime;

import io.leaktrace.topology.Findings;
import io.leaktrace.topology.InputEnd;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.InputRepartition;
import io.leaktrace.topology.LeakTopology;
import io.leaktrace.topology.OrderBatcher;
import io.leaktrace.topology.PlacementListener;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the pipeline in this process. */
public final class Pipeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    /**
     * Maximum number of records of a poll. It limits the memory of a poll (1 GB with records of 1 MB), since compressed
     * batches of large records may be small.
     */
    public static final int MAX_POLLED = 1_000;

    private static final int PRODUCER_BATCH_BYTES = 256 * 1024;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Settings settings;
    private final boolean endsByItself;
    private final String description;
    private final KafkaStreams streams;
    private final PipelineHealth health = new PipelineHealth(Clock.systemUTC());
    private final PipelineWatch watch;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final RepartitionProgress repartitioned;
    /** Reports of misplaced keys, by topic. */
    private final Map<String, String> misplacedKeys = new ConcurrentHashMap<>();

    /**
     * Creates the pipeline over topics written by Java's producer.
     *
     * @param partitions of the order events
     * @param closeAtEnd whether the last epoch is closed once the input has been read to its end, as in a replay
     */
    public Pipeline(Settings settings, int partitions, boolean closeAtEnd) {
        this(settings, InputPlacement.standard(partitions), closeAtEnd);
    }

    /**
     * @param placement of the input topics' keys
     * @param closeAtEnd whether the last epoch is closed once the input has been read to its end, as in a replay
     */
    public Pipeline(Settings settings, InputPlacement placement, boolean closeAtEnd) {
        this(settings, placement, closeAtEnd, leakTopology -> leakTopology.build(builder(settings)));
    }

    private Pipeline(
            Settings settings,
            InputPlacement placement,
            boolean endsByItself,
            Function<LeakTopology, Topology> topology) {
        this.endsByItself = endsByItself;
        ReadingProgress progress = new ReadingProgress(Clock.systemUTC());
        this.repartitioned = new RepartitionProgress(
                settings,
                InputRepartition.of(placement, settings.topics(), settings.sources()),
                placement.partitions());
        ConsumedOffsets offsets = new ConsumedOffsets(() -> newBatcher(settings, placement), progress, repartitioned);
        Properties properties = new Properties();
        properties.putAll(streamsConfig(settings));
        Topology built =
                topology.apply(leakTopology(settings, placement, endsByItself, offsets, this::onMisplacedKeys));
        this.settings = settings;
        this.description = built.describe().toString();
        this.streams = streams(built, properties, offsets);
        ThreadFailures failures = new ThreadFailures(Clock.systemUTC());
        streams.setUncaughtExceptionHandler(problem -> {
            if (failures.isTransient(problem)) {
                LOG.warn("A stream thread failed and is replaced: {}", PipelineHealth.describe(problem));
                health.threadReplaced(problem);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            failure.compareAndSet(null, problem);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            LOG.debug("{} -> {}", before, now);
            if (now == KafkaStreams.State.NOT_RUNNING || now == KafkaStreams.State.ERROR) {
                ended.countDown();
            }
        });
        this.watch = new PipelineWatch(health, progress, new Streams(), Clock.systemUTC());
    }

    private KafkaStreams streams(Topology built, Properties properties, ConsumedOffsets offsets) {
        try {
            return new KafkaStreams(built, properties, offsets);
        } catch (KafkaException e) {
            throw new StartException(
                    "Kafka Streams cannot start: " + e.getMessage()
                            + "; each instance needs a state.dir of its own that " + "it may write to, not "
                            + settings.get(Setting.STATE_DIR),
                    e);
        }
    }

    /** Adapts Kafka Streams for {@link PipelineWatch}. */
    private final class Streams implements PipelineWatch.Watched {

        private final InternalTopicsCheck internalTopics = new InternalTopicsCheck(settings);

        @Override
        public KafkaStreams.State state() {
            return streams.state();
        }

        @Override
        public double secondsSinceHeartbeat() {
            return streams.metrics().values().stream()
                    .filter(metric -> metric.metricName().name().equals("last-heartbeat-seconds-ago"))
                    .map(Metric::metricValue)
                    .filter(Number.class::isInstance)
                    .mapToDouble(value -> ((Number) value).doubleValue())
                    .max()
                    .orElse(-1);
        }

        @Override
        public Optional<String> internalTopicsProblem() throws InterruptedException {
            return internalTopics.problem();
        }
    }

    /**
     * Returns a pipeline of the first stage only, over a history, which writes its correlations to a topic.
     *
     * @param partitions of the order events
     */
    public static Pipeline correlateOnly(Settings settings, int partitions, String topic) {
        return new Pipeline(
                settings,
                InputPlacement.standard(partitions),
                true,
                leakTopology -> leakTopology.buildCorrelate(builder(settings), topic));
    }

    /** Returns the topology for these settings, for display and checks. */
    public static Topology topology(Settings settings, InputPlacement placement) {
        return leakTopology(settings, placement, false, (partition, processed) -> false, (topic, message) -> {})
                .build(builder(settings));
    }

    /** Returns the function that combines order events into batches; the identity if order events are repartitioned. */
    private static UnaryOperator<ConsumerRecords<byte[], byte[]>> newBatcher(
            Settings settings, InputPlacement placement) {
        if (placement.movesOrders()) {
            return UnaryOperator.identity();
        }
        return new OrderBatcher(
                settings.topics(), settings.correlate(), settings.wire().orderEventTimes())::combine;
    }

    private void onMisplacedKeys(String topic, String message) {
        if (misplacedKeys.putIfAbsent(topic, message) == null) {
            // The pipeline works, but cannot join orders and contacts of some buyers.
            health.note("keys of " + topic, message);
        }
    }

    /** Returns the reports of misplaced keys, by input topic; empty if there are none. */
    public Map<String, String> misplacedKeys() {
        return Map.copyOf(misplacedKeys);
    }

    private static StreamsBuilder builder(Settings settings) {
        return new StreamsBuilder(new TopologyConfig(new StreamsConfig(streamsConfig(settings))));
    }

    private static LeakTopology leakTopology(
            Settings settings,
            InputPlacement placement,
            boolean closeAtEnd,
            InputEnd inputEnd,
            PlacementListener placementListener) {
        return new LeakTopology(
                settings.topics(),
                settings.sources(),
                settings.get(Setting.MARKET),
                placement,
                settings.model(),
                settings.correlate(),
                settings.duration(Setting.AHEAD_LIMIT),
                // A history is complete from the start, so there is nothing to wait for.
                closeAtEnd ? Duration.ZERO : settings.duration(Setting.IDLE_AFTER),
                settings.integer(Setting.DEAD_LETTER_BYTES),
                closeAtEnd,
                settings.get(Setting.STATE_STORES).equals("disk"),
                settings.integer(Setting.FINDINGS_DAYS),
                settings.wire(),
                inputEnd,
                placementListener,
                Clock.systemUTC());
    }

    /** Returns the configuration of Kafka Streams; settings that are passed through to Kafka override it. */
    static Map<String, Object> streamsConfig(Settings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.get(Setting.APPLICATION_ID));
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.get(Setting.STATE_DIR));
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.integer(Setting.THREADS));
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.integer(Setting.STANDBY_REPLICAS));
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.integer(Setting.TOPIC_REPLICATION));
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, settings.get(Setting.PROCESSING_GUARANTEE));
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.duration(Setting.COMMIT_INTERVAL).toMillis());
        if (settings.integer(Setting.HTTP_PORT) > 0) {
            config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, settings.advertised());
        }
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        // 0: a task waits for records that the brokers already hold, and so reads its partitions in time order.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
        // Each buffered record is a batch of up to some hundred order events; pausing a partition at this number costs
        // nothing.
        config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 100);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), MAX_POLLED);
        // Skip records of aborted transactions, also with at_least_once, as a replay does.
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        TopicConfigs.ANY_TIME.forEach((name, value) -> config.put(StreamsConfig.topicPrefix(name), value));
        // A repartitioned input record of maximum size has one more header.
        config.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), TopicConfigs.INTERNAL_MESSAGE_BYTES);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicConfigs.INTERNAL_MESSAGE_BYTES);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // A block of the buyers' log is as large as a batch by default, and so would be a batch and a buffer of its
        // own.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), PRODUCER_BATCH_BYTES);
        config.putAll(settings.kafka());
        return config;
    }

    /** Starts to read the input. */
    public void start() {
        repartitioned.start();
        streams.start();
        watch.start();
    }

    /** Returns the health of the pipeline, to which problems are reported. */
    public PipelineHealth health() {
        return health;
    }

    /** Returns why the pipeline is not ready; empty if it is. */
    public List<String> notReady() {
        KafkaStreams.State state = streams.state();
        List<String> reasons = new ArrayList<>();
        if (!isRunning()) {
            reasons.add("the pipeline has ended; its log says why");
        } else if (state != KafkaStreams.State.RUNNING) {
            reasons.add("the pipeline starts, restores its state or moves its tasks: Kafka Streams is " + state);
        }
        reasons.addAll(health.reasons());
        return reasons;
    }

    /** Returns Kafka Streams, for metrics and health checks. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Returns the description of the topology. */
    public String description() {
        return description;
    }

    /** Returns the recent findings in the store of this instance. */
    public Findings findings() {
        return new Findings(streams.store(
                StoreQueryParameters.fromNameAndType(Findings.STORE, QueryableStoreTypes.keyValueStore())));
    }

    /** Returns whether this instance holds the findings. */
    public boolean ownsFindings() {
        return findingsOwner()
                .filter(owner -> owner.equals(HostInfo.buildFromEndpoint(settings.advertised())))
                .isPresent();
    }

    /** Returns the instance that holds the findings; empty if unknown. */
    public Optional<HostInfo> findingsOwner() {
        if (streams.state() != KafkaStreams.State.RUNNING) {
            return Optional.empty();
        }
        KeyQueryMetadata metadata =
                streams.queryMetadataForKey(Findings.STORE, settings.get(Setting.MARKET), new StringSerializer());
        boolean known = metadata != null && !metadata.activeHost().equals(HostInfo.unavailable());
        return known ? Optional.of(metadata.activeHost()) : Optional.empty();
    }

    /** Returns whether the pipeline has not ended. */
    public boolean isRunning() {
        return ended.getCount() > 0;
    }

    /**
     * Waits until the pipeline has ended.
     *
     * @return false if it has not ended within the given time
     * @throws StartException if it ended because of a failure
     */
    public boolean awaitEnd(Duration time) throws InterruptedException {
        boolean hasEnded = ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
        if (failure.get() != null) {
            throw new StartException("the pipeline failed: " + PipelineHealth.describe(failure.get()), failure.get());
        }
        return hasEnded;
    }

    @Override
    public void close() {
        watch.close();
        repartitioned.close();
        // A pipeline that has read a history to its end leaves the group; any other stays a member, so that it gets the
        // same tasks after a quick restart.
        streams.close(CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(
                        endsByItself
                                ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
    }
}

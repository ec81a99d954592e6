package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.benchmarks.contenders.Contender;
import io.leaktrace.benchmarks.contenders.CountsTopic;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job of Flink, on a cluster inside of this process, with two slots and checkpoints that count exactly once. The counts
 * go to topics as they grow.
 */
abstract class FlinkJob implements Contender {

    private static final int SLOTS = 2;
    private static final String LOOPBACK = "127.0.0.1";

    private final Settings settings;
    private final Market market;
    private final Configuration config;
    private final String application;
    private final String exposures;
    private final String followed;
    private long largestCheckpoint;

    /** @param variant what this job has otherwise than the others */
    FlinkJob(ContenderRun run, Map<String, String> variant) throws ExecutionException, InterruptedException {
        settings = run.settings(Map.of());
        market = run.market();
        application = run.id();
        exposures = application + "-exposures";
        followed = application + "-followed";
        config = Configuration.fromMap(Map.of(
                "parallelism.default",
                Integer.toString(SLOTS),
                "execution.checkpointing.interval",
                run.checkpointMillis() + "ms",
                "execution.checkpointing.dir",
                run.work().resolve("checkpoints").toUri().toString(),
                "io.tmp.dirs",
                run.work().toString(),
                "rest.address",
                LOOPBACK,
                "rest.bind-address",
                LOOPBACK,
                "rest.bind-port",
                "0",
                "jobmanager.bind-host",
                LOOPBACK,
                "taskmanager.bind-host",
                LOOPBACK));
        config.addAll(Configuration.fromMap(variant));
        CountsTopic.create(settings, exposures, followed);
    }

    /** Adds the job's sources, steps and sinks. */
    abstract void build(StreamExecutionEnvironment environment);

    /** How long the job remembers a touch, in milliseconds. */
    long retention() {
        return Market.WINDOW;
    }

    @Override
    public void run() throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(config);
        build(environment);
        MiniClusterConfiguration clusterConfig = new MiniClusterConfiguration.Builder()
                .setConfiguration(config)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(SLOTS)
                .setCommonBindAddress(LOOPBACK)
                .build();
        MiniCluster cluster = new MiniCluster(clusterConfig);
        try {
            cluster.start();
            JobGraph job = environment.getStreamGraph().getJobGraph();
            cluster.submitJob(job).get();
            cluster.requestJobResult(job.getJobID())
                    .get()
                    .toJobExecutionResult(getClass().getClassLoader());
            CheckpointStatsSnapshot checkpoints =
                    cluster.getExecutionGraph(job.getJobID()).get().getCheckpointStatsSnapshot();
            // The very last one is empty: by then, the end of the input has made everything old.
            largestCheckpoint = checkpoints.getHistory().getCheckpoints().stream()
                    .mapToLong(AbstractCheckpointStats::getStateSize)
                    .max()
                    .orElse(0);
        } finally {
            cluster.close();
        }
    }

    final Settings settings() {
        return settings;
    }

    final KafkaSource<FlinkOrder> orders() {
        return source(settings.topics().orderEvents(), new FlinkOrder.Schema(registryUrl()));
    }

    final KafkaSource<FlinkContact> contacts() {
        return source(settings.topics().scamContacts(), new FlinkContact.Schema(registryUrl()));
    }

    private String registryUrl() {
        return settings.get(Setting.SCHEMA_REGISTRY_URL);
    }

    /** A topic from its beginning to the end that it has now. */
    final <T> KafkaSource<T> source(String topic, KafkaRecordDeserializationSchema<T> schema) {
        return KafkaSource.<T>builder()
                .setBootstrapServers(settings.get(Setting.BOOTSTRAP_SERVERS))
                .setTopics(topic)
                .setGroupId(application)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setBounded(OffsetsInitializer.latest())
                .setDeserializer(schema)
                .build();
    }

    final KafkaSink<Tuple2<String, Long>> exposuresSink() {
        return sink(exposures);
    }

    final KafkaSink<Tuple2<String, Long>> followedSink() {
        return sink(followed);
    }

    /** What is written is a count so far, so that writing it twice does no harm. */
    private KafkaSink<Tuple2<String, Long>> sink(String topic) {
        return KafkaSink.<Tuple2<String, Long>>builder()
                .setBootstrapServers(settings.get(Setting.BOOTSTRAP_SERVERS))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new CountSchema(topic))
                .build();
    }

    @Override
    public String result() {
        return CountsTopic.read(settings, exposures, followed).checksum();
    }

    /** The largest of the last checkpoints; NaN if the run was too short for one. */
    @Override
    public double stateBytesPerTouch() {
        return largestCheckpoint == 0 ? Double.NaN : (double) largestCheckpoint / market.touchesWithin(retention());
    }
}

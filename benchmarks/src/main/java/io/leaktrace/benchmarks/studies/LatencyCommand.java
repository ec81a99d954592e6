package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.contenders.InputReader;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.market.Order;
import io.leaktrace.benchmarks.process.PipelineProcess;
import io.leaktrace.benchmarks.process.Platform;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How soon what an epoch held can be read. */
@Command(
        name = "latency",
        description = "Measures how long it takes from the acknowledgement of the record that completes an epoch until "
                + "a consumer that reads committed records has the epoch's summary. Alerts of the epoch are committed "
                + "with it. Orders flow all the time; all settings are as by default.",
        mixinStandardHelpOptions = true)
public final class LatencyCommand implements Callable<Integer> {

    private static final int BUYERS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(5);

    /** So many epochs at the start show the machine getting warm, and are left out. */
    private static final int WARM_UP = 5;

    /** Longer than the time between commits, so that epochs are completed at every moment between two. */
    private static final int LONGEST_PAUSE_MILLIS = 1_500;

    @Spec
    private CommandSpec spec;

    @Option(names = "--epochs", defaultValue = "60", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(
            names = "--orders-per-epoch",
            defaultValue = "2000",
            paramLabel = "N",
            description = "Default: ${DEFAULT-VALUE}.")
    private int ordersPerEpoch;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    private Settings settings;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaConsumer<byte[], byte[]> consumer;
    private Serializer<OrderEvent> orderEvents;
    private Deserializer<Object> records;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        if (epochs < 1 || ordersPerEpoch < 1) {
            throw new ParameterException(spec.commandLine(), "--epochs and --orders-per-epoch must be at least 1");
        }
        Path folder = Files.createTempDirectory("leaktrace-bench-latency-");
        try (Platform platform = Platform.start(folder)) {
            Map<String, String> values = new HashMap<>(platform.settings());
            values.put("application.id", "latency");
            values.put("state.dir", folder.resolve("state").toString());
            settings = Settings.of(values);
            EmbeddedRun.createTopics(settings);
            try (PipelineProcess pipeline = PipelineProcess.start("latency", values, folder)) {
                pipeline.awaitRunning();
                report(measure(pipeline));
            }
        }
        EmbeddedPlatform.delete(folder);
        return 0;
    }

    private double[] measure(PipelineProcess pipeline) throws InterruptedException, ExecutionException {
        Map<String, Object> reading = InputReader.readCommitted(settings);
        reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        long epoch = settings.model().epoch();
        int count = WARM_UP + epochs;
        Market market = new Market(seed, count * ordersPerEpoch * Market.SPAN / (count * epoch), BUYERS, 0);
        SplittableRandom random = new SplittableRandom(seed);
        orderEvents = settings.wire().orderEvents();
        records = settings.wire().records();
        producer = new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            consumer.assign(List.of(new TopicPartition(settings.topics().leakEpochs(), 0)));
            double[] millis = new double[count];
            long next = 0;
            for (int i = 0; i < count; i++) {
                long end = Market.START + (i + 1) * epoch;
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (; next < market.orders() && market.order(next).time() < end; next++) {
                    Order order = market.order(next);
                    sent.add(send(null, order.event()));
                }
                await(sent);
                millis[i] = millisToComplete(pipeline, end, random.nextInt(LONGEST_PAUSE_MILLIS));
            }
            return Arrays.copyOfRange(millis, WARM_UP, count);
        } finally {
            producer.close();
            consumer.close();
            orderEvents.close();
            records.close();
        }
    }

    /** Every partition but one has passed the epoch's end; then the last one does. */
    private double millisToComplete(PipelineProcess pipeline, long end, int pauseMillis)
            throws InterruptedException, ExecutionException {
        long completes = end + settings.correlate().lateness();
        int partitions = settings.integer(Setting.TOPIC_PARTITIONS);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int partition = 0; partition < partitions - 1; partition++) {
            sent.add(send(partition, passing(partition, completes)));
        }
        await(sent);
        Thread.sleep(pauseMillis);
        await(List.of(send(partitions - 1, passing(partitions - 1, completes))));
        long acknowledged = System.nanoTime();
        while (System.nanoTime() - acknowledged < PATIENCE.toNanos()) {
            pipeline.requireAlive();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Epoch solved = (Epoch) records.deserialize(record.topic(), record.value());
                if (solved.end().toEpochMilli() == end) {
                    return (System.nanoTime() - acknowledged) / 1e6;
                }
            }
        }
        throw new IllegalStateException("the epoch that ends at " + Instant.ofEpochMilli(end)
                + " was not solved within " + PATIENCE.toSeconds() + " s");
    }

    private static OrderEvent passing(int partition, long time) {
        String name = "passing-" + partition;
        return new OrderEvent(
                name + "-" + time,
                name + "-" + time,
                name,
                OrderEventType.PLACED,
                Instant.ofEpochMilli(time),
                List.of(new Custodian(Role.SELLER, "s-0")));
    }

    /** @param partition where to, or null for where the key leads */
    private Future<RecordMetadata> send(Integer partition, OrderEvent event) {
        String topic = settings.topics().orderEvents();
        return producer.send(new ProducerRecord<>(
                topic,
                partition,
                event.occurredAt().toEpochMilli(),
                event.buyerId().getBytes(StandardCharsets.UTF_8),
                orderEvents.serialize(topic, event)));
    }

    private static void await(List<Future<RecordMetadata>> sent) throws InterruptedException, ExecutionException {
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    private void report(double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        spec.commandLine()
                .getOut()
                .printf(
                        "| epochs | commit.interval | median ms | p95 ms | longest ms |%n|---:|---:|---:|---:|---:|%n"
                                + "| %d | %s | %.0f | %.0f | %.0f |%n",
                        sorted.length,
                        settings.get(Setting.COMMIT_INTERVAL),
                        percentile(sorted, 50),
                        percentile(sorted, 95),
                        sorted[sorted.length - 1]);
        spec.commandLine().getOut().flush();
    }

    private static double percentile(double[] sorted, int percent) {
        return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }
}

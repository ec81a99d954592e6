package io.leaktrace.topology;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Erasure;
import io.leaktrace.engine.CorrelateStage;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses what is not plausible and hands the rest to the task's {@link CorrelateStage}. */
final class CorrelateProcessor implements Processor<byte[], Arrived, byte[], Correlated> {

    private static final Headers NO_HEADERS = new RecordHeaders();
    private static final Duration END_CHECK = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(CorrelateProcessor.class);

    private final CorrelateSettings settings;
    private final Topics topics;
    private final Duration idleAfter;
    private final int deadLetterBytes;
    private final InputEnd inputEnd;
    private final InputPlacement placement;
    private final PlacementListener placementListener;
    private final Clock clock;

    private ProcessorContext<byte[], Correlated> context;
    private CorrelateStage stage;
    private Sensor remembered;
    private Sensor misplaced;
    /** Of the input topics that are not repartitioned. */
    private final Map<String, PlacementWatch> watches = new HashMap<>();

    private final Map<TopicPartition, Long> processed = new HashMap<>();
    /** Since when, by the clock on the wall, there has been nothing to read; −1 while there is. */
    private long idleSince = -1;

    /** @param deadLetterBytes size that no dead letter exceeds */
    CorrelateProcessor(
            CorrelateSettings settings,
            Topics topics,
            Duration idleAfter,
            int deadLetterBytes,
            InputEnd inputEnd,
            InputPlacement placement,
            PlacementListener placementListener,
            Clock clock) {
        this.settings = settings;
        this.topics = topics;
        this.idleAfter = idleAfter;
        this.deadLetterBytes = deadLetterBytes;
        this.inputEnd = inputEnd;
        this.placement = placement;
        this.placementListener = placementListener;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<byte[], Correlated> processorContext) {
        context = processorContext;
        BuyerStore store = context.getStateStore(BuyerStore.NAME);
        int partition = context.taskId().partition();
        stage = new CorrelateStage(settings, partition, store);
        remembered = context.metrics().addSensor("buyer-log-" + context.taskId(), Sensor.RecordingLevel.INFO);
        remembered.add(
                new MetricName(
                        "buyer-log-bytes",
                        "stream-leaktrace-metrics",
                        "Bytes of all that is remembered of the buyers of a partition",
                        Map.of("task-id", context.taskId().toString())),
                new Value());
        misplaced = context.metrics().addSensor("misplaced-keys-" + context.taskId(), Sensor.RecordingLevel.INFO);
        misplaced.add(
                new MetricName(
                        "misplaced-keys",
                        "stream-leaktrace-metrics",
                        "Keys looked at whose buyer belongs to another partition, since the start",
                        Map.of("task-id", context.taskId().toString())),
                new Value());
        store.beforeCommit(() -> {
            stage.save();
            remembered.record(stage.rememberedBytes());
            misplaced.record(watches.values().stream()
                    .mapToLong(PlacementWatch::misplaced)
                    .sum());
        });
        if (!placement.movesOrders()) {
            reads(topics.orderEvents(), "orders.partitioner", partition);
        }
        if (!placement.movesContacts()) {
            reads(topics.scamContacts(), "contacts.partitioner", partition);
        }
        for (InputRepartition repartition : InputRepartition.of(placement, topics)) {
            for (String lane : repartition.laneTopics(context.applicationId())) {
                processed.put(new TopicPartition(lane, partition), -1L);
            }
        }
        context.schedule(END_CHECK, PunctuationType.WALL_CLOCK_TIME, this::checkEnd);
    }

    private void reads(String topic, String setting, int partition) {
        processed.put(new TopicPartition(topic, partition), -1L);
        watches.put(
                topic,
                new PlacementWatch(
                        topic, setting, placement.rule(), partition, placement.partitions(), placementListener));
    }

    @Override
    public void close() {
        context.metrics().removeSensor(remembered);
        context.metrics().removeSensor(misplaced);
    }

    @Override
    public void process(Record<byte[], Arrived> record) {
        idleSince = -1;
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        TopicPartition origin = new TopicPartition(metadata.topic(), metadata.partition());
        if (record.value() instanceof Pack pack) {
            // One of many is enough to see the rule, and costs nothing.
            watches.get(origin.topic()).see(pack.events().get(0).key());
            pack.events().forEach(event -> stage.expect(event.key()));
            long time = record.timestamp();
            for (Pack.Event event : pack.events()) {
                time = accept(event.input(), event.key(), NO_HEADERS, time, origin, event.offset());
            }
            processed.put(origin, pack.lastOffset());
        } else if (record.value() instanceof Moved moved) {
            accept(
                    moved.judged(record.key()),
                    moved.originalKey(record.key()),
                    Moved.originalHeaders(record.headers()),
                    record.timestamp(),
                    moved.origin(),
                    moved.offset());
            processed.put(origin, metadata.offset());
        } else {
            Input input = (Input) record.value();
            // Tombstones are sent to every partition.
            if (watches.containsKey(origin.topic()) && !(input.record() instanceof Erasure)) {
                watches.get(origin.topic()).see(record.key());
            }
            accept(input, record.key(), record.headers(), record.timestamp(), origin, metadata.offset());
            processed.put(origin, metadata.offset());
        }
    }

    /**
     * Accepts an input or rejects it. Nothing that a record holds can end the task: this is where everything unexpected
     * ends, too.
     *
     * @param reached event time that the partition has reached
     * @return event time that it has reached now
     */
    private long accept(Input input, byte[] key, Headers headers, long reached, TopicPartition origin, long offset) {
        Optional<String> refusal = input.refusal();
        if (refusal.isPresent()) {
            refuse(input, key, headers, refusal.get(), origin, offset);
            return reached;
        }
        List<Correlation> correlations;
        try {
            correlations = stage.accept(input.record());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error(
                    "A record at {}, offset {} passed all checks and failed; it goes to dead letters",
                    origin,
                    offset,
                    e);
            refuse(input, key, headers, Input.reason(e), origin, offset);
            return reached;
        }
        long time = input.eventTime().orElseThrow().toEpochMilli();
        tell(correlations, time);
        return Math.max(reached, time);
    }

    private void refuse(Input input, byte[] key, Headers headers, String reason, TopicPartition origin, long offset) {
        stage.countBad();
        context.forward(
                DeadLetters.of(key, input.bytes(), headers, reason, origin, offset, clock.millis(), deadLetterBytes));
    }

    /**
     * A task that has had nothing to read for a while says so, and the others need not wait for it. In a replay, when
     * that is said does not change what an epoch holds: all of the task's input has been told by then. In a live run,
     * what the task reads after that may be late, as it would be for any wait that ends.
     */
    private void checkEnd(long now) {
        boolean idle = processed.entrySet().stream().allMatch(at -> inputEnd.reached(at.getKey(), at.getValue()));
        if (!idle) {
            idleSince = -1;
            return;
        }
        idleSince = idleSince < 0 ? now : idleSince;
        if (now - idleSince >= idleAfter.toMillis()) {
            tell(stage.atEnd(), now);
        }
    }

    private void tell(List<Correlation> correlations, long timestamp) {
        for (Correlation correlation : correlations) {
            // Brokers reject records whose time is ahead of their clock.
            context.forward(new Record<>(null, new Correlated.Told(correlation), Math.min(timestamp, clock.millis())));
        }
    }
}

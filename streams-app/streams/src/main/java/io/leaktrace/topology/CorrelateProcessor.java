package io.leaktrace.topology;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.engine.CorrelateStage;
import io.leaktrace.sources.Sources;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

/** Sends rejected records to dead letters and passes accepted ones to the task's {@link CorrelateStage}. */
final class CorrelateProcessor implements Processor<byte[], TopologyInput, byte[], CorrelateOutput> {

    private static final Headers NO_HEADERS = new RecordHeaders();
    private static final Duration END_CHECK = Duration.ofMillis(250);

    /** Number of events of a batch whose buyers are looked up before they are processed. */
    private static final int PREFETCHED = 32;

    private static final Logger LOG = LoggerFactory.getLogger(CorrelateProcessor.class);

    private final CorrelateSettings settings;
    private final Topics topics;
    private final Sources sources;
    private final Duration ahead;
    private final Duration idleAfter;
    private final int deadLetterBytes;
    private final InputEnd inputEnd;
    private final InputPlacement placement;
    private final PlacementListener placementListener;
    private final Clock clock;

    private ProcessorContext<byte[], CorrelateOutput> context;
    private CorrelateStage stage;
    private Sensor logBytes;
    private Sensor misplaced;
    /** Watches of the input topics that are not repartitioned, by topic. */
    private final Map<String, PlacementWatch> watches = new HashMap<>();

    private final Map<TopicPartition, Long> processed = new HashMap<>();
    /** Wall-clock time since which the task has had nothing to read, in epoch milliseconds; −1 while it has. */
    private long idleSince = -1;

    /**
     * @param ahead maximum by which an event's time may be ahead of its record's
     * @param deadLetterBytes maximum size of a dead letter in bytes
     */
    CorrelateProcessor(
            CorrelateSettings settings,
            Topics topics,
            Sources sources,
            Duration ahead,
            Duration idleAfter,
            int deadLetterBytes,
            InputEnd inputEnd,
            InputPlacement placement,
            PlacementListener placementListener,
            Clock clock) {
        this.settings = settings;
        this.topics = topics;
        this.sources = sources;
        this.ahead = ahead;
        this.idleAfter = idleAfter;
        this.deadLetterBytes = deadLetterBytes;
        this.inputEnd = inputEnd;
        this.placement = placement;
        this.placementListener = placementListener;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<byte[], CorrelateOutput> processorContext) {
        context = processorContext;
        BuyerStore store = context.getStateStore(BuyerStore.NAME);
        int partition = context.taskId().partition();
        stage = new CorrelateStage(settings, partition, store);
        logBytes = context.metrics().addSensor("buyer-log-" + context.taskId(), Sensor.RecordingLevel.INFO);
        logBytes.add(
                new MetricName(
                        "buyer-log-bytes",
                        "stream-leaktrace-metrics",
                        "Size of the buyer log of a partition in bytes",
                        Map.of("task-id", context.taskId().toString())),
                new Value());
        misplaced = context.metrics().addSensor("misplaced-keys-" + context.taskId(), Sensor.RecordingLevel.INFO);
        misplaced.add(
                new MetricName(
                        "misplaced-keys",
                        "stream-leaktrace-metrics",
                        "Number of sampled keys since the start whose buyer belongs to another partition",
                        Map.of("task-id", context.taskId().toString())),
                new Value());
        store.beforeCommit(() -> {
            stage.save();
            logBytes.record(stage.logBytes());
            misplaced.record(watches.values().stream()
                    .mapToLong(PlacementWatch::misplaced)
                    .sum());
        });
        if (!placement.movesOrders()) {
            watchDirect(topics.orderEvents(), "orders.partitioner", partition);
        }
        if (!placement.movesContacts()) {
            watchDirect(topics.scamContacts(), "contacts.partitioner", partition);
        }
        for (InputRepartition repartition : InputRepartition.of(placement, topics, sources)) {
            for (String lane : repartition.laneTopics(context.applicationId())) {
                processed.put(new TopicPartition(lane, partition), -1L);
            }
        }
        context.schedule(END_CHECK, PunctuationType.WALL_CLOCK_TIME, this::checkEnd);
    }

    private void watchDirect(String topic, String setting, int partition) {
        processed.put(new TopicPartition(topic, partition), -1L);
        watches.put(
                topic,
                new PlacementWatch(
                        topic, setting, placement.rule(), partition, placement.partitions(), placementListener));
    }

    @Override
    public void close() {
        context.metrics().removeSensor(logBytes);
        context.metrics().removeSensor(misplaced);
    }

    @Override
    public void process(Record<byte[], TopologyInput> record) {
        idleSince = -1;
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        TopicPartition origin = new TopicPartition(metadata.topic(), metadata.partition());
        if (record.value() instanceof OrderBatch batch) {
            accept(batch, record.timestamp(), origin);
            processed.put(origin, batch.lastOffset());
        } else if (record.value() instanceof RepartitionedInput moved) {
            accept(
                    moved.validated(record.key()),
                    moved.originalKey(record.key()),
                    RepartitionedInput.originalHeaders(record.headers()),
                    record.timestamp(),
                    moved.origin(),
                    moved.offset());
            processed.put(origin, metadata.offset());
        } else {
            DecodedInput input = (DecodedInput) record.value();
            // Tombstones are sent to every partition.
            if (watches.containsKey(origin.topic()) && !(input.record() instanceof Erasure)) {
                watches.get(origin.topic()).count(record.key());
            }
            accept(input, record.key(), record.headers(), record.timestamp(), origin, metadata.offset());
            processed.put(origin, metadata.offset());
        }
    }

    /** Validates and accepts or rejects the events of a batch. */
    private void accept(OrderBatch batch, long reached, TopicPartition origin) {
        List<ConsumerRecord<byte[], byte[]>> events = batch.records();
        // One key of a batch is a sufficient sample, and costs little.
        watches.get(origin.topic()).count(events.get(0).key());
        TimeLimit limit = new TimeLimit(clock.instant(), ahead);
        long time = reached;
        for (int from = 0; from < events.size(); from += PREFETCHED) {
            List<ConsumerRecord<byte[], byte[]>> next =
                    events.subList(from, Math.min(from + PREFETCHED, events.size()));
            next.forEach(event -> stage.prefetch(event.key()));
            for (ConsumerRecord<byte[], byte[]> event : next) {
                DecodedInput input = batch.read(event);
                input.validate(event.key(), limit.at(event.timestamp()));
                time = accept(input, event.key(), NO_HEADERS, time, origin, event.offset());
            }
        }
    }

    /**
     * Accepts or rejects an input. Unexpected exceptions also reject it, so that no record can end the task.
     *
     * @param reached event time that the partition has reached, in epoch milliseconds
     * @return event time that it has reached after this input
     */
    private long accept(
            DecodedInput input, byte[] key, Headers headers, long reached, TopicPartition origin, long offset) {
        Optional<String> rejection = input.rejection();
        if (rejection.isPresent()) {
            reject(input, key, headers, rejection.get(), origin, offset);
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
            reject(input, key, headers, DecodedInput.reason(e), origin, offset);
            emit(stage.advanceTo(input.record()), reached);
            return reached;
        }
        long time = input.eventTime().orElseThrow().toEpochMilli();
        emit(correlations, time);
        return Math.max(reached, time);
    }

    private void reject(
            DecodedInput input, byte[] key, Headers headers, String reason, TopicPartition origin, long offset) {
        stage.countBad();
        context.forward(DeadLetterFormat.of(
                key, input.bytes(), headers, reason, origin, offset, clock.millis(), deadLetterBytes));
    }

    /**
     * Reports that the task has had nothing to read for {@code idle.after}, so that the other tasks do not wait for it.
     * In a replay, the moment of this report does not change the content of an epoch: all of the task's input has been
     * emitted by then. In a live run, records that arrive later may count as late, as after any timeout.
     */
    private void checkEnd(long now) {
        boolean idle = processed.entrySet().stream().allMatch(at -> inputEnd.reached(at.getKey(), at.getValue()));
        if (!idle) {
            idleSince = -1;
            return;
        }
        idleSince = idleSince < 0 ? now : idleSince;
        if (now - idleSince >= idleAfter.toMillis()) {
            emit(stage.atEnd(), now);
        }
    }

    private void emit(List<Correlation> correlations, long timestamp) {
        for (Correlation correlation : correlations) {
            // Brokers reject records whose time is ahead of their clock.
            context.forward(
                    new Record<>(null, new CorrelateOutput.Emitted(correlation), Math.min(timestamp, clock.millis())));
        }
    }
}

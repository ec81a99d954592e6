package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.InputReader;
import io.leaktrace.topology.KeyPlacement;
import io.leaktrace.topology.Topics;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The input topics of a running pipeline, from their beginning to their current end. They are read by a consumer
 * without a group: nothing is written to the cluster, not even an offset.
 */
public final class TopicHistory implements History {

    private static final Duration POLL = Duration.ofMillis(200);
    /** Number of records at each end of a partition from which its span of event times is taken. */
    private static final int SAMPLED_RECORDS = 50;

    private static final int MAX_POLLS = 25;

    /** Name in a manifest of the SHA-256 of the file that maps the source topics. */
    private static final String MAPPING = "sourceMapping";

    private final Settings settings;
    private final String client;
    private final List<TopicRange> ranges;
    private final InputPlacement placement;

    TopicHistory(Settings settings, String client, List<TopicRange> ranges, InputPlacement placement) {
        this.settings = settings;
        this.client = client;
        this.ranges = ranges;
        this.placement = placement;
    }

    /**
     * Finds the current offsets of the input topics.
     *
     * @param name name of the run; the client id of the consumer is {@code <application.id>-replay-<name>}
     * @throws StartException if a topic is missing, or their numbers of partitions do not fit
     */
    public static TopicHistory of(Settings settings, String name) {
        String client = settings.get(Setting.APPLICATION_ID) + "-replay-" + name;
        Topics topics = settings.topics();
        List<TopicRange> ranges = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings, client)) {
            Map<String, List<PartitionInfo>> existing = consumer.listTopics();
            for (String topic : settings.inputTopics()) {
                boolean isOwn = topics.inputs().contains(topic);
                if (!existing.containsKey(topic)
                        && isOwn
                        && !settings.sourceTopics().isEmpty()) {
                    // Source topics can be replayed before 'run' has created the other topics.
                    continue;
                }
                if (!existing.containsKey(topic)) {
                    throw new StartException("there is no topic '" + topic + "' at "
                            + settings.get(Setting.BOOTSTRAP_SERVERS)
                            + ", or it may not be read; "
                            + (isOwn ? "is topic.prefix right?" : "are source.orders and source.contacts right?"));
                }
                List<TopicPartition> partitions = existing.get(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .sorted(Comparator.comparingInt(TopicPartition::partition))
                        .toList();
                Map<TopicPartition, Long> from = consumer.beginningOffsets(partitions);
                Map<TopicPartition, Long> to = consumer.endOffsets(partitions);
                for (TopicPartition partition : partitions) {
                    ranges.add(new TopicRange(topic, partition.partition(), from.get(partition), to.get(partition)));
                }
            }
        }
        PlacementSample sample = PlacementSample.of(settings);
        TopicHistory history = new TopicHistory(settings, client, ranges, sample.placement());
        history.check();
        return history;
    }

    /** @throws StartException if the numbers of partitions do not fit */
    void check() {
        Topics topics = settings.topics();
        long verdicts = partitionsOf(topics.leakVerdicts());
        if (verdicts > partitions()) {
            throw new StartException(topics.leakVerdicts() + " has " + verdicts + " partitions and "
                    + topics.orderEvents() + " has " + partitions() + "; it must not have more");
        }
    }

    /** A consumer of committed records that stores no offsets. Settings for Kafka's clients take precedence. */
    private static KafkaConsumer<byte[], byte[]> consumer(Settings settings, String client) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Records deleted before they are read must cause a failure, not a gap.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Pipeline.MAX_POLLED);
        config.putAll(settings.kafka());
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public int partitions() {
        return placement.partitions();
    }

    private long partitionsOf(String topic) {
        return ranges.stream().filter(range -> range.topic().equals(topic)).count();
    }

    @Override
    public boolean isOpenEnded() {
        return true;
    }

    /** In the order of topics and partitions. */
    public List<TopicRange> ranges() {
        return ranges;
    }

    @Override
    public long length() {
        return ranges.stream().mapToLong(TopicRange::length).sum();
    }

    @Override
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("topics", ranges.stream().map(TopicRange::described).toList());
        boolean hasSources = !placement.sourcePartitions().isEmpty();
        if (hasSources) {
            described.put(MAPPING, settings.sourceMappingHash());
        }
        if (placement.movesOrders() || placement.movesContacts() || hasSources) {
            Map<String, Object> repartitioned = new LinkedHashMap<>();
            repartitioned.put("by", placement.rule().label());
            if (hasSources) {
                repartitioned.put("partitions", placement.partitions());
            }
            repartitioned.put("orders", placement.movesOrders());
            repartitioned.put("contacts", placement.movesContacts());
            described.put("repartitioned", repartitioned);
        }
        return described;
    }

    @Override
    public History as(JsonNode described) {
        String mapping = described.path(MAPPING).asText();
        if (!mapping.equals(settings.sourceMappingHash())) {
            throw new StartException("that run read its source topics by another mapping: the SHA-256 of its file was "
                    + (mapping.isEmpty() ? "empty" : mapping) + ", that of source.mapping is "
                    + (settings.sourceMappingHash().isEmpty() ? "empty" : settings.sourceMappingHash())
                    + "; set source.orders, source.contacts and source.mapping as they were");
        }
        List<TopicRange> wanted = new ArrayList<>();
        described.path("topics").forEach(range -> wanted.add(TopicRange.of(range)));
        if (!wanted.stream()
                .map(TopicRange::topicPartition)
                .toList()
                .equals(ranges.stream().map(TopicRange::topicPartition).toList())) {
            throw new StartException("these are not the topics of that run, which were "
                    + wanted.stream().map(TopicRange::topicPartition).toList());
        }
        for (int i = 0; i < wanted.size(); i++) {
            TopicRange here = ranges.get(i);
            TopicRange there = wanted.get(i);
            if (there.from() < here.from() || there.to() > here.to()) {
                throw new StartException("that run read offsets " + there.from() + " to " + there.to() + " of "
                        + here.topicPartition() + ", but only " + here.from() + " to " + here.to() + " are left"
                        + ": the rest was deleted, by the topic's retention or with the topic");
            }
        }
        return new TopicHistory(settings, client, wanted, placement(described.path("repartitioned")));
    }

    private InputPlacement placement(JsonNode repartitioned) {
        return new InputPlacement(
                KeyPlacement.valueOf(repartitioned.path("by").asText("murmur2").toUpperCase(Locale.ROOT)),
                repartitioned.path("partitions").asInt(partitions()),
                placement.contactPartitions(),
                repartitioned.path("orders").asBoolean(),
                repartitioned.path("contacts").asBoolean(),
                placement.sourcePartitions());
    }

    @Override
    public Reading read(Selection selection, TimeLimit limit, DataInputStream place) throws IOException {
        return new TopicReading(settings, consumer(settings, client), ranges, placement, selection, limit, place);
    }

    /** Event times of a partition's first and last record; late records may be outside. */
    public record Span(Instant from, Instant to) {}

    /** The span of each partition that holds records with an event time. */
    public Map<TopicRange, Span> spans() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings, client)) {
            consumer.assign(ranges.stream().map(TopicRange::topicPartition).toList());
            Map<TopicRange, List<Instant>> first = times(consumer, TopicRange::from);
            Map<TopicRange, List<Instant>> last =
                    times(consumer, range -> Math.max(range.from(), range.to() - SAMPLED_RECORDS));
            Map<TopicRange, Span> spans = new HashMap<>();
            first.forEach((range, times) -> {
                List<Instant> ending = last.getOrDefault(range, times);
                spans.put(range, new Span(times.get(0), ending.get(ending.size() - 1)));
            });
            return spans;
        }
    }

    /** Event times of the first {@link #SAMPLED_RECORDS} records of each partition from an offset on. */
    private Map<TopicRange, List<Instant>> times(
            KafkaConsumer<byte[], byte[]> consumer, ToLongFunction<TopicRange> offset) {
        InputReader inputs = new InputReader(settings.wire().records(), settings.topics(), settings.sources());
        Map<TopicRange, List<Instant>> times = new HashMap<>();
        Map<TopicPartition, Long> until = new HashMap<>();
        for (TopicRange range : ranges) {
            consumer.seek(range.topicPartition(), offset.applyAsLong(range));
            until.put(range.topicPartition(), Math.min(range.to(), offset.applyAsLong(range) + SAMPLED_RECORDS));
        }
        for (int poll = 0; poll < MAX_POLLS; poll++) {
            if (until.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                break;
            }
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            for (TopicRange range : ranges) {
                for (ConsumerRecord<byte[], byte[]> record : polled.records(range.topicPartition())) {
                    if (record.offset() < until.get(range.topicPartition())) {
                        inputs.read(record.topic(), record.headers(), record.key(), record.value())
                                .flatMap(read -> read.input().eventTime())
                                .ifPresent(time -> times.computeIfAbsent(range, none -> new ArrayList<>())
                                        .add(time));
                    }
                }
            }
        }
        return times;
    }
}

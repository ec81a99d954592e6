package io.leaktrace.topology;

import io.leaktrace.sources.SourceTopic;
import io.leaktrace.sources.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.BranchedKStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Repartitions an input topic by buyer, through internal topics.
 *
 * <p>There is one internal topic, a lane, for each partition of the input topic, up to {@link #MAX_LANES}. A lane keeps
 * the order of its partition, and a correlate task reads its lanes and its other topics in the order of event time.
 * With a single internal topic, the partitions of a backlog would arrive one after the other, most of them late.
 *
 * <p>The names of the internal topics contain the placement rule: state made under another rule belongs to other
 * buyers, and {@code run} detects it at the start by the other names.
 */
public final class InputRepartition {

    /** Maximum number of lanes; with more partitions, several share a lane. */
    static final int MAX_LANES = 16;

    private static final String ORDERS = "orders";
    private static final String CONTACTS = "contacts";
    private static final String MAPPED = "-mapped-";
    private static final String SUFFIX = "-repartition";
    private static final Pattern NAME =
            Pattern.compile("(" + ORDERS + "|" + CONTACTS + ")-by-([a-z0-9]+)-[0-9]+" + SUFFIX);

    private final String name;
    private final String topic;
    private final String form;
    private final int lanes;
    private final InputPlacement placement;

    /** @param form the topic whose form the records have in the internal topics */
    private InputRepartition(String name, String topic, String form, int topicPartitions, InputPlacement placement) {
        this.name = name;
        this.topic = topic;
        this.form = form;
        this.lanes = Math.min(topicPartitions, MAX_LANES);
        this.placement = placement;
    }

    /**
     * Returns the repartitions that a placement needs, in a fixed order: those of the source topics, and of the input
     * topics whose writers follow different rules.
     */
    public static List<InputRepartition> of(InputPlacement placement, Topics topics, Sources sources) {
        String orders = topics.orderEvents();
        String contacts = topics.scamContacts();
        List<InputRepartition> needed = new ArrayList<>();
        if (placement.movesOrders()) {
            needed.add(new InputRepartition(ORDERS, orders, orders, placement.partitions(), placement));
        }
        if (placement.movesContacts()) {
            needed.add(new InputRepartition(CONTACTS, contacts, contacts, placement.contactPartitions(), placement));
        }
        placement.sourcePartitions().forEach((topic, partitions) -> {
            SourceTopic source = sources.topic(topic).orElseThrow();
            String form = source.isOrders() ? orders : contacts;
            needed.add(new InputRepartition(nameOf(source), topic, form, partitions, placement));
        });
        return needed;
    }

    /** Returns the rule by which an application repartitions its source topics, from the names of its internal topics. */
    public static Optional<KeyPlacement> ruleOfSources(
            String application, Sources sources, Set<String> existingTopics) {
        return sources.topics().stream()
                .map(source -> rule(nameOf(source), application, existingTopics))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String nameOf(SourceTopic source) {
        return (source.isOrders() ? ORDERS : CONTACTS) + MAPPED + source.name();
    }

    /** Returns the rule by which an application repartitions order events, from the names of its internal topics. */
    public static Optional<KeyPlacement> ruleOfOrders(String application, Set<String> existingTopics) {
        return rule(ORDERS, application, existingTopics);
    }

    /** Returns the rule by which an application repartitions scam contacts, from the names of its internal topics. */
    public static Optional<KeyPlacement> ruleOfContacts(String application, Set<String> existingTopics) {
        return rule(CONTACTS, application, existingTopics);
    }

    private static Optional<KeyPlacement> rule(String name, String application, Set<String> existingTopics) {
        for (KeyPlacement rule : KeyPlacement.values()) {
            if (existingTopics.contains(application + "-" + laneName(name, rule, 0) + SUFFIX)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** Returns whether a topic, named without the application's prefix, carries repartitioned order events. */
    public static boolean carriesOrders(String internalTopic) {
        Matcher matcher = NAME.matcher(internalTopic);
        return matcher.matches() && matcher.group(1).equals(ORDERS);
    }

    /**
     * Returns the name prefixes of all internal topics through which an application may repartition its input.
     *
     * @param hasSources whether it reads source topics
     */
    public static List<String> lanePrefixes(String application, boolean hasSources) {
        Stream<String> own = Stream.of(ORDERS + "-by-", CONTACTS + "-by-");
        Stream<String> mapped = Stream.of(ORDERS + MAPPED, CONTACTS + MAPPED);
        return (hasSources ? Stream.concat(own, mapped) : own)
                .map(prefix -> application + "-" + prefix)
                .toList();
    }

    private static String laneName(String name, KeyPlacement rule, int lane) {
        return name + "-by-" + rule.label() + "-" + lane;
    }

    /** Returns the name of the input topic. */
    public String topic() {
        return topic;
    }

    /** Returns the name of the topic whose form the records have in the internal topics. */
    String form() {
        return form;
    }

    /** Returns the names of the internal topics. */
    public List<String> laneTopics(String application) {
        List<String> topics = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            topics.add(application + "-" + laneName(name, placement.rule(), lane) + SUFFIX);
        }
        return topics;
    }

    /** Returns the index in {@link #laneTopics} of the internal topic for a partition of the input topic. */
    public int laneOf(int partition) {
        return partition % lanes;
    }

    /** Returns the name of the source node that reads the input topic. */
    String source() {
        return name;
    }

    /**
     * Adds the repartition to a stream of the input topic.
     *
     * @param writer writes mapped records for the internal topics
     */
    KStream<byte[], TopologyInput> apply(
            KStream<byte[], TopologyInput> stream, Serde<TopologyInput> serde, MappedWriter writer) {
        BranchedKStream<byte[], TopologyInput> split = stream.process(
                        () -> new AttachPosition(writer), Named.as(name + "-moved"))
                .split(Named.as(name + "-lane-"));
        for (int i = 0; i < lanes; i++) {
            int lane = i;
            split = split.branch(
                    (key, input) -> laneOf(((RepartitionedInput) input).origin().partition()) == lane,
                    Branched.as(Integer.toString(lane)));
        }
        Map<String, KStream<byte[], TopologyInput>> branches = split.noDefaultBranch();
        KStream<byte[], TopologyInput> all = null;
        for (int lane = 0; lane < lanes; lane++) {
            KStream<byte[], TopologyInput> back = branches.get(name + "-lane-" + lane)
                    .repartition(Repartitioned.<byte[], TopologyInput>as(laneName(name, placement.rule(), lane))
                            .withNumberOfPartitions(placement.partitions())
                            .withKeySerde(Serdes.ByteArray())
                            .withValueSerde(serde)
                            .withStreamPartitioner((topicName, key, value, partitions) -> Optional.of(Set.of(
                                    key.length == 0 ? 0 : placement.rule().partition(key, partitions)))));
            all = all == null ? back : all.merge(back, Named.as(name + "-with-" + lane));
        }
        return all;
    }

    /**
     * Maximum size of a record that is repartitioned, in bytes: a little more than input topics accept by default.
     * Without this limit, a decompressed record could be larger than any topic accepts.
     */
    private static final int MAX_BYTES = 1_100_000;

    /** Number of bytes of a larger record that are kept for its dead letter. */
    private static final int KEPT_BYTES = 100_000;

    /**
     * Attaches to each record its position on the input topic. Records of source topics are replaced by what they are
     * mapped to; those that the mapping leaves out end here.
     */
    private static final class AttachPosition implements Processor<byte[], TopologyInput, byte[], TopologyInput> {

        private static final Headers NO_HEADERS = new RecordHeaders();

        private final MappedWriter writer;
        private ProcessorContext<byte[], TopologyInput> context;

        AttachPosition(MappedWriter writer) {
            this.writer = writer;
        }

        @Override
        public void init(ProcessorContext<byte[], TopologyInput> processorContext) {
            context = processorContext;
        }

        @Override
        public void process(Record<byte[], TopologyInput> record) {
            if (record.value() instanceof SourceInput source) {
                source.read(record.key()).ifPresent(read -> forwardMapped(record, read));
            } else {
                forward(record, (DecodedInput) record.value());
            }
        }

        /** Forwards a mapped record under its buyer, without headers of the source; a rejected one as received. */
        private void forwardMapped(Record<byte[], TopologyInput> record, KeyedInput read) {
            if (read.input().rejection().isPresent()) {
                forward(record, read.input());
            } else {
                forward(
                        record.withKey(read.key()).withHeaders(NO_HEADERS),
                        read.input().written(writer));
            }
        }

        private void forward(Record<byte[], TopologyInput> record, DecodedInput input) {
            RecordMetadata place = context.recordMetadata().orElseThrow();
            int size = DeadLetterFormat.size(record.key(), input.bytes(), record.headers());
            if (size > MAX_BYTES) {
                forwardCut(record, input, size);
                return;
            }
            RepartitionedInput repartitioned = new RepartitionedInput(
                    input,
                    input.rejection().map(DeadLetterFormat::brief).orElse(null),
                    record.key() != null,
                    new TopicPartition(place.topic(), place.partition()),
                    place.offset());
            context.forward(new Record<>(
                    RepartitionedInput.keyOf(record.key()),
                    repartitioned,
                    record.timestamp(),
                    repartitioned.headers(record.headers())));
        }

        /** Rejects a record that is too large to be repartitioned; its truncated content goes to dead letters. */
        private void forwardCut(Record<byte[], TopologyInput> record, DecodedInput input, int size) {
            RecordMetadata place = context.recordMetadata().orElseThrow();
            Headers cut = DeadLetterFormat.truncated(input.bytes());
            String tooLarge = size + " bytes are too many to pass through an internal topic; have orders and contacts "
                    + "placed by one partitioner";
            RepartitionedInput repartitioned = new RepartitionedInput(
                    new DecodedInput(null, null, DeadLetterFormat.cut(input.bytes(), KEPT_BYTES)),
                    record.value() instanceof SourceInput
                            ? DeadLetterFormat.brief(input.rejection().orElse(tooLarge))
                            : tooLarge,
                    record.key() != null,
                    new TopicPartition(place.topic(), place.partition()),
                    place.offset());
            byte[] key = DeadLetterFormat.cut(RepartitionedInput.keyOf(record.key()), DeadLetterFormat.MAX_KEY_BYTES);
            context.forward(new Record<>(key, repartitioned, record.timestamp(), repartitioned.headers(cut)));
        }
    }
}

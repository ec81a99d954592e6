package io.leaktrace.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
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
    private static final String SUFFIX = "-repartition";
    private static final Pattern NAME =
            Pattern.compile("(" + ORDERS + "|" + CONTACTS + ")-by-([a-z0-9]+)-[0-9]+" + SUFFIX);

    private final String name;
    private final String topic;
    private final int lanes;
    private final InputPlacement placement;

    private InputRepartition(String name, String topic, int topicPartitions, InputPlacement placement) {
        this.name = name;
        this.topic = topic;
        this.lanes = Math.min(topicPartitions, MAX_LANES);
        this.placement = placement;
    }

    /** Returns the repartitions that a placement needs, in a fixed order; none if all writers follow the same rule. */
    public static List<InputRepartition> of(InputPlacement placement, Topics topics) {
        List<InputRepartition> needed = new ArrayList<>();
        if (placement.movesOrders()) {
            needed.add(new InputRepartition(ORDERS, topics.orderEvents(), placement.partitions(), placement));
        }
        if (placement.movesContacts()) {
            needed.add(new InputRepartition(CONTACTS, topics.scamContacts(), placement.contactPartitions(), placement));
        }
        return needed;
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

    /** Returns the name prefixes of all internal topics through which an application may repartition its input. */
    public static List<String> lanePrefixes(String application) {
        return List.of(application + "-" + ORDERS + "-by-", application + "-" + CONTACTS + "-by-");
    }

    private static String laneName(String name, KeyPlacement rule, int lane) {
        return name + "-by-" + rule.label() + "-" + lane;
    }

    /** Returns the name of the input topic. */
    public String topic() {
        return topic;
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

    /** Adds the repartition to a stream of the input topic. */
    KStream<byte[], TopologyInput> apply(KStream<byte[], TopologyInput> stream, Serde<TopologyInput> serde) {
        BranchedKStream<byte[], TopologyInput> split =
                stream.process(AttachPosition::new, Named.as(name + "-moved")).split(Named.as(name + "-lane-"));
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

    /** Attaches to each record its position on the input topic. */
    private static final class AttachPosition implements Processor<byte[], TopologyInput, byte[], TopologyInput> {

        private ProcessorContext<byte[], TopologyInput> context;

        @Override
        public void init(ProcessorContext<byte[], TopologyInput> processorContext) {
            context = processorContext;
        }

        @Override
        public void process(Record<byte[], TopologyInput> record) {
            RecordMetadata place = context.recordMetadata().orElseThrow();
            DecodedInput input = (DecodedInput) record.value();
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
            RepartitionedInput repartitioned = new RepartitionedInput(
                    new DecodedInput(null, null, DeadLetterFormat.cut(input.bytes(), KEPT_BYTES)),
                    size
                            + " bytes are too many to pass through an internal topic; have orders and contacts placed by one "
                            + "partitioner",
                    record.key() != null,
                    new TopicPartition(place.topic(), place.partition()),
                    place.offset());
            byte[] key = DeadLetterFormat.cut(RepartitionedInput.keyOf(record.key()), DeadLetterFormat.MAX_KEY_BYTES);
            context.forward(new Record<>(key, repartitioned, record.timestamp(), repartitioned.headers(cut)));
        }
    }
}

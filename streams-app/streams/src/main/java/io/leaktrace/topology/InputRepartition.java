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
 * Brings the records of an input topic to the tasks of their buyers, through internal topics.
 *
 * <p>There is one internal topic, a lane, for each partition of the input topic, up to {@link #MOST_LANES}. A lane
 * keeps the order of its partition, and a correlate task reads its lanes and its other topics in the order of event time.
 * With a single internal topic, a backlog would arrive one partition after the other, most of it late.
 *
 * <p>The names of the internal topics hold the rule: state that was made under another rule belongs to other buyers, and
 * {@code run} finds topics of another name at its start.
 */
public final class InputRepartition {

    /** Beyond that number, several partitions share a lane. */
    static final int MOST_LANES = 16;

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
        this.lanes = Math.min(topicPartitions, MOST_LANES);
        this.placement = placement;
    }

    /** The repartitions that a placement needs, in a fixed order; none where all writers follow the same rule. */
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

    /** The rule by which an application repartitions order events, by the names of its internal topics. */
    public static Optional<KeyPlacement> ruleOfOrders(String application, Set<String> existingTopics) {
        return rule(ORDERS, application, existingTopics);
    }

    /** The rule by which an application repartitions scam contacts, by the names of its internal topics. */
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

    /** Whether a topic, named without the application's prefix, carries repartitioned order events. */
    public static boolean carriesOrders(String internalTopic) {
        Matcher matcher = NAME.matcher(internalTopic);
        return matcher.matches() && matcher.group(1).equals(ORDERS);
    }

    /** What the names of all internal topics that an application may repartition its input through begin with. */
    public static List<String> lanePrefixes(String application) {
        return List.of(application + "-" + ORDERS + "-by-", application + "-" + CONTACTS + "-by-");
    }

    private static String laneName(String name, KeyPlacement rule, int lane) {
        return name + "-by-" + rule.label() + "-" + lane;
    }

    /** The input topic. */
    public String topic() {
        return topic;
    }

    /** The internal topics. */
    public List<String> laneTopics(String application) {
        List<String> topics = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            topics.add(application + "-" + laneName(name, placement.rule(), lane) + SUFFIX);
        }
        return topics;
    }

    /** The index in {@link #laneTopics} of the internal topic that takes the records of a partition of the input topic. */
    public int laneOf(int partition) {
        return partition % lanes;
    }

    /** The name of the source node that reads the input topic. */
    String source() {
        return name;
    }

    /** Adds the repartition to a stream of the input topic. */
    KStream<byte[], Arrived> apply(KStream<byte[], Arrived> came, Serde<Arrived> serde) {
        BranchedKStream<byte[], Arrived> split =
                came.process(MoveProcessor::new, Named.as(name + "-moved")).split(Named.as(name + "-lane-"));
        for (int i = 0; i < lanes; i++) {
            int lane = i;
            split = split.branch(
                    (key, moved) -> laneOf(((Moved) moved).origin().partition()) == lane,
                    Branched.as(Integer.toString(lane)));
        }
        Map<String, KStream<byte[], Arrived>> branches = split.noDefaultBranch();
        KStream<byte[], Arrived> all = null;
        for (int lane = 0; lane < lanes; lane++) {
            KStream<byte[], Arrived> back = branches.get(name + "-lane-" + lane)
                    .repartition(Repartitioned.<byte[], Arrived>as(laneName(name, placement.rule(), lane))
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
     * Bytes of a record that pass through an internal topic: somewhat more than input topics take by default. Without
     * this limit, a record that came compressed could be larger than any topic takes.
     */
    private static final int MOST_BYTES = 1_100_000;

    /** Of a larger record, this many are kept for its dead letter. */
    private static final int KEPT_BYTES = 100_000;

    /** Notes the place that a record has on its input topic. */
    private static final class MoveProcessor implements Processor<byte[], Arrived, byte[], Arrived> {

        private ProcessorContext<byte[], Arrived> context;

        @Override
        public void init(ProcessorContext<byte[], Arrived> processorContext) {
            context = processorContext;
        }

        @Override
        public void process(Record<byte[], Arrived> record) {
            RecordMetadata place = context.recordMetadata().orElseThrow();
            Input input = (Input) record.value();
            int size = DeadLetters.size(record.key(), input.bytes(), record.headers());
            if (size > MOST_BYTES) {
                forwardCut(record, input, size);
                return;
            }
            Moved moved = new Moved(
                    input,
                    input.refusal().map(DeadLetters::brief).orElse(null),
                    record.key() != null,
                    new TopicPartition(place.topic(), place.partition()),
                    place.offset());
            context.forward(new Record<>(
                    Moved.keyOf(record.key()), moved, record.timestamp(), moved.headers(record.headers())));
        }

        /** A record that is too large to pass through is rejected, and what is kept of it goes to dead letters. */
        private void forwardCut(Record<byte[], Arrived> record, Input input, int size) {
            RecordMetadata place = context.recordMetadata().orElseThrow();
            Headers cut = DeadLetters.truncated(input.bytes());
            Moved moved = new Moved(
                    new Input(null, null, DeadLetters.cut(input.bytes(), KEPT_BYTES)),
                    size
                            + " bytes are too many to pass through an internal topic; have orders and contacts placed by one "
                            + "partitioner",
                    record.key() != null,
                    new TopicPartition(place.topic(), place.partition()),
                    place.offset());
            byte[] key = DeadLetters.cut(Moved.keyOf(record.key()), DeadLetters.LONGEST_KEY);
            context.forward(new Record<>(key, moved, record.timestamp(), moved.headers(cut)));
        }
    }
}

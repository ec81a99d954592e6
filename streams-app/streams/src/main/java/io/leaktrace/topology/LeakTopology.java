package io.leaktrace.topology;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.sources.Sources;
import io.leaktrace.topology.CorrelateOutput.Emitted;
import io.leaktrace.topology.CorrelateOutput.Rejected;
import io.leaktrace.wire.InternalRecords;
import io.leaktrace.wire.WireFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Builds the Kafka Streams topology of the pipeline, as in the diagram of the README:
 *
 * <pre>
 * order-events ─┐
 * scam-contacts ┼─► correlate ─► correlations ─► localize ─► leak-suspects, leak-alerts, leak-epochs, leak-evidence
 * leak-verdicts ┘       └─► dead-letters
 * </pre>
 *
 * <p>Source topics, which other systems write in their own form, are mapped and pass through internal topics.
 */
public final class LeakTopology {

    private final Topics topics;
    private final Sources sources;
    private final String market;
    private final InputPlacement placement;
    private final ModelSettings model;
    private final CorrelateSettings correlate;
    private final Duration ahead;
    private final Duration idleAfter;
    private final int deadLetterBytes;
    private final boolean closeAtEnd;
    private final boolean storesOnDisk;
    private final int findingDays;
    private final WireFormat wire;
    private final InputEnd inputEnd;
    private final PlacementListener placementListener;
    private final Clock clock;

    /**
     * @param sources topics that other systems write in their own form
     * @param placement of the input topics' keys, and number of correlate tasks
     * @param ahead maximum by which an event's time may be ahead of its record's
     * @param idleAfter the other tasks do not wait for one that has had nothing to read for this time
     * @param deadLetterBytes maximum size of a dead letter in bytes
     * @param closeAtEnd whether the last epoch is closed once the input has been read to its end, as in a replay
     * @param storesOnDisk whether state is kept in RocksDB rather than in memory
     * @param findingDays retention in days of the findings that the API serves; 0 stores none
     */
    public LeakTopology(
            Topics topics,
            Sources sources,
            String market,
            InputPlacement placement,
            ModelSettings model,
            CorrelateSettings correlate,
            Duration ahead,
            Duration idleAfter,
            int deadLetterBytes,
            boolean closeAtEnd,
            boolean storesOnDisk,
            int findingDays,
            WireFormat wire,
            InputEnd inputEnd,
            PlacementListener placementListener,
            Clock clock) {
        this.topics = topics;
        this.sources = sources;
        this.market = market;
        this.placement = placement;
        this.model = model;
        this.correlate = correlate;
        this.ahead = ahead;
        this.idleAfter = idleAfter;
        this.deadLetterBytes = deadLetterBytes;
        this.closeAtEnd = closeAtEnd;
        this.storesOnDisk = storesOnDisk;
        this.findingDays = findingDays;
        this.wire = wire;
        this.inputEnd = inputEnd;
        this.placementListener = placementListener;
        this.clock = clock;
    }

    /** Adds the pipeline to a builder and returns the topology. */
    public Topology build(StreamsBuilder builder) {
        localize(builder, correlate(builder));
        return builder.build();
    }

    /**
     * Adds the first stage only, which writes its correlations to {@code topic}; used to measure the cost of each
     * stage.
     */
    public Topology buildCorrelate(StreamsBuilder builder, String topic) {
        byMarket(correlate(builder))
                .to(
                        topic,
                        Produced.<String, Correlation>as("correlations")
                                .withKeySerde(Serdes.String())
                                .withValueSerde(correlations()));
        return builder.build();
    }

    private KStream<byte[], CorrelateOutput> correlate(StreamsBuilder builder) {
        builder.addStateStore(BuyerStore.builder(
                Stores.keyValueStoreBuilder(storeSupplier(BuyerStore.NAME), Serdes.Bytes(), Serdes.ByteArray())));
        Map<String, KStream<byte[], CorrelateOutput>> correlated = input(builder)
                .process(
                        () -> new CorrelateProcessor(
                                correlate,
                                topics,
                                sources,
                                ahead,
                                idleAfter,
                                deadLetterBytes,
                                inputEnd,
                                placement,
                                placementListener,
                                clock),
                        Named.as("correlate"),
                        BuyerStore.NAME)
                .split(Named.as("correlated-"))
                .branch((key, value) -> value instanceof Rejected, Branched.as("refused"))
                .branch((key, value) -> value instanceof Emitted, Branched.as("told"))
                .noDefaultBranch();
        toDeadLetters(correlated.get("correlated-refused"));
        return correlated.get("correlated-told");
    }

    /**
     * Reads all topics that are not repartitioned by one source node: each additional node adds a tenth to the cost of
     * an order event.
     */
    private KStream<byte[], TopologyInput> input(StreamsBuilder builder) {
        List<InputRepartition> repartitions = InputRepartition.of(placement, topics, sources);
        List<String> direct =
                new ArrayList<>(List.of(topics.orderEvents(), topics.scamContacts(), topics.leakVerdicts()));
        repartitions.forEach(repartition -> direct.remove(repartition.topic()));
        MappedWriter writer = new MappedWriter(wire, topics);
        KStream<byte[], TopologyInput> input = source(builder, "input", direct, ownInput());
        for (InputRepartition repartition : repartitions) {
            Serde<TopologyInput> serde = RepartitionedInput.serde(
                    repartition.topic(), repartition.form(), DecodedInput.deserializer(wire.records(), topics));
            Deserializer<TopologyInput> values = sources.topic(repartition.topic())
                    .map(SourceInput::deserializer)
                    .orElseGet(this::ownInput);
            KStream<byte[], TopologyInput> stream =
                    source(builder, repartition.source(), List.of(repartition.topic()), values);
            input = input.merge(repartition.apply(stream, serde, writer), Named.as("with-" + repartition.source()));
        }
        return input;
    }

    private Deserializer<TopologyInput> ownInput() {
        return TopologyInput.deserializer(DecodedInput.deserializer(wire.records(), topics));
    }

    private KStream<byte[], TopologyInput> source(
            StreamsBuilder builder, String name, List<String> names, Deserializer<TopologyInput> values) {
        return builder.stream(
                names,
                Consumed.<byte[], TopologyInput>as(name)
                        .withKeySerde(Serdes.ByteArray())
                        .withValueSerde(Serdes.serdeFrom(unused(), values))
                        .withTimestampExtractor(new EventTimeExtractor(ahead, clock)));
    }

    private void toDeadLetters(KStream<byte[], CorrelateOutput> rejected) {
        rejected.mapValues(value -> ((Rejected) value).value(), Named.as("as-it-came"))
                .to(
                        topics.deadLetters(),
                        Produced.<byte[], byte[]>as("dead-letters")
                                .withKeySerde(Serdes.ByteArray())
                                .withValueSerde(Serdes.ByteArray()));
    }

    private KStream<String, Correlation> byMarket(KStream<byte[], CorrelateOutput> correlations) {
        return correlations.map(
                (key, value) -> KeyValue.pair(market, ((Emitted) value).correlation()), Named.as("by-market"));
    }

    private static Serde<Correlation> correlations() {
        return Serdes.serdeFrom(
                (topic, correlation) -> InternalRecords.write(correlation),
                (topic, bytes) -> InternalRecords.readCorrelation(bytes));
    }

    private void localize(StreamsBuilder builder, KStream<byte[], CorrelateOutput> correlations) {
        for (String store :
                new String[] {MarketStateStore.CONTACTS, MarketStateStore.CUSTODIANS, MarketStateStore.MARKET}) {
            builder.addStateStore(store(store, Serdes.String()));
        }
        // Always on disk: other threads iterate over it during writes, which in-memory stores do not support.
        builder.addStateStore(Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(Findings.STORE), Serdes.String(), Serdes.ByteArray()));
        builder.addStateStore(store(MarketStateStore.EXPOSURES, Serdes.Long()));
        KStream<String, Finding> findings = byMarket(correlations)
                .repartition(Repartitioned.<String, Correlation>as("correlations")
                        .withNumberOfPartitions(1)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(correlations()))
                .process(
                        () -> new LocalizeProcessor(this::newBook, findingDays),
                        Named.as("localize"),
                        Stream.concat(MarketStateStore.NAMES.stream(), Stream.of(Findings.STORE))
                                .sorted()
                                .toArray(String[]::new));

        findings.split(Named.as("found-"))
                .branch((key, value) -> value instanceof Suspect, to(topics.leakSuspects(), "leak-suspects"))
                .branch((key, value) -> value instanceof Alert, to(topics.leakAlerts(), "leak-alerts"))
                .branch((key, value) -> value instanceof Epoch, to(topics.leakEpochs(), "leak-epochs"))
                .branch((key, value) -> value instanceof Evidence, to(topics.leakEvidence(), "leak-evidence"))
                .branch(
                        (key, value) -> value instanceof Explanation,
                        to(topics.leakExplanations(), "leak-explanations"));
    }

    private MarketBook newBook() {
        // All cores, so that alerts come soon: an epoch takes a second for a hundred thousand contacts.
        Localizer localizer = new Localizer(model, market, Runtime.getRuntime().availableProcessors());
        return new MarketBook(model, localizer, placement.partitions(), closeAtEnd);
    }

    private Branched<String, Finding> to(String topic, String name) {
        Produced<String, Finding> produced = Produced.<String, Finding>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.serdeFrom(wire.findings(), unusedDeserializer()));
        return Branched.withConsumer(findings -> findings.to(topic, produced), name);
    }

    private <K> StoreBuilder<KeyValueStore<K, byte[]>> store(String name, Serde<K> keys) {
        return Stores.keyValueStoreBuilder(storeSupplier(name), keys, Serdes.ByteArray());
    }

    private KeyValueBytesStoreSupplier storeSupplier(String name) {
        return storesOnDisk ? Stores.persistentKeyValueStore(name) : Stores.inMemoryKeyValueStore(name);
    }

    private static <T> Serializer<T> unused() {
        return (topic, value) -> {
            throw new UnsupportedOperationException("input is only read");
        };
    }

    private static <T> Deserializer<T> unusedDeserializer() {
        return (topic, bytes) -> {
            throw new UnsupportedOperationException("findings are only written");
        };
    }
}

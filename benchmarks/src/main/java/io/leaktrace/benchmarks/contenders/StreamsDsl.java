package io.leaktrace.benchmarks.contenders;

import io.leaktrace.avro.Custodian;
import io.leaktrace.avro.OrderEvent;
import io.leaktrace.avro.ScamContact;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.CommittedOffsets;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.wire.WireDeserializer;
import io.leaktrace.wire.WireSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;

/** The job in the DSL of Kafka Streams as its documentation shows it: a windowed join, and counts by custodian. */
final class StreamsDsl implements Contender {

    /** Contacts come in the order of their reports; of those later than this the join would say nothing. */
    private static final Duration GRACE = Duration.ofDays(1);

    private static final Duration CHECK = Duration.ofMillis(500);

    /** A contact and the order it followed. */
    private record Followed(List<Custodian> custodians) {}

    private final Settings settings;
    private final Market market;
    private final String application;
    private final String exposures;
    private final String followed;
    private final Path state;

    StreamsDsl(ContenderRun run) throws ExecutionException, InterruptedException {
        settings = run.settings(Map.of());
        market = run.market();
        application = run.id();
        exposures = application + "-exposures";
        followed = application + "-followed";
        state = run.work().resolve("state");
        CountsTopic.create(settings, exposures, followed);
    }

    @Override
    public void run() throws InterruptedException, ExecutionException {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // Leaktrace's; the default of 100 ms would be to the DSL's disadvantage.
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.duration(Setting.COMMIT_INTERVAL).toMillis());
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.putAll(settings.kafka());
        Properties properties = new Properties();
        properties.putAll(config);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (KafkaStreams streams = new KafkaStreams(topology(), properties);
                Admin admin = Admin.create(settings.kafka())) {
            streams.setUncaughtExceptionHandler(problem -> {
                failure.compareAndSet(null, problem);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            while (!isThrough(admin)) {
                if (failure.get() != null) {
                    throw new IllegalStateException("the DSL's application failed", failure.get());
                }
                Thread.sleep(CHECK.toMillis());
            }
        }
    }

    private Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        Serde<OrderEvent> orderSerde = serde(OrderEvent.class);
        Serde<ScamContact> contactSerde = serde(ScamContact.class);
        KStream<String, OrderEvent> orders = builder.stream(
                settings.topics().orderEvents(),
                Consumed.with(Serdes.String(), orderSerde)
                        .withTimestampExtractor((record, time) ->
                                ((OrderEvent) record.value()).getOccurredAt().toEpochMilli()));
        KStream<String, ScamContact> contacts = builder.stream(
                settings.topics().scamContacts(),
                Consumed.with(Serdes.String(), contactSerde)
                        .withTimestampExtractor((record, time) ->
                                ((ScamContact) record.value()).getContactedAt().toEpochMilli()));

        count(orders.flatMap((buyer, order) -> byCustodian(order.getCustodians())), "exposures", exposures);

        // The window has both ends in it; a contact in the very moment of the order does not follow it.
        JoinWindows window = JoinWindows.ofTimeDifferenceAndGrace(Duration.ofMillis(Market.WINDOW), GRACE)
                .after(Duration.ZERO);
        KStream<String, Followed> pairs = contacts.join(
                orders,
                (contact, order) -> new Followed(
                        order.getOccurredAt().isBefore(contact.getContactedAt()) ? order.getCustodians() : List.of()),
                window,
                StreamJoined.with(Serdes.String(), contactSerde, orderSerde).withName("contacts-orders"));
        count(pairs.flatMap((buyer, pair) -> byCustodian(pair.custodians())), "followed", followed);
        return builder.build();
    }

    private static List<org.apache.kafka.streams.KeyValue<String, String>> byCustodian(List<Custodian> custodians) {
        return custodians.stream()
                .map(custodian ->
                        org.apache.kafka.streams.KeyValue.pair(custodian.getRole() + ":" + custodian.getId(), ""))
                .toList();
    }

    private static void count(KStream<String, String> custodians, String name, String topic) {
        custodians
                .groupByKey(Grouped.with(name, Serdes.String(), Serdes.String()))
                .count(Materialized.as(name))
                .toStream()
                .to(topic, Produced.with(Serdes.String(), Serdes.Long()));
    }

    private <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        Map<String, String> config = Map.of("schema.registry.url", settings.get(Setting.SCHEMA_REGISTRY_URL));
        WireSerializer serializer = new WireSerializer();
        serializer.configure(config, false);
        WireDeserializer wire = new WireDeserializer();
        wire.configure(config, false);
        Deserializer<T> deserializer = (topic, bytes) -> type.cast(wire.deserialize(topic, bytes));
        return Serdes.serdeFrom(serializer::serialize, deserializer);
    }

    /** Whether all input, and all that was sent on between its steps, has been processed and committed. */
    private boolean isThrough(Admin admin) throws InterruptedException, ExecutionException {
        List<String> topics = new ArrayList<>(admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(application + "-") && name.endsWith("-repartition"))
                .toList());
        if (topics.size() < 2) {
            return false;
        }
        topics.add(settings.topics().orderEvents());
        topics.add(settings.topics().scamContacts());
        return CommittedOffsets.reach(admin, application, CommittedOffsets.ends(admin, topics));
    }

    @Override
    public String result() {
        return CountsTopic.read(settings, exposures, followed).checksum();
    }

    /** RocksDB's folders, those of the counts included, which are small. */
    @Override
    public double stateBytesPerTouch() throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return (double) bytes / market.touchesWithin(Market.WINDOW + GRACE.toMillis());
        }
    }
}

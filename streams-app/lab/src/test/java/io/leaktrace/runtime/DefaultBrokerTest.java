package io.leaktrace.runtime;

import static io.leaktrace.testing.Given.aContact;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runtime.TopicAdmin.Finding;
import io.leaktrace.runtime.TopicAdmin.InternalFinding;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.testing.Listeners;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics and state on a broker with Kafka's own retention and time limits, as other people's clusters have them. */
class DefaultBrokerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ABORTED = 40;

    @TempDir
    private static Path folder;

    private static EmbeddedPlatform platform;
    private static Admin kafka;
    /** Of an application that has run over a history of 2014, exactly as the defaults make it. */
    private static Settings ran;

    private static long contacts;

    @BeforeAll
    static void runOverAnOldHistory() throws Exception {
        platform = EmbeddedPlatform.startFresh(
                folder.resolve("platform"),
                Map.of(
                        "log.retention.ms", Long.toString(7 * EventTime.DAY),
                        "log.initial.task.delay.ms", "100",
                        "log.retention.check.interval.ms", "500"));
        ran = settings("ran", Map.of("processing.guarantee", "at_least_once", "topic.partitions", "2"));
        kafka = Admin.create(ran.kafka());
        create(ran);
        sendAborted(ran);
        send(ran.topics().orderEvents(), 0, 1);
        MarketOverrides small = new MarketOverrides(60, 26, 500, 20, 10, null, null, null);
        SimulatedFiles.write(Scenario.LEAKING_SELLER.market(3, small, CallHabits.assumed()), folder);
        InputFiles input = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                ran.timeLimit(Instant.now()));
        new EmbeddedRun(ran, input, folder.resolve("work"), Listeners.NO_BAD_LINES).runOn(ran, pipeline -> {});
        contacts = Files.readAllLines(folder.resolve(SimulatedFiles.CONTACTS)).size();
    }

    @AfterAll
    static void stop() {
        kafka.close();
        platform.close();
    }

    private static Settings settings(String name, Map<String, String> others) {
        Map<String, String> settings = new TreeMap<>(platform.settings());
        settings.put("topic.prefix", name + ".");
        settings.put("application.id", name);
        settings.put("state.dir", folder.resolve(name).toString());
        settings.put("commit.interval", "100ms");
        settings.put("http.port", "0");
        settings.putAll(others);
        return Settings.of(settings);
    }

    private static List<Finding> create(Settings settings) {
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            return admin.createMissing(Map.of());
        }
    }

    private static void claim(Settings settings, boolean abandon) {
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            int partitions = admin.inputPartitions();
            admin.claimState(topology(settings, partitions), partitions, abandon);
        }
    }

    private static String refusal(Settings settings) {
        return assertThrows(StartException.class, () -> claim(settings, false)).getMessage();
    }

    private static Topology topology(Settings settings, int partitions) {
        return Pipeline.topology(settings, InputPlacement.standard(partitions));
    }

    private static List<InternalFinding> internalTopics(Settings settings) {
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            return admin.internalTopics(topology(settings, 1));
        }
    }

    private static void make(String name, int partitions, Map<String, String> config) throws Exception {
        kafka.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)))
                .all()
                .get();
        await(() -> earliest(new TopicPartition(name, partitions - 1)) == 0);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                // A topic that was just created is not known everywhere yet.
                .ignoreExceptionsInstanceOf(ExecutionException.class)
                .until(condition);
    }

    private static long earliest(TopicPartition partition) throws Exception {
        return kafka.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    /** Sends records that are no Avro. */
    private static void send(String topic, int partition, int count) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(ran.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, partition, new byte[] {1}, new byte[] {1, 2, 3}))
                        .get();
            }
        }
    }

    private static void sendAborted(Settings settings) {
        Map<String, Object> config = new HashMap<>(settings.kafka());
        config.put("transactional.id", "upstream");
        String topic = settings.topics().scamContacts();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < ABORTED; i++) {
                ScamContact contact = aContact("aborted-" + i).with("li").at(Instant.parse("2014-07-01T00:00:00Z"));
                producer.send(new ProducerRecord<>(
                        topic,
                        "li".getBytes(StandardCharsets.UTF_8),
                        settings.wire().scamContacts().serialize(topic, contact)));
            }
            producer.flush();
            producer.abortTransaction();
        }
    }

    @Test
    void whatIsFoundInAnOldHistoryOutlivesTheBrokersRetention() throws Exception {
        // Two rounds of the broker's own check: it does not begin with the same topic each time.
        for (String canary : List.of("canary-1", "canary-2")) {
            make(canary, 1, Map.of());
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(ran.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
                long old = Clock.systemUTC().millis() - 30 * EventTime.DAY;
                producer.send(new ProducerRecord<>(canary, 0, old, null, new byte[] {1}))
                        .get();
            }
            await(() -> earliest(new TopicPartition(canary, 0)) == 1);
        }
        for (Topics.Topic topic : ran.topics().all()) {
            assertEquals(0, earliest(new TopicPartition(topic.name(), 0)), topic.name());
        }
        try (TopicReader reader = new TopicReader(ran, ran.topics().deadLetters())) {
            List<Long> times = new ArrayList<>();
            reader.readRecordsToEnd(record -> times.add(record.timestamp()));
            assertEquals(1, times.size());
            assertTrue(Clock.systemUTC().millis() - times.get(0) < EventTime.HOUR, "written at " + times);
        }
    }

    @Test
    void recordsOfAbortedTransactionsCountForNothingWhenRecordsMayComeTwice() {
        long[] counted = {0};
        try (TopicReader reader = new TopicReader(ran, ran.topics().leakEpochs())) {
            reader.readToEnd(epoch -> counted[0] += ((Epoch) epoch).counts().scamContacts());
        }
        assertEquals(contacts, counted[0]);
    }

    @Test
    void theApplicationsOwnTopicsKeepWhatTheyHold() {
        Set<String> names = new TreeSet<>();
        for (InternalFinding finding : internalTopics(ran)) {
            names.add(finding.name());
            assertEquals(List.of(), finding.warnings(), finding.name());
        }
        assertTrue(
                names.containsAll(
                        Set.of("ran-buyer-log-3-changelog", "ran-market-changelog", "ran-correlations-repartition")),
                names.toString());
    }

    @Test
    void stateIsNotGoneOnWithUnderOtherSettings() {
        claim(ran, false);
        String refusal = refusal(ran.with(Map.of("epoch", "1h", "level.count", "12")));
        assertTrue(refusal.contains("epoch was 6h and is 1h"), refusal);
        assertTrue(refusal.contains("level.count was 10 and is 12"), refusal);
        assertTrue(refusal.contains("application.id") && refusal.contains("docs/operations.md"), refusal);
        assertThrows(StartException.class, () -> claim(ran.with(Map.of("epoch", "1h")), true));

        claim(ran.with(Map.of("window", "336h", "half.life.control", "10", "threads", "2")), false);
        claim(ran, false);
    }

    @Test
    void settingsMayChangeWhileThereIsNoState() {
        Settings fresh = settings("fresh", Map.of("topic.prefix", "ran."));
        claim(fresh, false);
        Settings other = fresh.with(Map.of("epoch", "1h"));
        claim(other, false);
        // The one that was replaced before it had any state finds out.
        confirm(other);
        String refusal =
                assertThrows(StartException.class, () -> confirm(fresh)).getMessage();
        assertTrue(refusal.contains("epoch was 1h and is 6h"), refusal);
    }

    private static void confirm(Settings settings) {
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            int partitions = admin.inputPartitions();
            admin.confirmState(topology(settings, partitions), partitions);
        }
    }

    @Test
    void recordsOfOthersBesideTheNoteDoNoHarm() throws Exception {
        Settings noted = settings("noted", Map.of("topic.prefix", "ran."));
        claim(noted, false);
        String topic = "noted-state-settings";
        Map<String, Object> config = new HashMap<>(noted.kafka());
        config.put("transactional.id", "stranger");
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(noted.kafka(), new ByteArraySerializer(), new ByteArraySerializer());
                KafkaProducer<byte[], byte[]> stranger =
                        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1, 2, 3}))
                    .get();
            claim(noted, false);
            stranger.initTransactions();
            stranger.beginTransaction();
            stranger.send(new ProducerRecord<>(topic, new byte[] {2}, new byte[] {1, 2, 3}))
                    .get();
            String refusal = refusal(noted.with(Map.of("threads", "2", "epoch", "1h")));
            assertTrue(refusal.contains("another program has a transaction open there"), refusal);
            stranger.abortTransaction();
        }
        claim(noted, false);
    }

    /** Of two instances that start at once with different settings, one goes on and the other is refused. */
    @Test
    void theFirstOfTwoNotesCounts() throws Exception {
        Settings raced = settings("raced", Map.of("topic.prefix", "ran."));
        claim(raced, false);
        StateSettingsTopic topic = new StateSettingsTopic(raced);
        StateSettingsTopic.Read both = topic.read();
        StateCompatibility one = both.last().orElseThrow();
        StateCompatibility other = StateCompatibility.of(
                raced.with(Map.of("epoch", "1h")), one.partitions(), one.topicIds(), one.internalTopics());
        assertEquals(one, topic.write(one, both));
        assertEquals(one, topic.write(other, both));
        assertEquals(one, topic.read().last().orElseThrow());
    }

    /** A store that this version does not have any more, of a version that is not older. */
    @Test
    void stateOfALaterVersionIsFoundByItsNote() throws Exception {
        Settings later = settings("later", Map.of("topic.prefix", "ran."));
        claim(later, false);
        StateSettingsTopic topic = new StateSettingsTopic(later);
        StateCompatibility note = topic.read().last().orElseThrow();
        topic.write(
                StateCompatibility.of(
                        later, note.partitions(), note.topicIds(), new TreeSet<>(Set.of("later-worlds-changelog"))),
                topic.read());
        make("later-worlds-changelog", 1, Map.of());
        assertTrue(refusal(later).contains("later-worlds-changelog"));
        claim(later, true);
    }

    @Test
    void anApplicationWhoseNameBeginsWithOursIsNotOurs() throws Exception {
        Settings first = settings("first", Map.of("topic.prefix", "ran."));
        make("first-2-buyer-log-changelog", 3, Map.of());
        make("first-2-other-repartition", 3, Map.of());
        claim(first, false);
        assertEquals(
                List.of("first-state-settings"),
                internalTopics(first).stream().map(InternalFinding::name).toList());
    }

    @Test
    void missingTopicsGetAsManyPartitionsAsTheOther() throws Exception {
        for (String there : List.of("order-events", "scam-contacts")) {
            Settings wide = settings("wide-" + there, Map.of());
            make(wide.topics().prefix() + there, 12, Map.of());
            List<Finding> findings = create(wide);
            TopicAdmin.requireSound(findings);
            for (Finding finding : findings) {
                assertEquals(finding.topic().keyedByBuyer() ? 12 : 1, finding.partitions());
            }
            assertEquals(
                    1,
                    findings.stream()
                            .filter(finding -> finding.note().contains("created with 12 partitions"))
                            .count());
        }
    }

    /** All of the largest records that a topic takes, 500 of each partition, would fill the heap at every start. */
    @Test
    void aSampleOfTheInputHoldsKeysOnly() {
        try (TopicSample sample = new TopicSample(ran)) {
            var records = sample.ends(ran.topics().orderEvents());
            assertTrue(records.size() > 100, "there are records to look at");
            records.forEach(record -> {
                assertTrue(record.key().length > 0);
                assertEquals(0, record.value().length);
            });
        }
    }

    @Test
    void deadLettersFitTheirTopic() throws Exception {
        Settings small = settings("small", Map.of());
        make(small.topics().deadLetters(), 1, Map.of("max.message.bytes", "20000"));
        try (TopicAdmin admin = new TopicAdmin(small)) {
            assertEquals(20_000 - 2_048, admin.deadLetterBytes());
        }
        try (TopicAdmin admin = new TopicAdmin(ran)) {
            assertEquals(900_000, admin.deadLetterBytes());
        }
    }

    @Test
    void nothingIsCreatedBesideTopicsThatDoNotFit() throws Exception {
        Settings split = settings("split", Map.of());
        make(split.topics().orderEvents(), 3, Map.of());
        make(split.topics().scamContacts(), 4, Map.of("cleanup.policy", "compact"));
        StartException refused = assertThrows(StartException.class, () -> TopicAdmin.requireSound(create(split)));
        assertTrue(refused.getMessage().contains("records of a buyer replace each other"), refused.getMessage());
        assertEquals(
                Set.of("split.order-events", "split.scam-contacts"),
                new TreeSet<>(kafka.listTopics().names().get().stream()
                        .filter(name -> name.startsWith("split."))
                        .toList()));
    }

    @Test
    void topicsWithKafkasDefaultsAreNamedAndTheCommandMendsThem() throws Exception {
        Settings usual = settings("usual", Map.of());
        for (Topics.Topic topic : usual.topics().all()) {
            make(topic.name(), topic.keyedByBuyer() ? 4 : 1, Map.of());
        }
        for (Finding finding : create(usual)) {
            String name = finding.topic().name();
            assertTrue(!finding.warnings().isEmpty(), name);
            String command = finding.warnings().get(finding.warnings().size() - 1);
            assertTrue(command.contains("--entity-name " + name + " --add-config "), command);
            List<AlterConfigOp> changes = Arrays.stream(
                            command.substring(command.lastIndexOf(' ') + 1).split(","))
                    .map(change -> change.split("=", 2))
                    .map(change -> new AlterConfigOp(new ConfigEntry(change[0], change[1]), AlterConfigOp.OpType.SET))
                    .toList();
            kafka.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), changes))
                    .all()
                    .get();
        }
        for (Finding finding : create(usual)) {
            assertEquals(List.of(), finding.warnings(), finding.topic().name());
        }
    }

    @Test
    void inputThatWouldBePassedOverIsNamed() throws Exception {
        Settings again = settings("again", Map.of("topic.partitions", "1"));
        create(again);
        TopicPartition contactsTopic = new TopicPartition(again.topics().scamContacts(), 0);
        kafka.alterConsumerGroupOffsets("again", Map.of(contactsTopic, new OffsetAndMetadata(2)))
                .all()
                .get();
        String cut = refusal(again);
        assertTrue(cut.contains("again.scam-contacts-0 was read up to offset 2 and ends at 0"), cut);

        send(contactsTopic.topic(), 0, 2);
        claim(again, false);
        kafka.deleteTopics(List.of(contactsTopic.topic())).all().get();
        await(() -> !kafka.listTopics().names().get().contains(contactsTopic.topic()));
        create(again);
        send(contactsTopic.topic(), 0, 5);
        // Brokers forget offsets together with their topic, but not in each version and at each moment.
        kafka.alterConsumerGroupOffsets("again", Map.of(contactsTopic, new OffsetAndMetadata(2)))
                .all()
                .get();
        String anew = refusal(again);
        assertTrue(anew.contains("again.scam-contacts was deleted and created anew"), anew);
        assertTrue(anew.contains("--abandon-state"), anew);
        claim(again, true);
        claim(again, false);
        assertEquals(0, committed("again", contactsTopic));

        kafka.deleteRecords(Map.of(contactsTopic, RecordsToDelete.beforeOffset(3)))
                .all()
                .get();
        String deleted = refusal(again);
        assertTrue(deleted.contains("again.scam-contacts-0 was read up to offset 0 and begins at 3"), deleted);
        claim(again, true);
    }

    private static long committed(String group, TopicPartition partition) throws Exception {
        return kafka.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition)
                .offset();
    }

    @Test
    void partitionsThatAreAddedWhileItRunsEndItAndAreNamed() throws Exception {
        Settings grown = settings("grown", Map.of("topic.partitions", "1", "kafka.metadata.max.age.ms", "500"));
        create(grown);
        try (Pipeline pipeline = new Pipeline(grown, 1, false)) {
            pipeline.start();
            send(grown.topics().orderEvents(), 0, 1);
            await(() -> kafka.listTopics().names().get().contains("grown-correlations-repartition"));
            await(() -> pipeline.streams().state() == org.apache.kafka.streams.KafkaStreams.State.RUNNING);
            kafka.createPartitions(Map.of(grown.topics().orderEvents(), NewPartitions.increaseTo(2)))
                    .all()
                    .get();
            StartException ended = assertThrows(StartException.class, () -> {
                long start = System.nanoTime();
                while (System.nanoTime() - start < PATIENCE.toNanos()) {
                    pipeline.awaitEnd(Duration.ofMillis(100));
                }
            });
            assertTrue(ended.getMessage().contains("partitions"), ended.getMessage());
        }
    }
}

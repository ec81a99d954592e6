package io.leaktrace.topology;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.hour;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.sources.Sources;
import io.leaktrace.testing.MemoryWire;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each step of the topology, in one task each, without a broker. */
class LeakTopologyTest {

    private static final Topics TOPICS = new Topics("");
    private static final int MAX_BYTES = 20_000;
    private static final Clock NOW = Clock.fixed(Instant.parse("2024-06-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path stateDir;

    private final WireFormat wire = MemoryWire.format();
    private final List<String> misplaced = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, OrderEvent> orders;
    private TestInputTopic<String, ScamContact> contacts;
    private TestInputTopic<byte[], byte[]> rawOrders;
    private TestInputTopic<byte[], byte[]> rawContacts;

    private static Properties config(Path stateDir) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "leaktrace");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return config;
    }

    private Topology topology() {
        return topology(InputPlacement.standard(1));
    }

    private Topology topology(InputPlacement placement) {
        ModelSettings model = ModelSettings.defaults();
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(config(stateDir))));
        return new LeakTopology(
                        TOPICS,
                        Sources.NONE,
                        "all",
                        placement,
                        model,
                        new CorrelateSettings(model.window(), model.epoch(), 0, model.memoryDays()),
                        Duration.ofMinutes(10),
                        Duration.ZERO,
                        MAX_BYTES,
                        true,
                        false,
                        60,
                        wire,
                        (partition, processed) -> true,
                        (topic, message) -> misplaced.add(topic),
                        NOW)
                .build(builder);
    }

    @BeforeEach
    void start() {
        start(InputPlacement.standard(1));
    }

    private void start(InputPlacement placement) {
        driver = new TopologyTestDriver(topology(placement), config(stateDir), Instant.parse("2024-06-01T00:00:00Z"));
        orders = driver.createInputTopic(TOPICS.orderEvents(), new StringSerializer(), wire.orderEvents());
        contacts = driver.createInputTopic(TOPICS.scamContacts(), new StringSerializer(), wire.scamContacts());
        rawOrders = driver.createInputTopic(TOPICS.orderEvents(), new ByteArraySerializer(), new ByteArraySerializer());
        rawContacts =
                driver.createInputTopic(TOPICS.scamContacts(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private void pipe(OrderEvent event) {
        orders.pipeInput(event.buyerId(), event);
    }

    private void pipe(ScamContact contact) {
        contacts.pipeInput(contact.buyerId(), contact);
    }

    private <T> List<T> output(String topic, Class<T> type) {
        Deserializer<Object> records = wire.records();
        TestOutputTopic<String, Object> output = driver.createOutputTopic(topic, new StringDeserializer(), records);
        List<T> read = new ArrayList<>();
        output.readValuesToList().forEach(value -> read.add(type.cast(value)));
        return read;
    }

    private List<TestRecord<byte[], byte[]>> deadLetters() {
        return driver.createOutputTopic(TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static String header(TestRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /**
     * The topology is the contract with the state and the internal topics of whoever runs it: a name that changes
     * orphans state. If a change is meant, write the new text over the golden file with {@code ./leaktrace topology},
     * and say in the release notes that the application has to be reset.
     */
    @Test
    void theTopologyIsTheGoldenOne() throws Exception {
        Path golden = Path.of("src/test/resources/topology.txt");
        assertEquals(Files.readString(golden), topology().describe().toString());
    }

    @Test
    void epochsCloseWhenEventTimeHasPassedThem() {
        pipe(anOrder("o1").from(seller("s-1"), node("hub")).at(hour(1, 1)));
        assertEquals(List.of(), output(TOPICS.leakEpochs(), Epoch.class));
        pipe(anOrder("o2").from(seller("s-1")).at(hour(1, 13)));

        List<Epoch> epochs = output(TOPICS.leakEpochs(), Epoch.class);
        assertEquals(
                List.of(hour(1, 6), hour(1, 12)),
                epochs.stream().map(Epoch::end).toList());
        assertEquals(2, epochs.get(0).custodians());
    }

    @Test
    void atTheEndOfInputTheLastEpochIsClosedAndAllSuspectsArePublished() {
        pipe(anOrder("o1").from(seller("s-1"), node("hub")).at(hour(1, 1)));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        List<Suspect> suspects = output(TOPICS.leakSuspects(), Suspect.class);
        assertEquals(
                List.of(node("hub"), seller("s-1")),
                suspects.stream().map(Suspect::custodian).toList());
        assertEquals(hour(1, 6), suspects.get(0).asOf());
    }

    @Test
    void evidenceShowsTheTouchesThatCouldExplainAContact() {
        pipe(anOrder("o1").from(seller("s-1"), node("hub")).at(hour(1, 1)));
        pipe(aContact("c1").at(hour(2, 1)));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        Evidence evidence = output(TOPICS.leakEvidence(), Evidence.class).get(0);
        assertEquals("c1", evidence.contactId());
        assertEquals(
                List.of(node("hub"), seller("s-1")),
                evidence.touches().stream().map(Evidence.Touch::custodian).toList());
    }

    @Test
    void whatIsBadGoesToDeadLettersWithItsReasonAndTheRestGoesOn() {
        Serializer<OrderEvent> serializer = wire.orderEvents();
        OrderEvent good = anOrder("o1").from(seller("s-1")).at(day(10));
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = serializer.serialize(TOPICS.orderEvents(), good);

        rawOrders.pipeInput(key, "no avro at all".getBytes(StandardCharsets.UTF_8));
        rawOrders.pipeInput(key, new byte[] {0, 0, 0, 0, 99, 1, 2, 3});
        rawOrders.pipeInput(null, bytes);
        rawOrders.pipeInput(new byte[0], bytes);
        rawOrders.pipeInput("li".getBytes(StandardCharsets.UTF_8), bytes);
        rawOrders.pipeInput(key, (byte[]) null);
        pipe(anOrder("o2").from(seller("s-1")).at(Instant.parse("1999-12-31T23:59:59Z")));
        pipe(anOrder("o3").from(seller("s-1")).at(Instant.parse("2024-06-01T08:05:00Z")));
        pipe(aContact("c1").reportedAfter(Duration.ofHours(-1)).at(day(10)));
        pipe(aContact("c2")
                .with(new ContactDetails(null, Dialled.REAL, "o1", null, null))
                .at(day(10)));
        pipe(aContact("c3")
                .with(new ContactDetails(null, null, null, "p".repeat(257), null))
                .at(day(10)));
        rawContacts.pipeInput(key, bytes);
        byte[] unknownRole = bytes.clone();
        // The role follows the count of custodians; its last byte but the id, what it saw, its mark and the array's
        // end.
        unknownRole[unknownRole.length - "s-1".length() - 5] = 40;
        rawOrders.pipeInput(key, unknownRole);
        pipe(good);

        List<TestRecord<byte[], byte[]>> dead = deadLetters();
        List<String> reasons = dead.stream()
                .map(record -> header(record, DeadLetterFormat.REASON))
                .toList();
        String[] expected = {
            "not in Confluent's wire format",
            "the schema registry knows no schema with id 99",
            "the record has no key",
            "the record has no key",
            "the key differs from buyerId",
            "the record has no value",
            "occurredAt 1999-12-31T23:59:59Z is before 2000-01-01T00:00:00Z",
            "occurredAt 2024-06-01T08:05:00Z is 8 h 5 min ahead of its record's time 2024-06-01T00:00:00Z; it looks like local time of UTC+8",
            "the contact is from the future of its report",
            "'dialledOrderId' is the order of a virtual number, but 'dialled' is REAL",
            "payee is longer than 256",
            "a record of type OrderEvent has no business on this topic",
            "not a record of schema id",
        };
        assertEquals(expected.length, reasons.size(), reasons.toString());
        for (int i = 0; i < expected.length; i++) {
            assertTrue(reasons.get(i).startsWith(expected[i]), reasons.get(i) + " is not " + expected[i]);
        }
        assertEquals("order-events", header(dead.get(1), DeadLetterFormat.TOPIC));
        assertEquals("0", header(dead.get(1), DeadLetterFormat.PARTITION));
        assertEquals("1", header(dead.get(1), DeadLetterFormat.OFFSET));
        assertArrayEquals(bytes, dead.get(2).value());

        driver.advanceWallClockTime(Duration.ofSeconds(1));
        Epoch epoch = output(TOPICS.leakEpochs(), Epoch.class).get(0);
        assertEquals(expected.length, epoch.counts().bad());
        assertEquals(1, epoch.counts().orderEvents());
    }

    /** By the clock of its sender nothing is wrong with it, and all that comes later would be too old. */
    @Test
    void aRecordWhoseTimestampIsAheadTooIsRefused() {
        pipe(anOrder("o1").from(seller("s-1")).at(day(1)));
        for (String time : List.of("2026-06-01T00:00:00Z", "9999-12-31T23:59:59Z", "+292278994-08-17T07:12:55.807Z")) {
            Instant ahead = Instant.parse(time);
            OrderEvent order = anOrder("o" + time).from(seller("s-1")).at(ahead);
            orders.pipeInput(order.buyerId(), order, ahead);
        }
        pipe(anOrder("o2").from(seller("s-1")).at(day(2)));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertEquals(3, deadLetters().size());
        List<Epoch> epochs = output(TOPICS.leakEpochs(), Epoch.class);
        assertEquals(hour(2, 6), epochs.get(epochs.size() - 1).end());
        assertEquals(
                0, epochs.stream().mapToLong(epoch -> epoch.counts().expired()).sum());
    }

    /** Bytes that are no UTF-8 are all read as the same character: two sellers would be one. */
    @ParameterizedTest
    @CsvSource({"\uFFFD\uFFFD", "s-\uD800", "\uDC00s"})
    void anIdThatIsNoTextIsRefused(String id) {
        RecordValidator.rejection(
                        anOrder("o1").from(seller(id)).at(day(1)),
                        "zhou",
                        new TimeLimit(day(2), Duration.ofMinutes(10)))
                .orElseThrow(() -> new AssertionError("the id is taken"));
        assertEquals(
                Optional.empty(),
                RecordValidator.rejection(
                        anOrder("o1").from(seller("张三😀")).at(day(1)),
                        "zhou",
                        new TimeLimit(day(2), Duration.ofMinutes(10))));
    }

    @Test
    void anAccessByNobodyIsRefused() {
        TimeLimit limit = new TimeLimit(day(2), Duration.ofMinutes(10));
        assertEquals(
                Optional.of("an ACCESSED event must name who accessed the order in its custodians"),
                RecordValidator.rejection(
                        anOrder("o1").event(OrderEventType.ACCESSED).at(day(1)), "zhou", limit));
        assertEquals(
                Optional.empty(),
                RecordValidator.rejection(
                        anOrder("o1")
                                .event(OrderEventType.ACCESSED)
                                .from(seller("s-1/agent"))
                                .at(day(1)),
                        "zhou",
                        limit));
        assertEquals(
                Optional.of("more than 256 custodians, with those of which they are parts"),
                RecordValidator.rejection(
                        anOrder("o1")
                                .event(OrderEventType.ACCESSED)
                                .from(seller("a/".repeat(127) + "a"), seller("b/".repeat(127) + "b"), seller("c/c"))
                                .at(day(1)),
                        "zhou",
                        limit));
    }

    /** What the erasure of such a buyer says to the second stage could be larger than a record may be. */
    @Test
    void aTombstoneOfWhatCannotBeABuyerIsRefused() {
        for (String id : List.of("b".repeat(257), "zhou\u0000c1", "\uFFFD".repeat(100))) {
            byte[] key = id.getBytes(StandardCharsets.UTF_8);
            Headers headers = new RecordHeaders()
                    .add(Erasures.BUYER, key)
                    .add(Erasures.BEFORE, hour(1, 1).toString().getBytes(StandardCharsets.UTF_8));
            rawOrders.pipeInput(new TestRecord<>(key, null, headers));
        }
        assertEquals(3, deadLetters().size());
    }

    @Test
    void aBatchIsSplitAndItsBadEventsAreRejected() {
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            OrderEvent event = anOrder("o" + i)
                    .by(i == 1 ? "li" : "zhou")
                    .from(seller("s-1"))
                    .at(hour(1, 1));
            byte[] value = wire.orderEvents().serialize(TOPICS.orderEvents(), event);
            records.add(new ConsumerRecord<>(TOPICS.orderEvents(), 0, 40 + i, key, value));
        }
        ConsumerRecord<byte[], byte[]> batch = OrderBatch.of(records);
        rawOrders.pipeInput(new TestRecord<>(null, batch.value(), batch.headers()));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertEquals(2, output(TOPICS.leakSuspects(), Suspect.class).get(0).exposures());
        TestRecord<byte[], byte[]> dead = deadLetters().get(0);
        assertEquals("the key differs from buyerId", header(dead, DeadLetterFormat.REASON));
        assertEquals("41", header(dead, DeadLetterFormat.OFFSET));
        assertArrayEquals(records.get(1).value(), dead.value());
        assertEquals(
                List.of(
                        DeadLetterFormat.REASON,
                        DeadLetterFormat.TOPIC,
                        DeadLetterFormat.PARTITION,
                        DeadLetterFormat.OFFSET),
                Arrays.stream(dead.headers().toArray()).map(Header::key).toList());
    }

    @Test
    void anEventOfABatchIsJudgedByTheTimeOfItsOwnRecord() {
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int hoursAhead : new int[] {0, 2, 0}) {
            OrderEvent event = anOrder("o" + records.size()).from(seller("s-1")).at(day(10));
            records.add(new ConsumerRecord<>(
                    TOPICS.orderEvents(),
                    0,
                    records.size(),
                    day(10).minus(Duration.ofHours(hoursAhead)).toEpochMilli(),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    key,
                    wire.orderEvents().serialize(TOPICS.orderEvents(), event),
                    new RecordHeaders(),
                    Optional.empty()));
        }
        ConsumerRecord<byte[], byte[]> batch = OrderBatch.of(records);
        rawOrders.pipeInput(new TestRecord<>(null, batch.value(), batch.headers()));
        assertEquals(
                List.of("occurredAt 2024-03-10T00:00:00Z is 2 h 0 min ahead of its record's time 2024-03-09T22:00:00Z; "
                        + "it looks like local time of UTC+2 written without its offset or with Z"),
                deadLetters().stream()
                        .map(dead -> header(dead, DeadLetterFormat.REASON))
                        .toList());
    }

    /** As old as the partition was before, it would be read before contacts that it makes late. */
    @Test
    void theTimeOfABatchIsThatOfItsFirstAcceptedEvent() {
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String buyer : List.of("li", "zhou")) {
            OrderEvent event =
                    anOrder("of " + buyer).by(buyer).from(seller("s-1")).at(hour(2, 1));
            byte[] value = wire.orderEvents().serialize(TOPICS.orderEvents(), event);
            records.add(new ConsumerRecord<>(TOPICS.orderEvents(), 0, records.size(), key, value));
        }
        OrderBatch batch =
                OrderBatch.of(OrderBatch.of(records).headers(), DecodedInput.deserializer(wire.records(), TOPICS));
        assertEquals(
                hour(2, 1).toEpochMilli(),
                new EventTimeExtractor(Duration.ofMinutes(10), NOW)
                        .extract(new ConsumerRecord<>("order-events", 0, 0, null, batch), 7));
    }

    /** As old as its own time, one of today would keep back the orders behind it until all contacts had been read. */
    @Test
    void anErasureGoesByTheTimeThatItsPartitionHasReached() {
        ProducerRecord<byte[], byte[]> tombstone = Erasures.tombstone(TOPICS, new Erasure("zhou", hour(20, 1)));
        DecodedInput input = DecodedInput.deserializer(wire.records(), TOPICS)
                .deserialize(TOPICS.orderEvents(), tombstone.headers(), (byte[]) null);
        assertEquals(
                hour(2, 1).toEpochMilli(),
                new EventTimeExtractor(Duration.ofMinutes(10), NOW)
                        .extract(
                                new ConsumerRecord<>("order-events", 0, 0, tombstone.key(), input),
                                hour(2, 1).toEpochMilli()));
        assertEquals(Optional.empty(), input.rejection());
    }

    @Test
    void aTombstoneThatIsMeantErasesTheBuyerAtTheEndOfTheEpoch() {
        pipe(anOrder("o1").from(seller("s-1")).at(hour(1, 1)));
        pipe(aContact("c1").at(hour(1, 2)));
        pipe(aContact("c2").with("li").at(hour(1, 2)));
        erase("zhou", hour(1, 4));
        assertEquals(2, contactsKept());
        pipe(anOrder("o2").from(seller("s-2")).at(hour(2, 1)));

        assertEquals(List.of(), deadLetters());
        assertEquals(1, contactsKept());
        KeyValueStore<String, byte[]> market = driver.getKeyValueStore(MarketStateStore.MARKET);
        try (KeyValueIterator<String, byte[]> all = market.all()) {
            all.forEachRemaining(entry -> assertFalse(entry.key.contains("zhou"), entry.key));
        }
    }

    @Test
    void anErasureThatReachesLessFarTakesNoneBack() {
        pipe(anOrder("o1").from(seller("s-1")).at(hour(1, 1)));
        pipe(aContact("c1").at(hour(1, 2)));
        erase("zhou", hour(1, 4));
        erase("zhou", hour(1, 0));
        pipe(anOrder("o2").by("li").from(seller("s-2")).at(hour(2, 1)));

        assertEquals(0, contactsKept());
    }

    @Test
    void whatWasFoundOfAnErasedBuyerIsForgottenToo() {
        pipe(anOrder("o1").from(seller("s-1")).at(hour(1, 1)));
        pipe(aContact("c1").at(hour(1, 2)));
        pipe(aContact("c2").with("li").at(hour(1, 2)));
        pipe(anOrder("o2").by("li").from(seller("s-2")).at(hour(1, 13)));
        Findings findings = new Findings(driver.getKeyValueStore(Findings.STORE));
        assertEquals("zhou", findings.evidenceOf("c1").get(0).buyerId());
        erase("zhou", hour(1, 14));
        pipe(anOrder("o3").by("li").from(seller("s-2")).at(hour(2, 1)));

        assertTrue(findings.evidenceOf("c1").isEmpty());
        assertEquals(List.of(), findings.evidenceOfBuyer("zhou"));
        assertEquals("li", findings.evidenceOf("c2").get(0).buyerId());
    }

    @Test
    void aVerdictsTombstoneIsRefusedAndSaysWhatToSend() {
        driver.createInputTopic(TOPICS.leakVerdicts(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("SELLER:s-1", null);
        TestRecord<byte[], byte[]> dead = deadLetters().get(0);
        assertEquals(
                "a verdict without a value takes nothing back: send the verdict REMEDIATED",
                header(dead, DeadLetterFormat.REASON));
        assertArrayEquals("SELLER:s-1".getBytes(StandardCharsets.UTF_8), dead.key());
    }

    @Test
    void anErasureThatIsNotWellFormedIsRefused() {
        Headers headers =
                Erasures.tombstone(TOPICS, new Erasure("zhou", hour(1, 1))).headers();
        rawOrders.pipeInput(new TestRecord<>("li".getBytes(StandardCharsets.UTF_8), null, headers));
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        rawOrders.pipeInput(new TestRecord<>(key, null, new RecordHeaders(headers).remove(Erasures.BEFORE)));
        headers.add(Erasures.BEFORE, "yesterday".getBytes(StandardCharsets.UTF_8));
        rawOrders.pipeInput(new TestRecord<>(key, null, headers));

        assertEquals(
                List.of(
                        "the key differs from buyerId",
                        "a tombstone needs the header leaktrace.erase.before",
                        "the tombstone's leaktrace.erase.before is no time: 'yesterday'"),
                deadLetters().stream()
                        .map(record -> header(record, DeadLetterFormat.REASON))
                        .toList());
    }

    /** None of them may end the task: each is a dead letter with its reason, and the good record behind them counts. */
    @Test
    void recordsThatOnceEndedThePipelineAreDeadLetters() {
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        byte[] far = "+292278995-01-01T00:00:00Z".getBytes(StandardCharsets.UTF_8);
        Headers endOfTime = new RecordHeaders().add(Erasures.BUYER, key).add(Erasures.BEFORE, far);
        Headers noBuyer = new RecordHeaders().add(Erasures.BUYER, null).add(Erasures.BEFORE, far);
        Headers noTime = new RecordHeaders().add(Erasures.BUYER, key).add(Erasures.BEFORE, null);
        for (Headers headers : List.of(endOfTime, noBuyer, noTime)) {
            rawOrders.pipeInput(new TestRecord<>(key, null, headers));
        }
        rawOrders.pipeInput(
                "\"zhou\"".getBytes(StandardCharsets.UTF_8),
                wire.orderEvents()
                        .serialize(
                                TOPICS.orderEvents(),
                                anOrder("o0").from(seller("s-1")).at(day(10))));
        pipe(anOrder("o\u00001").from(seller("s-1")).at(day(10)));
        pipe(anOrder("o2").from(seller("s-1")).at(Instant.ofEpochMilli(Long.MAX_VALUE)));
        pipe(anOrder("o3").from(seller("s-1")).at(Instant.ofEpochMilli(Long.MIN_VALUE)));
        pipe(anOrder("good").from(seller("s-1")).at(day(10)));

        List<String> reasons = deadLetters().stream()
                .map(record -> header(record, DeadLetterFormat.REASON))
                .toList();
        assertEquals(
                List.of(
                        "at is after 9999-12-31T23:59:59Z",
                        "the tombstone's header leaktrace.erase.buyer has no value",
                        "a tombstone needs the header leaktrace.erase.before",
                        "the key differs from buyerId: it is the id as a JSON string, in quotes; "
                                + "use a serializer of plain UTF-8 strings for keys",
                        "eventId contains a NUL character",
                        "occurredAt is after 9999-12-31T23:59:59Z",
                        "occurredAt -292275055-05-16T16:47:04.192Z is before 2000-01-01T00:00:00Z"),
                reasons);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertEquals(1, output(TOPICS.leakEpochs(), Epoch.class).get(0).counts().orderEvents());
    }

    /** A record is judged by its own time on the topic: a replay much later rejects what was rejected then. */
    @Test
    void anEventAheadOfItsRecordIsRejectedWhateverTheClockSays() {
        OrderEvent ahead = anOrder("o1").from(seller("s-1")).at(day(10));
        orders.pipeInput("zhou", ahead, day(10).minus(Duration.ofHours(2)));
        orders.pipeInput("zhou", ahead, day(10).minus(Duration.ofMinutes(10)));

        assertEquals(
                List.of("occurredAt 2024-03-10T00:00:00Z is 2 h 0 min ahead of its record's time 2024-03-09T22:00:00Z; "
                        + "it looks like local time of UTC+2 written without its offset or with Z"),
                deadLetters().stream()
                        .map(record -> header(record, DeadLetterFormat.REASON))
                        .toList());
    }

    @Test
    void contactsOfTwoBuyersWithOneIdBothCount() {
        pipe(anOrder("o1").from(seller("s-1")).at(hour(1, 1)));
        pipe(anOrder("o2").by("li").from(seller("s-1")).at(hour(1, 1)));
        pipe(aContact("1").at(hour(1, 2)));
        pipe(aContact("1").with("li").at(hour(1, 2)));
        pipe(aContact("1").with("li").at(hour(1, 2)));
        pipe(anOrder("o3").by("li").from(seller("s-2")).at(hour(2, 1)));

        Epoch epoch = output(TOPICS.leakEpochs(), Epoch.class).get(0);
        assertEquals(2, epoch.counts().scamContacts());
        assertEquals(1, epoch.counts().duplicate());
        assertEquals(2, epoch.incidents());
        assertEquals(2, contactsKept());
        assertEquals(
                List.of("li", "zhou"),
                new Findings(driver.getKeyValueStore(Findings.STORE))
                        .evidenceOf("1").stream().map(Evidence::buyerId).toList());
    }

    private void erase(String buyer, Instant at) {
        ProducerRecord<byte[], byte[]> tombstone = Erasures.tombstone(TOPICS, new Erasure(buyer, at));
        rawOrders.pipeInput(new TestRecord<>(tombstone.key(), null, tombstone.headers()));
    }

    private long contactsKept() {
        KeyValueStore<String, byte[]> store = driver.getKeyValueStore(MarketStateStore.CONTACTS);
        return store.approximateNumEntries();
    }

    /** Contacts on more partitions than orders, by another rule; and orders of writers of every kind. */
    @ParameterizedTest
    @CsvSource({"CRC32, false, true", "MURMUR2, true, false", "MURMUR2, true, true"})
    void whatIsRepartitionedMeetsAndDeadLettersNameTheInputTopic(
            KeyPlacement rule, boolean movesOrders, boolean movesContacts) {
        driver.close();
        start(new InputPlacement(rule, 1, 3, movesOrders, movesContacts));
        pipe(anOrder("o1").from(seller("s-1")).at(hour(1, 1)));
        pipe(aContact("c1").at(hour(1, 2)));
        byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
        byte[] rubbish = "no avro at all".getBytes(StandardCharsets.UTF_8);
        Headers own = new RecordHeaders().add("leaktrace.moved", key).add("trace", key);
        rawContacts.pipeInput(new TestRecord<>(key, rubbish, own));
        rawContacts.pipeInput(null, rubbish);
        rawOrders.pipeInput(new TestRecord<>(key, rubbish, own));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        Evidence evidence = output(TOPICS.leakEvidence(), Evidence.class).get(0);
        assertEquals(
                List.of(seller("s-1")),
                evidence.touches().stream().map(Evidence.Touch::custodian).toList());
        List<TestRecord<byte[], byte[]>> dead = deadLetters();
        assertEquals(
                List.of("scam-contacts 0:1", "scam-contacts 0:2", "order-events 0:1"),
                dead.stream()
                        .map(letter -> header(letter, DeadLetterFormat.TOPIC) + " "
                                + header(letter, DeadLetterFormat.PARTITION) + ":"
                                + header(letter, DeadLetterFormat.OFFSET))
                        .toList());
        assertArrayEquals(key, dead.get(0).key());
        assertNull(dead.get(1).key());
        assertArrayEquals(rubbish, dead.get(1).value());
        assertEquals(
                List.of(
                        "leaktrace.moved",
                        "trace",
                        DeadLetterFormat.REASON,
                        DeadLetterFormat.TOPIC,
                        DeadLetterFormat.PARTITION,
                        DeadLetterFormat.OFFSET),
                Arrays.stream(dead.get(0).headers().toArray()).map(Header::key).toList());

        erase("zhou", hour(1, 4));
        pipe(anOrder("o2").from(seller("s-2")).at(hour(2, 1)));
        assertEquals(3, dead.size());
        assertEquals(0, contactsKept());
    }

    /** The driver has one partition only, which of four is the right one for a quarter of the buyers. */
    @Test
    void keysInTheWrongPartitionAreReportedOnceForEachTopic() {
        driver.close();
        start(InputPlacement.standard(4));
        for (int i = 0; i < 150; i++) {
            pipe(aContact("c" + i).with("buyer-" + i).at(hour(1, 2)));
        }
        assertEquals(List.of("scam-contacts"), misplaced);
        for (int i = 0; i < 150; i++) {
            byte[] key = ("buyer-" + i).getBytes(StandardCharsets.UTF_8);
            OrderEvent event =
                    anOrder("o" + i).by("buyer-" + i).from(seller("s-1")).at(hour(1, 2));
            byte[] value = wire.orderEvents().serialize(TOPICS.orderEvents(), event);
            ConsumerRecord<byte[], byte[]> batch = OrderBatch.of(List.of(
                    new ConsumerRecord<>(TOPICS.orderEvents(), 0, 2 * i, key, value),
                    new ConsumerRecord<>(TOPICS.orderEvents(), 0, 2 * i + 1, key, value)));
            rawOrders.pipeInput(new TestRecord<>(null, batch.value(), batch.headers()));
        }
        assertEquals(List.of("scam-contacts", "order-events"), misplaced);
    }

    @Test
    void theNamesOfWhatIsRepartitionedHoldTheRule() {
        String described = topology(new InputPlacement(KeyPlacement.CRC32, 4, 2, false, true))
                .describe()
                .toString();
        assertTrue(described.contains("(topics: [order-events, leak-verdicts])"), described);
        assertTrue(described.contains("(topic: contacts-by-crc32-0-repartition)"), described);
        assertTrue(described.contains("(topic: contacts-by-crc32-1-repartition)"), described);
        assertFalse(described.contains("contacts-by-crc32-2"), described);
    }

    @Test
    void duplicatesCountOnce() {
        OrderEvent order = anOrder("o1").from(seller("s-1")).at(day(10));
        pipe(order);
        pipe(order);
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        Epoch epoch = output(TOPICS.leakEpochs(), Epoch.class).get(0);
        assertEquals(1, epoch.counts().duplicate());
        assertEquals(1, output(TOPICS.leakSuspects(), Suspect.class).get(0).exposures());
    }
}

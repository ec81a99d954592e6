package io.leaktrace.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Epoch;
import io.leaktrace.embedded.EmbeddedRegistry;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.OwnProcess;
import io.leaktrace.testing.RegistryProxy;
import io.leaktrace.testing.RegistryProxy.OddAnswer;
import io.leaktrace.testing.Seed;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topology.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to instances, brokers, disks and the registry while input comes in: what is committed to the output
 * topics is, record for record, what a quiet run on the same input commits. {@code mvn verify -Pchaos} runs the long form.
 */
class ChaosTest {

    /** Of as many kinds; {@code -Dchaos.faults=50} for more, {@code -Dseed=N} for the same again. */
    private static final int FAULTS = Integer.getInteger("chaos.faults", 2);

    /** Days of the market. */
    private static final int DAYS = Integer.getInteger("chaos.days", 28);

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Longer than any session lasts here. */
    private static final int SESSION_MILLIS = 6000;

    /** The load is spread so that it goes on while faults last. */
    private static final long MILLIS_PER_FAULT = 6000;

    private static final int SMALL_FILE_KILOBYTES = 8;

    /** Two instances are always meant to run; a third comes and goes. */
    private static final int INSTANCES = 2;

    private final long seed = Seed.of("ChaosTest");
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    private Cluster cluster;
    private EmbeddedRegistry registry;
    private RegistryProxy proxy;
    private Instances instances;

    /** How what was begun ends, and when. */
    private record Recovery(long atNanos, Step step) {
        private interface Step {
            void take() throws Exception;
        }
    }

    private Recovery pending;

    /** A record of an output topic; its timestamp may be the time of writing, which no two runs share. */
    private record Written(int partition, String key, Object value) {}

    @Test
    void faultsChangeNothing() throws Exception {
        System.out.printf("ChaosTest: %d faults%n", FAULTS);
        MarketOverrides small = new MarketOverrides(400, DAYS, 8_000, 220, 40, null, null, null);
        SimulatedMarket market = Scenario.LEAKING_HUB.market(8, small, CallHabits.assumed());
        registry = EmbeddedRegistry.start(folder);
        cluster = new Cluster(folder);
        try {
            registry.awaitReady();
            proxy = new RegistryProxy(registry.url());
            cluster.start();
            Map<String, List<Written>> faulty = run("faulty", market, schedule());
            Map<String, List<Written>> quiet = run("quiet", market, List.of());
            for (Map.Entry<String, List<Written>> topic : quiet.entrySet()) {
                assertSame(topic.getKey(), topic.getValue(), faulty.get(topic.getKey()));
            }
            assertTrue(!quiet.get("leak-alerts").isEmpty(), "the leak was found");
        } finally {
            cluster.close();
            if (proxy != null) {
                proxy.close();
            }
            registry.close();
        }
    }

    private static void assertSame(String topic, List<Written> quiet, List<Written> faulty) {
        for (int i = 0; i < Math.min(quiet.size(), faulty.size()); i++) {
            assertEquals(text(quiet.get(i)), text(faulty.get(i)), "record " + i + " of " + topic);
        }
        assertEquals(quiet.size(), faulty.size(), "records of " + topic);
        System.out.printf("ChaosTest: %,d records of %s are the same%n", quiet.size(), topic);
    }

    /** Into which epoch a bad record is counted depends on how far its partition was read by then. */
    private static String text(Written written) {
        return written.toString().replaceAll("bad=\\d+", "bad=…");
    }

    private List<Fault> schedule() {
        // The commonest fault takes place in the short form, too.
        List<Fault> schedule = new ArrayList<>(List.of(Fault.KILL_INSTANCE));
        while (schedule.size() < FAULTS) {
            List<Fault> all = new ArrayList<>(List.of(Fault.values()));
            Collections.shuffle(all, random);
            schedule.addAll(all.subList(0, Math.min(all.size(), FAULTS - schedule.size())));
        }
        return schedule;
    }

    private Map<String, List<Written>> run(String name, SimulatedMarket market, List<Fault> faults) throws Exception {
        long start = System.nanoTime();
        Settings settings = settings(name);
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            // Segments roll by event time, and compaction would take from the ranking's topic what is to be compared.
            // The time of records is compared too, so it must not be that of writing.
            admin.createMissing(Map.of(
                    "retention.ms",
                    "-1",
                    "segment.ms",
                    Long.toString(Long.MAX_VALUE),
                    "message.timestamp.type",
                    "CreateTime"));
        }
        instances = new Instances(folder.resolve(name), asMap(name));
        try (LiveInput input = new LiveInput(market, settings, name)) {
            for (int number = 0; number < (faults.isEmpty() ? 1 : INSTANCES); number++) {
                instances.start(number);
            }
            long paceMillis = faults.size() * MILLIS_PER_FAULT / input.steps();
            int next = 0;
            for (int step = 0; step < input.steps(); step++) {
                await(input::mayGoOn, "the pipeline stands still");
                if (next < faults.size() && step >= (next + 1) * input.steps() / (faults.size() + 1)) {
                    await(() -> pending == null, "what was broken is not mended");
                    begin(faults.get(next++), step);
                }
                input.send(step);
                Thread.sleep(paceMillis);
            }
            await(() -> pending == null, "what was broken is not mended");
            Map<String, List<Written>> written = readOutput(settings, input.closingAt());
            System.out.printf(
                    "ChaosTest: %s, %,d records in %d s%n",
                    name,
                    input.records(),
                    Duration.ofNanos(System.nanoTime() - start).toSeconds());
            return written;
        }
    }

    /** Waits, and mends meanwhile what is due to be mended. */
    private void await(Callable<Boolean> condition, String complaint) throws Exception {
        long start = System.nanoTime();
        tick();
        while (!condition.call()) {
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), complaint);
            Thread.sleep(50);
            tick();
        }
    }

    private Map<String, String> asMap(String name) {
        Map<String, String> map = new TreeMap<>();
        map.put("bootstrap.servers", cluster.bootstrapServers());
        map.put("schema.registry.url", proxy.url());
        map.put("topic.prefix", name + ".");
        map.put("application.id", name);
        map.put("topic.replication", "3");
        map.put("commit.interval", "250ms");
        // Weeks pass in a minute here; see LiveInput.
        map.put("lateness", "2d");
        map.put("idle.after", "1h");
        map.put("kafka.session.timeout.ms", Integer.toString(SESSION_MILLIS));
        map.put("kafka.heartbeat.interval.ms", "1000");
        map.put("kafka.transaction.timeout.ms", "10000");
        return map;
    }

    private Settings settings(String name) {
        return Settings.of(asMap(name));
    }

    /** Ends what is due to end. */
    private void tick() throws Exception {
        if (pending != null && System.nanoTime() >= pending.atNanos) {
            Recovery due = pending;
            pending = null;
            due.step.take();
            cluster.awaitHealthy();
        }
        instances.requireAlive();
    }

    private void recover(int leastMillis, int mostMillis, Recovery.Step step) {
        long millis = leastMillis + random.nextInt(mostMillis - leastMillis);
        pending = new Recovery(System.nanoTime() + millis * 1_000_000L, step);
    }

    private void begin(Fault fault, int step) throws Exception {
        int number = random.nextInt(INSTANCES);
        int broker = random.nextInt(Cluster.BROKERS);
        System.out.printf("ChaosTest: step %d, %s (instance %d, broker %d)%n", step, fault, number, broker);
        switch (fault) {
            case KILL_INSTANCE -> {
                instances.kill(number);
                recover(500, 8000, () -> instances.start(number));
            }
            case LOSE_STATE -> {
                instances.kill(number);
                instances.loseState(number);
                recover(500, 8000, () -> instances.start(number));
            }
            case PAUSE_INSTANCE -> {
                instances.get(number).pause();
                recover(SESSION_MILLIS + 1000, SESSION_MILLIS + 5000, () -> instances
                        .get(number)
                        .goOn());
            }
            case FULL_DISK -> fillDisk();
            case JOIN_AND_LEAVE -> {
                instances.start(INSTANCES);
                recover(6000, 10_000, () -> instances.end(INSTANCES));
            }
            case KILL_BROKER -> {
                cluster.broker(broker).kill();
                recover(500, 8000, () -> cluster.start(broker));
            }
            case PAUSE_BROKER -> {
                cluster.broker(broker).pause();
                recover(SESSION_MILLIS + 1000, SESSION_MILLIS + 4000, () -> cluster.broker(broker)
                        .goOn());
            }
            case REGISTRY_ODD -> {
                OddAnswer[] answers = OddAnswer.values();
                OddAnswer answer = answers[random.nextInt(answers.length)];
                System.out.println("ChaosTest: the registry answers " + answer);
                // A login that was never accepted ends a start, as it should; one that was is waited for.
                if (answer != OddAnswer.UNAUTHORIZED) {
                    instances.kill(number);
                    instances.start(number);
                }
                proxy.answer(answer);
                recover(4000, 9000, () -> proxy.answer(null));
            }
            case REGISTRY_AWAY -> {
                OwnProcess.signal("-STOP", registry.pid());
                instances.kill(number);
                instances.start(number);
                recover(5000, 9000, () -> OwnProcess.signal("-CONT", registry.pid()));
            }
            default -> throw new IllegalStateException("nobody knows how to make " + fault);
        }
    }

    /** The instance with stores on disk cannot open them, says so and ends; it is started again with room. */
    private void fillDisk() throws IOException, InterruptedException {
        int onDisk = 1;
        instances.kill(onDisk);
        instances.loseState(onDisk);
        OwnProcess full = instances.startOnFullDisk(onDisk, SMALL_FILE_KILOBYTES);
        recover(4000, 12_000, () -> {
            full.kill();
            instances.start(onDisk);
        });
    }

    /** All that was committed up to the last epoch that the input completes. */
    private Map<String, List<Written>> readOutput(Settings settings, long closingAt) throws IOException {
        long epoch = settings.correlate().epoch();
        long lastEnd = Math.floorDiv(closingAt - settings.correlate().lateness(), epoch) * epoch;
        Topics topics = settings.topics();
        Map<String, List<Written>> written = new TreeMap<>();
        long start = System.nanoTime();
        List<Written> epochs = List.of();
        while (epochs.isEmpty() || lastEnd(epochs) < lastEnd) {
            instances.requireAlive();
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "the last epoch is not closed");
            epochs = read(settings, topics.leakEpochs());
        }
        assertEquals(lastEnd, lastEnd(epochs), "nothing comes after the last epoch");
        written.put("leak-epochs", epochs);
        written.put("leak-suspects", read(settings, topics.leakSuspects()));
        written.put("leak-alerts", read(settings, topics.leakAlerts()));
        written.put("leak-evidence", read(settings, topics.leakEvidence()));
        written.put("dead-letters", read(settings, topics.deadLetters()));
        return written;
    }

    private static long lastEnd(List<Written> epochs) {
        return ((Epoch) epochs.get(epochs.size() - 1).value).end().toEpochMilli();
    }

    private static List<Written> read(Settings settings, String topic) {
        List<Written> written = new ArrayList<>();
        boolean letters = topic.equals(settings.topics().deadLetters());
        var values = settings.wire().records();
        try (TopicReader reader = new TopicReader(settings, topic)) {
            reader.readRecordsToEnd(record -> written.add(new Written(
                    record.partition(),
                    new String(record.key(), StandardCharsets.UTF_8),
                    letters ? print(record.value()) : values.deserialize(topic, record.value()))));
        }
        // Between partitions there is no order, nor between the tasks that write dead letters.
        written.sort(letters ? Comparator.comparing(Written::toString) : Comparator.comparingInt(Written::partition));
        return written;
    }

    /** Dead letters are as they came, and most cannot be read. */
    private static String print(byte[] value) {
        return value == null ? "no value" : value.length + " bytes, hash " + Arrays.hashCode(value);
    }
}

package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Suspect;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.files.InputFiles;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Listeners;
import io.leaktrace.testing.OwnProcess;
import io.leaktrace.testing.Seed;
import io.leaktrace.topics.FileLoad;
import io.leaktrace.topics.TopicReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that are killed in the middle of their work change nothing: {@code kill -9}, at moments nobody chose. */
@Tag("alone")
class KilledInstanceTest {

    private static final int KILLS = 2;

    /** Of 50 days, more or less. */
    private static final int EPOCHS = 50 * 4;

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static long seed;

    @TempDir
    private static Path folder;

    /** What was found: the last word on each suspect, all alerts, all epochs. */
    private record Found(TreeMap<Custodian, Suspect> suspects, List<Alert> alerts, List<Epoch> epochs) {}

    @Test
    void killedInstancesChangeNothing() throws Exception {
        seed = Seed.of("KilledInstanceTest");
        MarketOverrides small = new MarketOverrides(700, 50, 12_000, 300, 40, null, null, null);
        SimulatedMarket market = Scenario.LEAKING_HUB.market(5, small, CallHabits.assumed());
        SimulatedFiles.write(market, folder);
        Instant lastEnd = endOfLastEpoch(market);
        try (EmbeddedPlatform platform = EmbeddedPlatform.startFresh(folder.resolve("platform"))) {
            Found quiet = run(platform, "quiet", 0, lastEnd);
            Found killed = run(platform, "killed", KILLS, lastEnd);

            assertTrue(!quiet.alerts.isEmpty(), "the leak was found");
            assertEquals(quiet.suspects, killed.suspects);
            assertEquals(quiet.alerts, killed.alerts);
            assertEquals(quiet.epochs, killed.epochs);
        }
    }

    /** End of the last epoch that no record on time can fall into any more. */
    private static Instant endOfLastEpoch(SimulatedMarket market) {
        Settings usual = Settings.of(Map.of());
        long[] latest = {0};
        market.orderEvents(
                event -> latest[0] = Math.max(latest[0], event.occurredAt().toEpochMilli()));
        market.scamContacts(
                contact -> latest[0] = Math.max(latest[0], contact.reportedAt().toEpochMilli()));
        long epoch = usual.correlate().epoch();
        return Instant.ofEpochMilli(Math.floorDiv(latest[0] - usual.correlate().lateness(), epoch) * epoch);
    }

    private static Found run(EmbeddedPlatform platform, String name, int kills, Instant lastEnd) throws Exception {
        Map<String, String> map = new TreeMap<>(platform.settings());
        map.put("topic.prefix", name + ".");
        map.put("application.id", name);
        map.put("state.dir", folder.resolve(name).toString());
        // Kafka waits this long for an instance that does not come back.
        map.put("kafka.session.timeout.ms", "6000");
        map.put("kafka.heartbeat.interval.ms", "1000");
        map.put("kafka.transaction.timeout.ms", "10000");
        map.put("idle.after", "5s");
        Settings settings = Settings.of(map);
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.registerSchemas();
            admin.createMissing(Map.of("retention.ms", "-1"));
        }
        InputFiles input = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                settings.timeLimit(Instant.now()));
        FileLoad.load(settings, input, Listeners.NO_BAD_LINES);

        Path file = folder.resolve(name + ".properties");
        StringBuilder text = new StringBuilder();
        map.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        Files.writeString(file, text);
        Random random = new Random(seed);
        for (int kill = 0; kill < kills; kill++) {
            OwnProcess instance = instance(file, name + kill);
            int epochs = EPOCHS * (kill + 1) / (kills + 2) + random.nextInt(10);
            awaitEpochs(settings, epochs, instance);
            instance.kill();
            System.out.println("Killed after " + epochs + " of " + EPOCHS + " epochs");
        }
        OwnProcess last = instance(file, name);
        try {
            return read(settings, lastEnd, last);
        } finally {
            last.kill();
        }
    }

    private static void awaitEpochs(Settings settings, int count, OwnProcess instance) {
        int[] seen = {0};
        try (TopicReader epochs = new TopicReader(settings, settings.topics().leakEpochs())) {
            long start = System.nanoTime();
            while (seen[0] < count) {
                assertTrue(instance.isAlive(), "the instance ended by itself");
                assertTrue(
                        System.nanoTime() - start < PATIENCE.toNanos(),
                        () -> "only " + seen[0] + " of " + count + " epochs in " + PATIENCE);
                epochs.poll(record -> seen[0]++);
            }
        }
    }

    private static OwnProcess instance(Path config, String log) throws Exception {
        Path file = folder.resolve(log + ".log");
        return OwnProcess.java(List.of(), "512m", file, "io.leaktrace.cli.Main", "run", "--config", config.toString());
    }

    /**
     * Reads until the last epoch that the input completes has been closed; a run against a cluster never ends by itself.
     * After a kill, that takes until Kafka has given up both the instance and the transaction that it left open.
     */
    private static Found read(Settings settings, Instant lastEnd, OwnProcess instance) throws Exception {
        Found found = new Found(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        try (TopicReader epochs = new TopicReader(settings, settings.topics().leakEpochs())) {
            long start = System.nanoTime();
            while (found.epochs.isEmpty()
                    || found.epochs.get(found.epochs.size() - 1).end().isBefore(lastEnd)) {
                assertTrue(instance.isAlive(), "the instance ended by itself");
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "no epoch " + lastEnd + " in " + PATIENCE);
                epochs.poll(record -> found.epochs.add((Epoch) record));
            }
        }
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakSuspects())) {
            reader.readToEnd(record -> found.suspects.put(((Suspect) record).custodian(), (Suspect) record));
        }
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakAlerts())) {
            reader.readToEnd(record -> found.alerts.add((Alert) record));
        }
        return found;
    }
}

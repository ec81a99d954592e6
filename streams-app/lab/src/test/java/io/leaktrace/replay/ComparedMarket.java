package io.leaktrace.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.testing.Listeners;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small market, and what a replay of it over files finds, to compare runs and replays over topics with. It has a
 * broker and a registry of its own.
 */
final class ComparedMarket implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Column of {@code suspects.csv}. */
    private static final int ATTRIBUTED = 8;

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Configuration of topics with old records. */
    static final Map<String, String> FOREVER = Map.of("retention.ms", "-1");

    final List<OrderEvent> orders = new ArrayList<>();
    final List<ScamContact> contacts = new ArrayList<>();
    private final EmbeddedPlatform platform;
    private final Path folder;
    private final Path expected;
    private final long lastEpoch;

    /** @param size of the market; it must be large enough for incidents to be attributed to its leaking hub */
    ComparedMarket(Path folder, MarketOverrides size) throws Exception {
        this.folder = folder;
        this.platform = EmbeddedPlatform.startFresh(folder.resolve("platform"));
        var market = Scenario.LEAKING_HUB.market(5, size, CallHabits.assumed());
        market.orderEvents(orders::add);
        market.scamContacts(contacts::add);
        long last = Math.max(
                orders.stream()
                        .mapToLong(event -> event.occurredAt().toEpochMilli())
                        .max()
                        .orElseThrow(),
                contacts.stream()
                        .mapToLong(contact -> contact.reportedAt().toEpochMilli())
                        .max()
                        .orElseThrow());
        lastEpoch = (Math.floorDiv(last, 6 * EventTime.HOUR) + 1) * 6 * EventTime.HOUR;
        SimulatedFiles.write(market, folder);
        Settings settings = settings("java", Map.of());
        InputFiles files = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                settings.timeLimit(Instant.now()));
        expected = folder.resolve("expected");
        replay(settings, FileHistory.read(files, Listeners.PRINTING), expected);
        boolean attributed = Files.readAllLines(expected.resolve("suspects.csv")).stream()
                .skip(1)
                .anyMatch(row -> Double.parseDouble(row.split(",")[ATTRIBUTED]) > 1);
        assertTrue(attributed, "contacts meet orders");
    }

    /** Settings of an application with topics of its own. */
    Settings settings(String name, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(platform.settings());
        settings.put("application.id", name);
        settings.put("topic.prefix", name + ".");
        settings.put("state.dir", folder.resolve("state").toString());
        settings.put("commit.interval", "100ms");
        settings.put("findings.days", "0");
        settings.put("http.port", "0");
        settings.putAll(more);
        return Settings.of(settings);
    }

    /** Replays the topics and compares what is found. */
    Path replayTopics(Settings settings) throws Exception {
        Path replayed = folder.resolve(settings.get(Setting.APPLICATION_ID) + "-replay");
        replay(settings, TopicHistory.of(settings, "test"), replayed);
        assertSame(replayed);
        return replayed;
    }

    private static void replay(Settings settings, History history, Path out) throws Exception {
        // As the pipeline below, it closes the epoch in which the input ends.
        Selection all = new Selection(null, Instant.parse("9999-01-01T00:00:00Z"), 1);
        new Replay(
                        new ReplayPlan("test", settings, all, NOW),
                        history,
                        out,
                        EnumSet.noneOf(RunFormat.class),
                        Duration.ofMinutes(1),
                        2,
                        Listeners.PRINTING)
                .run();
    }

    /** Runs the pipeline to the end of the market and compares what is found. */
    void run(Settings settings, PlacementSample sample) throws Exception {
        long start = System.nanoTime();
        boolean[] closed = {false};
        try (Pipeline pipeline = new Pipeline(settings, sample.placement(), true);
                TopicReader epochs = new TopicReader(settings, settings.topics().leakEpochs())) {
            pipeline.start();
            while (!closed[0]) {
                pipeline.awaitEnd(Duration.ofMillis(1));
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "it does not end");
                epochs.poll(record -> closed[0] |= ((Epoch) record).end().toEpochMilli() >= lastEpoch);
            }
            assertEquals(Map.of(), pipeline.misplacedKeys());
        }
        Path found = Files.createDirectories(folder.resolve(settings.get(Setting.APPLICATION_ID) + "-run"));
        write(settings, found);
        assertSame(found);
    }

    private static void write(Settings settings, Path found) throws IOException {
        TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
        List<Alert> alerts = new ArrayList<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakSuspects())) {
            reader.readToEnd(record -> suspects.put(((Suspect) record).custodian(), (Suspect) record));
        }
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakAlerts())) {
            reader.readToEnd(record -> alerts.add((Alert) record));
        }
        RunFiles.writeSuspects(found.resolve("suspects.csv"), suspects.values());
        RunFiles.writeAlerts(found.resolve("alerts.csv"), alerts);
    }

    private void assertSame(Path found) throws IOException {
        for (String file : List.of("suspects.csv", "alerts.csv")) {
            assertEquals(
                    Files.readString(expected.resolve(file)),
                    Files.readString(found.resolve(file)),
                    found.getFileName() + " " + file);
        }
    }

    @Override
    public void close() {
        platform.close();
    }
}

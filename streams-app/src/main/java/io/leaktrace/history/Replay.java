package io.leaktrace.history;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Suspect;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.runtime.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs the whole pipeline over files, on a broker and a registry of its own, and writes what it found. The result
 * depends on the records and the settings alone: not on the order of lines, the number of partitions or the machine.
 */
public final class Replay {

    private static final Duration CHECK = Duration.ofMillis(1);

    private final Settings settings;
    private final InputFiles input;
    private final Path work;
    private final Listener listener;

    private final TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
    private final List<Alert> alerts = new ArrayList<>();
    private InputCounts counts = InputCounts.NONE;
    private long unmatched;
    private Instant from;
    private Instant to;

    /** Is told how far the replay has come. */
    public interface Listener extends BadLineListener {

        /**
         * @param step what is being done
         * @param done of {@code total}; a total of −1 is not known
         */
        void onProgress(String step, long done, long total);
    }

    /**
     * @param work folder for the broker's data, emptied before and after
     */
    public Replay(Settings settings, InputFiles input, Path work, Listener listener) {
        this.settings = settings;
        this.input = input;
        this.work = work;
        this.listener = listener;
    }

    /** Runs to the end. */
    public void run() throws IOException, InterruptedException {
        try (EmbeddedPlatform platform = EmbeddedPlatform.startFresh(work)) {
            // Nobody asks a replay anything while it runs.
            Map<String, String> unwatched = Map.of(Setting.FINDINGS_DAYS.key(), "0", Setting.HTTP_PORT.key(), "0");
            runOn(onPlatform(settings, platform, work).with(unwatched));
        } finally {
            EmbeddedPlatform.delete(work);
        }
    }

    /** The settings with everything that leads elsewhere leading to an embedded platform. */
    public static Settings onPlatform(Settings settings, EmbeddedPlatform platform, Path work) {
        Map<String, String> embedded = new TreeMap<>(platform.settings());
        embedded.put(Setting.STATE_DIR.key(), work.resolve("state").toString());
        embedded.put(Setting.TOPIC_REPLICATION.key(), "1");
        return settings.with(embedded);
    }

    /** Loads the files into the input topics of a cluster that has none of them yet, and runs until all is solved. */
    public void runOn(Settings here) throws IOException, InterruptedException {
        runOn(here, pipeline -> {});
    }

    /**
     * The same.
     *
     * @param watcher is told of the pipeline once it has started
     */
    public void runOn(Settings here, Consumer<Pipeline> watcher) throws IOException, InterruptedException {
        int partitions;
        try (TopicAdmin admin = new TopicAdmin(here)) {
            admin.awaitBrokers();
            admin.registerSchemas();
            TopicAdmin.requireSound(admin.createMissing(Map.of("retention.ms", "-1")));
            partitions = admin.inputPartitions();
        }
        FileLoad.load(here, input, listener);
        if (input.orderEvents().size() == 0) {
            return;
        }
        span();
        input.release();
        try (Pipeline pipeline = new Pipeline(here, partitions, true)) {
            pipeline.start();
            watcher.accept(pipeline);
            awaitLastEpoch(here, pipeline);
        }
        try (TopicReader reader = new TopicReader(here, here.topics().leakSuspects())) {
            reader.readToEnd(record -> suspects.put(((Suspect) record).custodian(), (Suspect) record));
        }
        try (TopicReader reader = new TopicReader(here, here.topics().leakAlerts())) {
            reader.readToEnd(record -> alerts.add((Alert) record));
        }
    }

    private void span() {
        long earliest = input.orderEvents().earliest();
        long latest = input.orderEvents().latest();
        if (input.scamContacts().size() > 0) {
            earliest = Math.min(earliest, input.scamContacts().earliest());
            latest = Math.max(latest, input.scamContacts().latest());
        }
        from = Instant.ofEpochMilli(earliest);
        to = Instant.ofEpochMilli(latest);
    }

    private void awaitLastEpoch(Settings here, Pipeline pipeline) throws InterruptedException {
        long epoch = here.model().epoch();
        long lastEnd = (Math.floorDiv(to.toEpochMilli(), epoch) + 1) * epoch;
        long days = Math.max(1, (lastEnd - from.toEpochMilli()) / EventTime.DAY);
        try (TopicReader reader = new TopicReader(here, here.topics().leakEpochs())) {
            boolean[] done = {false};
            while (!done[0]) {
                pipeline.awaitEnd(CHECK);
                reader.poll(record -> {
                    Epoch solved = (Epoch) record;
                    counts = counts.plus(solved.counts());
                    unmatched += solved.unmatched();
                    long day = (solved.end().toEpochMilli() - from.toEpochMilli()) / EventTime.DAY;
                    listener.onProgress("Replaying days", Math.min(day, days), days);
                    done[0] |= solved.end().toEpochMilli() >= lastEnd;
                });
            }
        }
    }

    /** Every custodian with a touch, as of the last epoch in which it had one in the horizon. */
    public List<Suspect> suspects() {
        return suspects.values().stream().sorted(Suspect.RANKING).toList();
    }

    public List<Alert> alerts() {
        return List.copyOf(alerts);
    }

    /** Writes {@code suspects.csv}, {@code alerts.csv} and {@code manifest.json}. */
    public void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        RunFiles.writeSuspects(folder.resolve("suspects.csv"), suspects.values());
        RunFiles.writeAlerts(folder.resolve("alerts.csv"), alerts);
        RunFiles.writeManifest(folder.resolve("manifest.json"), manifest(name));
    }

    private Map<String, Object> manifest(String name) throws IOException {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("name", name);
        manifest.put("version", Version.text());
        manifest.put("settings", settings.resultSettings());
        manifest.put("settingsHash", settings.resultHash());
        manifest.put("orders", files(input.orders()));
        manifest.put("contacts", files(input.contacts()));
        Map<String, Object> span = new LinkedHashMap<>();
        span.put("from", from == null ? null : from.toString());
        span.put("to", to == null ? null : to.toString());
        manifest.put("eventTime", span);
        Map<String, Object> counted = new LinkedHashMap<>();
        counted.put("read", input.read());
        counted.put("bad", input.bad() + counts.bad());
        counted.put("late", counts.late());
        counted.put("expired", counts.expired());
        counted.put("duplicate", counts.duplicate());
        counted.put("unmatched", unmatched);
        counted.put("orderEvents", counts.orderEvents());
        counted.put("scamContacts", counts.scamContacts());
        manifest.put("counts", counted);
        return manifest;
    }

    private static List<Map<String, Object>> files(List<Path> files) throws IOException {
        List<Map<String, Object>> described = new ArrayList<>();
        for (Path file : files) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("file", file.getFileName().toString());
            one.put("bytes", Files.size(file));
            one.put("sha256", sha256(file));
            described.add(one);
        }
        return described;
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

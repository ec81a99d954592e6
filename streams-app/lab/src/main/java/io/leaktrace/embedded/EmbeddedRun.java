package io.leaktrace.embedded;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Suspect;
import io.leaktrace.files.InputFiles;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.replay.Replay;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topics.FileLoad;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A run of the whole pipeline over files through Kafka Streams, on its own broker and registry, as in the demo. Its
 * findings are equal to those of a {@link Replay} over the same files, which needs neither.
 */
public final class EmbeddedRun {

    private static final Duration CHECK = Duration.ofMillis(1);

    private final Settings settings;
    private final InputFiles input;
    private final Path work;
    private final ProgressListener listener;

    private final TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
    private final List<Alert> alerts = new ArrayList<>();
    private Instant from;
    private Instant to;

    /**
     * @param work folder for the broker's data, emptied before and after
     */
    public EmbeddedRun(Settings settings, InputFiles input, Path work, ProgressListener listener) {
        this.settings = settings;
        this.input = input;
        this.work = work;
        this.listener = listener;
    }

    /** Runs to the end. */
    public void run() throws IOException, InterruptedException {
        try (EmbeddedPlatform platform = EmbeddedPlatform.startFresh(work)) {
            // The API is not used during the run.
            Map<String, String> withoutApi = Map.of(Setting.FINDINGS_DAYS.key(), "0", Setting.HTTP_PORT.key(), "0");
            runOn(onPlatform(settings, platform, work).with(withoutApi), pipeline -> {});
        } finally {
            EmbeddedPlatform.delete(work);
        }
    }

    /** The settings with the addresses, folders and replication of an embedded platform. */
    public static Settings onPlatform(Settings settings, EmbeddedPlatform platform, Path work) {
        Map<String, String> embedded = new TreeMap<>(platform.settings());
        embedded.put(Setting.STATE_DIR.key(), work.resolve("state").toString());
        embedded.put(Setting.TOPIC_REPLICATION.key(), "1");
        return settings.with(embedded);
    }

    /**
     * Loads the files into the input topics of a cluster without input, and runs until the last epoch is solved.
     *
     * @param watcher receives the pipeline once it has started
     */
    public void runOn(Settings here, Consumer<Pipeline> watcher) throws IOException, InterruptedException {
        int partitions = createTopics(here);
        FileLoad.load(here, input, listener);
        if (input.orderEvents().size() == 0) {
            return;
        }
        span();
        input.close();
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

    /** Creates missing topics with unlimited retention; returns the number of partitions of the order events. */
    public static int createTopics(Settings here) {
        try (TopicAdmin admin = new TopicAdmin(here)) {
            admin.awaitBrokers();
            admin.registerSchemas();
            // Waits until every partition has a leader; records sent earlier may be lost.
            TopicAdmin.requireSound(admin.createMissing(Map.of("retention.ms", "-1")));
            return admin.inputPartitions();
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
                    long day = (solved.end().toEpochMilli() - from.toEpochMilli()) / EventTime.DAY;
                    listener.onProgress("Replaying days", Math.min(day, days), days);
                    done[0] |= solved.end().toEpochMilli() >= lastEnd;
                });
            }
        }
    }

    /** All custodians with a touch, each as of the last epoch in which it had one in the horizon. */
    public List<Suspect> suspects() {
        return suspects.values().stream().sorted(Suspect.RANKING).toList();
    }

    public List<Alert> alerts() {
        return List.copyOf(alerts);
    }
}

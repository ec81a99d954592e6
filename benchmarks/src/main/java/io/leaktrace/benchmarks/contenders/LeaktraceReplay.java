package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.replay.Replay;
import io.leaktrace.replay.ReplayPlan;
import io.leaktrace.replay.Selection;
import io.leaktrace.replay.TopicHistory;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;

/** A replay of the topics: it reads, correlates and solves, and writes a run's files. */
final class LeaktraceReplay implements Contender {

    private static final ProgressListener SILENT = new ProgressListener() {
        @Override
        public void onProgress(String step, long done, long total) {
            // The harness watches the process.
        }

        @Override
        public void onBadLine(BadLine line) {
            throw new IllegalStateException(line.toString());
        }
    };

    private final Settings settings;
    private final Selection selection;
    private final Path out;
    private long read;

    LeaktraceReplay(ContenderRun run, Map<String, String> variant, Selection selection) {
        settings = run.settings(variant);
        this.selection = selection;
        out = run.work().resolve("replay");
    }

    @Override
    public void run() throws IOException, InterruptedException {
        ReplayPlan plan =
                new ReplayPlan("bench", settings, selection, Clock.systemUTC().instant());
        TopicHistory topics = TopicHistory.of(settings, "bench");
        int threads = Runtime.getRuntime().availableProcessors();
        Replay replay =
                new Replay(plan, topics, out, EnumSet.of(RunFormat.CSV), Duration.ofMinutes(1), threads, SILENT);
        replay.run();
        read = replay.read();
    }

    @Override
    public String result() {
        return Claim.records(read);
    }
}

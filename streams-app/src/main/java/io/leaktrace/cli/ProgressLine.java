package io.leaktrace.cli;

import io.leaktrace.history.BadLine;
import io.leaktrace.history.Replay;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on stderr how far a command has come, if that is a terminal, and names bad lines, of many only the first. */
final class ProgressLine implements Replay.Listener, AutoCloseable {

    private static final int MOST_BAD_LINES = 20;

    private final PrintWriter err;
    private final boolean terminal = System.console() != null;
    private ProgressBar bar;
    private String step = "";
    private long badLines;

    ProgressLine(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void onProgress(String newStep, long done, long total) {
        if (!newStep.equals(step)) {
            finish();
            step = newStep;
            if (terminal) {
                bar = new ProgressBarBuilder()
                        .setTaskName(newStep)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .showSpeed()
                        .build();
            } else {
                err.println(newStep + " …");
                err.flush();
            }
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void onBadLine(BadLine line) {
        badLines++;
        if (badLines <= MOST_BAD_LINES) {
            err.println("Left out: " + line);
        } else if (badLines == MOST_BAD_LINES + 1) {
            err.println("More lines are left out; they are counted.");
        }
    }

    long badLines() {
        return badLines;
    }

    private void finish() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        finish();
        err.flush();
    }

    static String seconds(long startNanos) {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        return String.format("%d.%d s", took.toSeconds(), took.toMillisPart() / 100);
    }
}

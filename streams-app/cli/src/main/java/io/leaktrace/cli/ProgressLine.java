package io.leaktrace.cli;

import io.leaktrace.domain.SafeText;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.FileTally;
import io.leaktrace.files.ProgressListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress of a command on stderr: a bar on a terminal, lines elsewhere; also reports the first bad lines. */
public final class ProgressLine implements ProgressListener, AutoCloseable {

    private static final int MAX_BAD_LINES = 20;
    /** Interval between two lines of progress where stderr is not a terminal. */
    private static final Duration LINE_EVERY = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final boolean terminal = System.console() != null;
    private ProgressBar bar;
    private String step = "";
    private long stepStart;
    private long doneAtStart;
    private long lastLine;
    private long badLines;
    private final List<String> shortcomings = new ArrayList<>();

    public ProgressLine(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void onProgress(String newStep, long done, long total) {
        if (!newStep.equals(step)) {
            finish();
            step = newStep;
            stepStart = System.nanoTime();
            lastLine = stepStart;
            doneAtStart = done;
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
        } else if (System.nanoTime() - lastLine >= LINE_EVERY.toNanos()) {
            lastLine = System.nanoTime();
            err.println(line(done, total, (lastLine - stepStart) / 1e9));
            err.flush();
        }
    }

    /** A line with the records done, their rate and the time left. */
    private String line(long done, long total, double seconds) {
        double rate = (done - doneAtStart) / seconds;
        String soFar = String.format(Locale.ROOT, "%s: %,d", step, done);
        String speed = rate < 1 ? "" : String.format(Locale.ROOT, ", %,.0f a second", rate);
        if (total < 0) {
            return soFar + speed;
        }
        String left = rate == 0 ? "" : String.format(Locale.ROOT, ", %,.0f s left", (total - done) / rate);
        return String.format(Locale.ROOT, "%s of %,d (%d%%)", soFar, total, 100 * done / Math.max(1, total))
                + speed
                + left;
    }

    @Override
    public void onBadLine(BadLine line) {
        badLines++;
        if (badLines <= MAX_BAD_LINES) {
            err.println("Left out: " + SafeText.forTerminal(line.toString()));
        } else if (badLines == MAX_BAD_LINES + 1) {
            err.println("More lines are left out; they are only counted.");
        }
    }

    @Override
    public void onFileRead(FileTally tally) {
        tally.shortcoming().ifPresent(shortcomings::add);
    }

    public long badLines() {
        return badLines;
    }

    /** One sentence for each file of which more lines were left out than read. */
    public List<String> shortcomings() {
        return shortcomings;
    }

    /** Ends the step, so that further output starts on a new line. */
    void finish() {
        step = "";
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

    public static String seconds(long startNanos) {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        return String.format("%d.%d s", took.toSeconds(), took.toMillisPart() / 100);
    }
}

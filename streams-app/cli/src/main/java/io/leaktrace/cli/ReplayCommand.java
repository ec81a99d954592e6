package io.leaktrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.check.CheckReport;
import io.leaktrace.check.DataCheck;
import io.leaktrace.compare.Sweep;
import io.leaktrace.compare.Truth;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.SafeText;
import io.leaktrace.files.InputFiles;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.replay.FileHistory;
import io.leaktrace.replay.History;
import io.leaktrace.replay.Replay;
import io.leaktrace.replay.ReplayPlan;
import io.leaktrace.replay.Selection;
import io.leaktrace.replay.TopicHistory;
import io.leaktrace.replay.TopicRange;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs the pipeline over history. */
@Command(
        name = "replay",
        description =
                "Run the pipeline over history, independent of a running one: over files, or over the input topics of "
                        + "a cluster, which it only reads. Writes suspects.csv, alerts.csv, explanations.ndjson and manifest.json, "
                        + "and over files check.json.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without --orders or --input, history is what the topics of -b hold at the start; no group,",
            "offset or topic is written there. A replay that was stopped resumes from its",
            "last checkpoint when it is started again with the same --out.",
            "",
            "Examples:",
            "  leaktrace replay --orders orders.jsonl --contacts contacts.jsonl --out r",
            "  leaktrace replay --input mapping.sql --time-zone Asia/Shanghai --out r",
            "  leaktrace replay -b broker:9092 -r http://registry:8081 --dry-run",
            "  leaktrace replay -b broker:9092 -r http://registry:8081 \\",
            "    --to 2024-07-01T00:00:00Z --set window=7d --out week",
            "  leaktrace replay --orders o.jsonl.zst --contacts c.jsonl.gz \\",
            "    --sweep window=7d,14d --truth truth.csv --out grid",
        })
final class ReplayCommand implements Callable<Integer> {

    /** Number of contacts that quote a later order from which on a warning is printed; or their share. */
    private static final int CLOCKS_DIFFER = 3;

    private static final double CLOCKS_DIFFER_SHARE = 0.01;

    private static final int SHOWN = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private InputOptions files;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the result.")
    private Path out;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Names the run in its manifest and to the brokers (default: the folder's name).")
    private String name;

    @Option(names = "--from", paramLabel = "TIME", description = "Only records of this event time or later (ISO-8601).")
    private Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only records before this event time.")
    private Instant to;

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            description = "Only this percentage of the buyers, as in 10%%; always the same buyers.")
    private String sample;

    @Option(
            names = "--like",
            paramLabel = "MANIFEST",
            description = "Repeat the run of this manifest.json; the result is identical.")
    private Path like;

    @Option(names = "--dry-run", description = "Print what would be read and done, and end.")
    private boolean dryRun;

    @Option(
            names = "--sweep",
            paramLabel = "NAME=VALUE,…",
            description = "Run with each of these values, each in its own folder; several options make a grid.")
    private List<String> sweep = List.of();

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "With --sweep: the true leaks, in the form of truth.csv of 'simulate'.")
    private Path truth;

    @Option(
            names = "--formats",
            split = ",",
            paramLabel = "FORMAT",
            description = "Also write ndjson, parquet or both: suspects, alerts, epochs and evidence (default: csv).")
    private Set<RunFormat> formats = EnumSet.of(RunFormat.CSV);

    @Option(
            names = "--keep-place",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Interval of checkpoints, from which a stopped replay resumes (default: 60).")
    private int checkpointSeconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Number of threads of each step: reading, correlating, solving epochs; the result does not depend on it (default: one per core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** A shorter history cannot be judged, and a warning says so. */
    private static final double LEAST_DAYS = 2;

    /** The learning period is at most this part of the span of order events in files. */
    private static final int SHORT_HISTORY_PARTS = 3;

    /** Whether any of the runs replayed a record. */
    private boolean replayedSome;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Settings read = settings.read();
        JsonNode manifest = like == null ? null : ReplayPlan.read(like);
        ReplayPlan given = plan(read, manifest);
        plans(given);
        PrintWriter err = spec.commandLine().getErr();
        try (ProgressLine progress = new ProgressLine(err);
                InputFiles input =
                        files.files(Pseudonyms.NONE, given.settings().timeLimit(given.judgedAt()), threads)) {
            input.requireReadable();
            History history = history(read, given, input, progress);
            if (manifest != null) {
                history = history.as(manifest);
            }
            progress.finish();
            input.notes().forEach(note -> err.println(SafeText.forTerminal(note)));
            ReplayPlan plan = manifest == null ? learningLess(given, input, err) : given;
            List<ReplayPlan> plans = plans(plan);
            if (dryRun) {
                describe(plan, plans, history);
            } else if (sweep.isEmpty()) {
                replay(plan, history, progress);
            } else {
                sweep(plans, history, progress);
            }
            List<String> shortcomings = new ArrayList<>(input.shortcomings());
            if (files.hasMapping()
                    && shortcomings.isEmpty()
                    && input.orderEvents().size() == 0) {
                shortcomings.add(
                        "There is no order event in the input: no row of a statement with 'occurred_at' was used.");
            }
            if (!dryRun && shortcomings.isEmpty() && history.length() > 0 && !replayedSome) {
                shortcomings.add("No record was replayed: none is within --from, --to and --sample.");
            }
            shortcomings.forEach(err::println);
            return shortcomings.isEmpty() ? 0 : Main.FAILED;
        }
    }

    /**
     * Returns the plan with a shorter learning period if the history in files is short. Every epoch estimates the
     * background of the whole sliding window anew, so the ranking at the end uses all of the history; only the first
     * days cannot raise an alert.
     */
    private ReplayPlan learningLess(ReplayPlan plan, InputFiles input, PrintWriter err) {
        int learning = plan.settings().integer(Setting.LEARNING_DAYS);
        if (!files.hasOrders()
                || input.orderEvents().size() == 0
                || settings.isGiven(Setting.LEARNING_DAYS, plan.settings())
                || sweep.stream().anyMatch(values -> values.startsWith(Setting.LEARNING_DAYS.key() + "="))) {
            return plan;
        }
        double days = (input.orderEvents().latest() - input.orderEvents().earliest()) / (double) EventTime.DAY;
        if (days < LEAST_DAYS) {
            return plan;
        }
        int shorter = Math.max(1, (int) (days / SHORT_HISTORY_PARTS));
        if (shorter >= learning) {
            return plan;
        }
        err.printf(
                Locale.ROOT,
                "The order events span %.1f days: the background is learned for %d day%s before the first alert, not for "
                        + "%d. (--set learning.days=%d prevents that.)%n",
                days,
                shorter,
                shorter == 1 ? "" : "s",
                learning,
                learning);
        return plan.with(plan.name(), Map.of(Setting.LEARNING_DAYS.key(), Integer.toString(shorter)));
    }

    private void check() {
        if (!dryRun && (out == null || out.toString().isEmpty())) {
            throw new UsageException("Missing: --out DIR, where to write the result.");
        }
        if (files.isGiven() && !files.hasOrders()) {
            throw new UsageException("--contacts without --orders: give both, or neither to read the topics.");
        }
        if (like != null && (from != null || to != null || sample != null || !sweep.isEmpty() || settings.changed())) {
            throw new UsageException(
                    "--like takes settings and selection from the manifest; leave --set, --from, --to, "
                            + "--sample and --sweep out.");
        }
        if (truth != null && sweep.isEmpty()) {
            throw new UsageException("--truth needs --sweep.");
        }
        if (checkpointSeconds < 0) {
            throw new UsageException("--keep-place takes seconds, not " + checkpointSeconds + ".");
        }
        if (threads < 1) {
            throw new UsageException("--threads takes a number from 1 on, not " + threads + ".");
        }
        grid();
        selection();
    }

    private ReplayPlan plan(Settings read, JsonNode manifest) {
        // Null for "/".
        Path folder = out == null
                ? Path.of("dry-run")
                : out.toAbsolutePath().normalize().getFileName();
        String runName = name != null ? name : folder == null ? "run" : folder.toString();
        if (manifest != null) {
            return ReplayPlan.like(manifest, runName, read);
        }
        // In milliseconds, as in the rest of the manifest.
        Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        return new ReplayPlan(runName, read, selection(), now);
    }

    /**
     * One plan for each combination of a sweep.
     *
     * @throws SettingsException before the first run, with the problems of all combinations
     */
    private List<ReplayPlan> plans(ReplayPlan plan) {
        List<ReplayPlan> plans = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> problems = new LinkedHashSet<>();
        for (Map<String, String> combination : grid().combinations()) {
            String runName = Sweep.name(combination);
            if (!names.add(runName)) {
                throw new UsageException("--sweep: two of the runs would have the same folder, " + runName
                        + ". Leave out repeated values; use only letters and digits in those of market.");
            }
            try {
                plans.add(combination.isEmpty() ? plan : plan.with(runName, combination));
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(List.copyOf(problems));
        }
        return plans;
    }

    private Selection selection() {
        try {
            return new Selection(from, to, sample == null ? 1 : share(sample));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--from, --to, --sample: " + e.getMessage() + ".");
        }
    }

    private static double share(String text) {
        try {
            return text.endsWith("%")
                    ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                    : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a share such as 10%", e);
        }
    }

    private History history(Settings read, ReplayPlan plan, InputFiles input, ProgressLine progress)
            throws IOException {
        if (!files.hasOrders()) {
            settings.readAndAwaitBrokers();
            return TopicHistory.of(read, plan.name());
        }
        DataCheck check = new DataCheck(plan.settings().model());
        Consumer<InputRecord> selected = record -> {
            if (plan.selection().takesBuyer(record.key().getBytes(StandardCharsets.UTF_8))
                    && plan.selection().takes(record, record.eventTime())) {
                check.accept(record);
            }
        };
        FileHistory history = FileHistory.read(input, selected, CheckCommand.counting(check, progress));
        progress.finish();
        CheckReport report = check.report(false);
        CheckText.printShort(spec.commandLine().getErr(), report);
        history.setCheck(report.described(), report.json());
        return history;
    }

    private void describe(ReplayPlan plan, List<ReplayPlan> plans, History history) {
        PrintWriter text = spec.commandLine().getOut();
        if (history instanceof TopicHistory topics) {
            text.printf("%-28s %9s %14s %14s %14s  %s%n", "topic", "partition", "from", "to", "records", "event time");
            Map<TopicRange, TopicHistory.Span> spans = topics.spans();
            for (TopicRange range : topics.ranges()) {
                TopicHistory.Span span = spans.get(range);
                text.printf(
                        "%-28s %9d %,14d %,14d %,14d  %s%n",
                        range.topic(),
                        range.partition(),
                        range.from(),
                        range.to(),
                        range.length(),
                        span == null ? "-" : span.from() + " to " + span.to());
            }
            text.printf(
                    "%n%,d records at most, including transaction markers and gaps from compaction.%n",
                    topics.length());
            text.println("Event times are those of each partition's first and last record.");
            text.println("The topics are read as '" + plan.settings().get(Setting.APPLICATION_ID) + "-replay-"
                    + plan.name() + "', without a consumer group; nothing is written to the cluster.");
        } else {
            String tables = files.hasMapping() ? " and the tables of the mapping" : "";
            text.printf("%,d records of %d files%s.%n", history.length(), files.count(), tables);
        }
        Selection selected = plan.selection();
        text.printf(
                "Selected: event time from %s to %s, %s%% of the buyers.%n",
                selected.from() == null ? "the beginning" : selected.from(),
                selected.to() == null ? "the end" : selected.to(),
                BigDecimal.valueOf(100 * selected.sample()).stripTrailingZeros().toPlainString());
        for (ReplayPlan run : plans) {
            text.println("Run '" + run.name() + "', settings " + run.settings().resultHash());
        }
        text.flush();
    }

    private void replay(ReplayPlan plan, History history, ProgressLine progress)
            throws IOException, InterruptedException {
        Replay replay = run(plan, history, out, progress);
        progress.finish();
        SuspectTable.print(spec.commandLine().getOut(), replay.suspects(), SHOWN, null, replay.learningUntil());
    }

    private Replay run(ReplayPlan plan, History history, Path folder, ProgressLine progress)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Replay replay =
                new Replay(plan, history, folder, formats, Duration.ofSeconds(checkpointSeconds), threads, progress);
        replay.run();
        progress.finish();
        replayedSome |= replay.read() > 0;
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                "Replayed %,d records (%,d lines left out) in %s%s; the result is in %s%n",
                replay.read(),
                history.badLines(),
                ProgressLine.seconds(start),
                replay.resumed() ? ", resumed from the last checkpoint" : "",
                folder);
        if (replay.learningUntil() != null) {
            err.printf(
                    "Warning: the history ends before the learning period does (learning until %s; learning.days=%s),"
                            + " so only the background was learned and every score is 0. Replay a longer history, or"
                            + " shorten the period with --set learning.days=N.%n",
                    replay.learningUntil(), plan.settings().get(Setting.LEARNING_DAYS));
        }
        if (replay.quotedOrderLater() >= CLOCKS_DIFFER
                || replay.quotedOrderLater() > CLOCKS_DIFFER_SHARE * replay.contacts()) {
            err.printf(
                    Locale.ROOT,
                    "Warning: %,d of %,d contacts quote an order that came after them, so the clocks of orders and contacts"
                            + " differ: does a source write local time as UTC? Its lead times are wrong by that offset, and"
                            + " leaks may be missed. See \"It runs, but finds nothing\" in docs/troubleshooting.md.%n",
                    replay.quotedOrderLater(),
                    replay.contacts());
        }
        err.flush();
        return replay;
    }

    private void sweep(List<ReplayPlan> plans, History history, ProgressLine progress)
            throws IOException, InterruptedException {
        Sweep grid = grid();
        Truth known = truth == null ? null : Truth.read(truth);
        for (ReplayPlan plan : plans) {
            run(plan, history, out.resolve(plan.name()), progress);
        }
        List<List<String>> table = grid.table(out, known);
        Sweep.write(out.resolve("sweep.csv"), table);
        TextTable.print(spec.commandLine().getOut(), table);
    }

    private Sweep grid() {
        try {
            return new Sweep(sweep);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--sweep: " + e.getMessage() + ".");
        }
    }
}

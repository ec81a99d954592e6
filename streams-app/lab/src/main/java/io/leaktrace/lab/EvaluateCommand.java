package io.leaktrace.lab;

import io.leaktrace.cli.ProgressLine;
import io.leaktrace.cli.SettingsOptions;
import io.leaktrace.cli.UsageException;
import io.leaktrace.evaluate.EvaluatedMarkets;
import io.leaktrace.evaluate.Evaluation;
import io.leaktrace.evaluate.RealOrders;
import io.leaktrace.evaluate.Report;
import io.leaktrace.files.OrderEventWriter;
import io.leaktrace.imports.PublicData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that compares scorers on markets whose leaks are known. */
@Command(
        name = "evaluate",
        description =
                "Compare Leaktrace with other scorers on simulated markets with planted leaks, and on real orders "
                        + "on which leaks are planted. Prints Markdown tables; --out also writes them, a CSV and plots.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Thresholds are found on separate leak-free seeds, for one false alert in 60 days",
            "among 2,100 custodians. Some rows are evaluated on odd seeds only. With the",
            "defaults this takes about half an hour on 2 cores and up to 8 GB of memory.",
            "",
            "Examples:",
            "  leaktrace evaluate --out quality",
            "  leaktrace evaluate --seeds 1 --leak-free-seeds 1",
            "  leaktrace evaluate --false-alerts --leak-free-seeds 50",
            "  leaktrace evaluate --evidence",
        })
final class EvaluateCommand implements Callable<Integer> {

    /** First of the seeds for thresholds, which are not used for evaluation. */
    private static final long FIRST_LEAK_FREE_SEED = 1001;

    /** Leak rates planted on real orders, by data set; high, because these sets are sparse. */
    private static final Map<String, Double> RATES = Map.of("olist", 0.3, "completejourney", 0.1);

    private static final Map<String, ZoneOffset> ZONES =
            Map.of("olist", ZoneOffset.ofHours(-3), "completejourney", ZoneOffset.ofHours(-5));

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for quality.md with the tables and, of a whole comparison, quality.csv and plots.")
    private Path out;

    @Option(
            names = "--seeds",
            defaultValue = "4",
            paramLabel = "N",
            description = "Number of evaluated seeds, starting from 1 (default: 4).")
    private int seeds;

    @Option(
            names = "--leak-free-seeds",
            defaultValue = "2",
            paramLabel = "N",
            description = "Number of leak-free seeds for the thresholds, starting from 1001 (default: 2).")
    private int leakFreeSeeds;

    @Option(
            names = "--false-alerts",
            description = "Only count Leaktrace's false alerts on the leak-free seeds, including waves and festivals.")
    private boolean falseAlerts;

    @Option(
            names = "--evidence",
            description = "Only compare Leaktrace with further evidence (docs/evidence.md) and without it.")
    private boolean evidence;

    @Option(
            names = "--cell",
            paramLabel = "TITLE",
            description = "Only this row of simulated markets with leaks, by its title in the tables; may be repeated. "
                    + "Leak-free rows stay, because thresholds come from them.")
    private Set<String> cells;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with a subfolder for each public data set (default: $LEAKTRACE_DATA or "
                    + "../shared/data); missing sets are skipped.")
    private Path data;

    @Option(names = "--threads", paramLabel = "N", description = "Number of threads (default: one per processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seeds < 1 || leakFreeSeeds < 1 || threads < 1) {
            throw new UsageException("--seeds, --leak-free-seeds and --threads must be at least 1.");
        }
        if (falseAlerts && evidence || cells != null && (falseAlerts || evidence)) {
            throw new UsageException("Of --cell, --false-alerts and --evidence, only one can be given.");
        }
        long start = System.nanoTime();
        PrintWriter err = spec.commandLine().getErr();
        List<Long> quiet = LongStream.range(FIRST_LEAK_FREE_SEED, FIRST_LEAK_FREE_SEED + leakFreeSeeds)
                .boxed()
                .toList();
        Path work = Files.createTempDirectory("leaktrace-evaluate-");
        try (ProgressLine progress = new ProgressLine(err)) {
            List<RealOrders> real =
                    falseAlerts || evidence || cells != null ? List.of() : realOrders(work, progress, err);
            EvaluatedMarkets markets = evidence ? EvaluatedMarkets.withFurtherEvidence() : new EvaluatedMarkets(real);
            restrict(markets);
            List<Long> evaluated = LongStream.rangeClosed(1, seeds).boxed().toList();
            try (Evaluation evaluation =
                    new Evaluation(settings.read().model(), markets, threads, progress::onProgress)) {
                if (falseAlerts) {
                    write(evaluation.falseAlerts(quiet).markdown());
                } else if (evidence) {
                    write(evaluation.evidenceGains(evaluated, quiet).markdown());
                } else {
                    Report report = new Report(evaluation.run(evaluated, quiet));
                    write(report.markdown());
                    if (out != null) {
                        report.writeCsvAndPlots(out);
                    }
                }
            }
        } finally {
            for (String set : RATES.keySet()) {
                Files.deleteIfExists(work.resolve(set + ".jsonl"));
            }
            Files.deleteIfExists(work);
        }
        err.printf("Evaluated in %s.%n", ProgressLine.seconds(start));
        return 0;
    }

    private void restrict(EvaluatedMarkets markets) {
        if (cells == null) {
            return;
        }
        try {
            markets.restrictTo(cells);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--cell: " + e.getMessage());
        }
    }

    private void write(String markdown) throws IOException {
        spec.commandLine().getOut().print(markdown);
        spec.commandLine().getOut().flush();
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("quality.md"), markdown);
        }
    }

    private List<RealOrders> realOrders(Path work, ProgressLine progress, PrintWriter err) throws IOException {
        String variable = System.getenv("LEAKTRACE_DATA");
        Path folder = data != null ? data : Path.of(variable == null ? "../shared/data" : variable);
        List<RealOrders> real = new ArrayList<>();
        for (PublicData set : PublicData.all()) {
            Path dir = folder.resolve(set.name());
            if (!Files.isDirectory(dir)) {
                err.println("Skipped: there is no " + dir + ", so leaks are not planted on " + set.name() + ".");
                continue;
            }
            Path orders = work.resolve(set.name() + ".jsonl");
            try (OrderEventWriter writer = new OrderEventWriter(Files.newOutputStream(orders))) {
                set.read(
                        dir,
                        event -> {
                            try {
                                writer.write(event);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        progress);
            }
            real.add(new RealOrders(set.name(), orders, RATES.get(set.name()), ZONES.get(set.name())));
        }
        return real;
    }
}

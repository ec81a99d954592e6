package io.leaktrace.benchmarks;

import io.leaktrace.benchmarks.contenders.Catalogue;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.market.MarketParquet;
import io.leaktrace.benchmarks.market.MarketTopics;
import io.leaktrace.benchmarks.market.Truth;
import io.leaktrace.benchmarks.process.Cores;
import io.leaktrace.benchmarks.process.Platform;
import io.leaktrace.benchmarks.report.Machine;
import io.leaktrace.benchmarks.report.Size;
import io.leaktrace.benchmarks.report.Speedup;
import io.leaktrace.benchmarks.report.Table;
import io.leaktrace.benchmarks.report.Turn;
import io.leaktrace.benchmarks.report.Turns;
import io.leaktrace.benchmarks.studies.EpochsCommand;
import io.leaktrace.benchmarks.studies.FilesCommand;
import io.leaktrace.benchmarks.studies.LatencyCommand;
import io.leaktrace.benchmarks.studies.RestoreCommand;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Leaktrace side by side with others. */
@Command(
        name = "leaktrace bench",
        description = "Measures Leaktrace side by side with others that do the same join and counts, in turns, and "
                + "prints Markdown tables. Each contender runs in a process of its own, against one broker; its counts "
                + "are checked before its time counts.",
        mixinStandardHelpOptions = true,
        subcommands = {EpochsCommand.class, FilesCommand.class, LatencyCommand.class, RestoreCommand.class},
        footer = {
            "",
            "At its defaults this takes hours, 10 GB of disk and up to 8 GB of memory.",
            "",
            "Examples:",
            "  leaktrace bench --out performance",
            "  leaktrace bench --orders 200000 --buyers 10000 --contacts 2000 --rounds 1",
            "  leaktrace bench --only poll-and-decode,correlate-eos-1-memory",
        })
public final class BenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--orders",
            split = ",",
            defaultValue = "5000000,20000000",
            paramLabel = "N",
            description = "Sizes of the market (default: ${DEFAULT-VALUE}).")
    private List<Long> orders;

    @Option(names = "--buyers", defaultValue = "1000000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int buyers;

    @Option(names = "--contacts", defaultValue = "50000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int contacts;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "Turns of each contender (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "These contenders instead of all; --list names them.")
    private List<String> only = List.of();

    @Option(
            names = "--cores",
            split = ",",
            paramLabel = "N",
            description =
                    "Each contender takes its turns on each of these numbers of cores, with taskset where there is "
                            + "one; the broker may use all (default: all).")
    private List<Integer> cores = List.of(Cores.all());

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Of the market (default: 1).")
    private long seed;

    @Option(
            names = "--checkpoint-seconds",
            defaultValue = "10",
            paramLabel = "N",
            description = "Time between Flink's checkpoints (default: ${DEFAULT-VALUE}).")
    private int checkpointSeconds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to write performance.md and turns.csv too, and logs.")
    private Path out;

    @Option(names = "--list", description = "List the contenders and end.")
    private boolean list;

    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new BenchCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((problem, failed, parsed) -> {
            problem.printStackTrace(failed.getErr());
            return 1;
        });
        System.exit(commandLine.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        if (list) {
            for (Catalogue contender : Catalogue.values()) {
                spec.commandLine().getOut().printf("%-24s %s%n", contender.label(), contender.description());
            }
            return 0;
        }
        if (rounds < 1 || buyers < 1 || contacts < 0 || orders.stream().anyMatch(size -> size < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--orders, --buyers and --rounds must be at least 1, --contacts at least 0");
        }
        if (cores.stream().anyMatch(count -> count < 1 || count > Cores.all())) {
            throw new ParameterException(
                    spec.commandLine(), "--cores must be from 1 to " + Cores.all() + ", the cores of this machine");
        }
        List<Catalogue> contenders = contenders();
        Path folder = out == null ? Files.createTempDirectory("leaktrace-bench-") : Files.createDirectories(out);
        PrintWriter words = spec.commandLine().getErr();
        words.printf("Markets of seed %d; logs are in %s%n", seed, folder);
        Turns turns;
        try (Platform platform = Platform.start(folder.toAbsolutePath())) {
            List<Size> sizes = new ArrayList<>();
            for (long size : orders) {
                sizes.add(prepare(platform, size, folder.toAbsolutePath(), words));
            }
            turns = new Turns(sizes, contenders, folder.toAbsolutePath(), cores, checkpointSeconds * 1000L, words);
            turns.take(rounds);
            for (Size size : sizes) {
                EmbeddedPlatform.delete(size.parquet());
            }
        }
        int most = Collections.max(cores);
        List<Turn> onMost =
                turns.taken().stream().filter(turn -> turn.cores() == most).toList();
        Table table = new Table(onMost, contenders, turns.out());
        List<String> commandLine = spec.commandLine().getParseResult().originalArgs();
        String markdown = Machine.markdown(commandLine) + "- seed " + seed + ", " + rounds + " rounds, on " + most
                + " cores\n\n" + table.markdown() + new Speedup(turns.taken()).markdown();
        spec.commandLine().getOut().print(markdown);
        spec.commandLine().getOut().flush();
        if (out != null) {
            Files.writeString(folder.resolve("performance.md"), markdown);
            Files.writeString(folder.resolve("turns.csv"), Table.csv(turns.taken()));
        }
        return turns.out().isEmpty() ? 0 : 1;
    }

    private List<Catalogue> contenders() {
        try {
            return only.isEmpty()
                    ? Arrays.asList(Catalogue.values())
                    : only.stream().map(Catalogue::named).sorted().toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Size prepare(Platform platform, long count, Path folder, PrintWriter words)
            throws IOException, SQLException {
        String label = Size.label(count);
        words.printf("Preparing %s orders …%n", label);
        words.flush();
        Market market = new Market(seed, count, buyers, contacts);
        Map<String, String> settings = new HashMap<>(platform.settings());
        settings.put("topic.prefix", "bench-" + label + ".");
        EmbeddedRun.createTopics(Settings.of(settings));
        MarketTopics.fill(market, Settings.of(settings));
        Path parquet = folder.resolve("parquet-" + label);
        MarketParquet.write(market, parquet);
        return new Size(label, market, Truth.of(market), settings, parquet);
    }
}

package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.market.LongHistory;
import io.leaktrace.benchmarks.process.Cores;
import io.leaktrace.benchmarks.process.JavaProcess;
import io.leaktrace.benchmarks.process.PropertiesFile;
import io.leaktrace.benchmarks.report.Machine;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.files.FileFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a replay of large files costs. */
@Command(
        name = "files",
        description = "Measures replays of a history of 400 days in files with little memory: compressed Parquet, "
                + "compressed JSON Lines, and JSON Lines in another order, on one or more cores. All must give the same "
                + "suspects and alerts.",
        mixinStandardHelpOptions = true,
        footer = {"", "At its defaults this takes hours and 30 GB of disk."})
public final class FilesCommand implements Callable<Integer> {

    /** A form of the files. */
    private enum Form {
        PARQUET,
        JSONL,
        SHUFFLED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--events",
            split = ",",
            defaultValue = "10000000,100000000",
            paramLabel = "N",
            description = "Numbers of order events, multiples of 4 (default: ${DEFAULT-VALUE}).")
    private List<Long> events;

    @Option(
            names = "--forms",
            split = ",",
            defaultValue = "parquet,jsonl,shuffled",
            paramLabel = "FORM",
            description = "Forms of the files (default: ${DEFAULT-VALUE}).")
    private List<Form> forms;

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "Numbers of threads, each on as many cores: the virtual machine knows of no others "
                    + "(-XX:ActiveProcessorCount) and, where there is taskset, may use no others (default: one per "
                    + "core).")
    private List<Integer> threads = List.of(Runtime.getRuntime().availableProcessors());

    @Option(names = "--buyers", defaultValue = "2000000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int buyers;

    @Option(
            names = "--contacts",
            defaultValue = "100000",
            paramLabel = "N",
            description = "Contacts of the background (default: ${DEFAULT-VALUE}).")
    private int contacts;

    @Option(names = "--heap", defaultValue = "2g", paramLabel = "SIZE", description = "Default: ${DEFAULT-VALUE}.")
    private String heap;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "For the files, which are deleted after their turn (default: a temporary folder).")
    private Path folder;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        Path work = folder == null
                ? Files.createTempDirectory("leaktrace-bench-files-")
                : Files.createDirectories(folder).toAbsolutePath();
        var print = spec.commandLine().getOut();
        print.print(Machine.markdown(spec.commandLine().getParseResult().originalArgs()));
        print.printf(
                "- %s%n%n| order events | files | size MB | threads | wall s | × as fast | CPU s | events per s "
                        + "| peak RSS MB | result |%n|---:|---|---:|---:|---:|---:|---:|---:|---:|---|%n",
                Cores.canPin()
                        ? "each replay pinned to as many cores as it has threads"
                        : "replays not pinned: no taskset");
        boolean same = true;
        for (long size : events) {
            String first = null;
            for (Form form : forms) {
                Path files = work.resolve(size + "-" + form.label());
                write(new LongHistory(size, buyers, contacts), form, files);
                long bytes = bytes(files);
                double firstWall = 0;
                for (int count : threads) {
                    Path out = work.resolve(files.getFileName() + "-result");
                    Map<String, String> figures = replay(files, out, work, count);
                    String result = FileFingerprint.of(out.resolve("suspects.csv"))
                                    .sha256()
                            + FileFingerprint.of(out.resolve("alerts.csv")).sha256();
                    first = first == null ? result : first;
                    same &= result.equals(first);
                    double wall = Double.parseDouble(figures.get("wallSeconds"));
                    firstWall = firstWall == 0 ? wall : firstWall;
                    print.printf(
                            "| %,d | %s | %,d | %d | %,.1f | %.2f | %,.1f | %,.0f | %,d | %s |%n",
                            size,
                            form.label(),
                            bytes >> 20,
                            count,
                            wall,
                            firstWall / wall,
                            Double.parseDouble(figures.get("cpuSeconds")),
                            size / wall,
                            Long.parseLong(figures.get("peakBytes")) >> 20,
                            result.equals(first) ? "same" : "**different**");
                    print.flush();
                    EmbeddedPlatform.delete(out);
                }
                EmbeddedPlatform.delete(files);
            }
        }
        return same ? 0 : 1;
    }

    private static void write(LongHistory history, Form form, Path files) throws IOException, SQLException {
        if (form == Form.PARQUET) {
            history.writeParquet(files);
        } else {
            history.writeJsonLines(files, form == Form.SHUFFLED);
        }
    }

    private static long bytes(Path files) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : all.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private Map<String, String> replay(Path files, Path out, Path work, int cores) throws InterruptedException {
        Path figures = work.resolve(files.getFileName() + ".properties");
        List<String> arguments = new ArrayList<>(List.of(figures.toString(), "replay"));
        arguments.addAll(LongHistory.replayOptions(files));
        arguments.addAll(List.of("--out", out.toString()));
        JavaProcess process = JavaProcess.start(
                "the replay of " + files.getFileName(),
                cores,
                FilesMain.class,
                List.of("-Xmx" + heap, "-Djava.io.tmpdir=" + work),
                jar -> false,
                work.resolve(files.getFileName() + ".log"),
                arguments.toArray(String[]::new));
        try (process) {
            process.awaitEnd();
        }
        return PropertiesFile.read(figures);
    }
}

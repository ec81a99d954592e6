package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.process.JavaProcess;
import io.leaktrace.benchmarks.process.PropertiesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long an epoch takes to solve, by the contacts in its horizon, and how long a sequence of epochs takes. */
@Command(
        name = "epochs",
        description =
                "Measures how long an epoch takes to solve, and with how much memory, by the contacts in the horizon of "
                        + "28 days, and how long all epochs of 60 days take. The markets have 2,100 custodians; in "
                        + "the first, 10 of them lost their orders of the past.",
        mixinStandardHelpOptions = true)
public final class EpochsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--contacts",
            split = ",",
            defaultValue = "100000,300000,1000000,3000000",
            paramLabel = "N",
            description = "In the horizon of the epoch that is measured. Default: ${DEFAULT-VALUE}.")
    private List<Integer> contacts;

    @Option(
            names = "--all",
            defaultValue = "50000",
            paramLabel = "N",
            description =
                    "Contacts of the 60 days whose 240 epochs are all measured; 0 for none (default: ${DEFAULT-VALUE}).")
    private int all;

    @Option(
            names = "--threads",
            defaultValue = "1",
            paramLabel = "N",
            description = "Threads, and cores, that solve (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--heap",
            defaultValue = "12g",
            paramLabel = "SIZE",
            description = "Heap of the process that solves (default: ${DEFAULT-VALUE}).")
    private String heap;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("leaktrace-bench-epochs-");
        var print = spec.commandLine().getOut();
        print.printf(
                "Seed %d, threads: %d%n%n| contacts in the horizon | seconds an epoch | peak RSS MB |%n|---:|---:|---:|%n",
                seed, threads);
        for (int size : contacts) {
            Map<String, String> values = solve(EpochsMain.class, folder, size);
            print.printf(
                    "| %,d | %.2f | %d |%n",
                    size, Double.parseDouble(values.get("seconds")), Long.parseLong(values.get("peakBytes")) >> 20);
            print.flush();
        }
        if (all > 0) {
            Map<String, String> values = solve(EpochSequenceMain.class, folder, all);
            print.printf("%n| contacts in 60 days | epochs | CPU s | s | peak RSS MB |%n|---:|---:|---:|---:|---:|%n");
            print.printf(
                    "| %,d | %s | %.1f | %.1f | %d |%n",
                    all,
                    values.get("epochs"),
                    Double.parseDouble(values.get("cpuSeconds")),
                    Double.parseDouble(values.get("seconds")),
                    Long.parseLong(values.get("peakBytes")) >> 20);
        }
        Files.delete(folder);
        return 0;
    }

    private Map<String, String> solve(Class<?> main, Path folder, int size) throws IOException, InterruptedException {
        Path answer = folder.resolve("answer.properties");
        Path log = folder.resolve("solver.log");
        JavaProcess process = JavaProcess.start(
                "the solver of " + size + " contacts",
                main,
                List.of("-Xmx" + heap, "-XX:ActiveProcessorCount=" + threads),
                jar -> false,
                log,
                Integer.toString(size),
                Long.toString(seed),
                Integer.toString(threads),
                answer.toString());
        try (process) {
            process.awaitEnd();
        }
        Map<String, String> values = PropertiesFile.read(answer);
        Files.delete(answer);
        Files.delete(log);
        return values;
    }
}

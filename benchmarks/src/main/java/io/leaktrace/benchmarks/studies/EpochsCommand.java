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

/** How long an epoch takes to solve, by the contacts in its horizon. */
@Command(
        name = "epochs",
        description =
                "Measures how long an epoch takes to solve on one core, and with how much memory, by the contacts "
                        + "in the horizon of 28 days. The market has 2,100 custodians.",
        mixinStandardHelpOptions = true)
public final class EpochsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--contacts",
            split = ",",
            defaultValue = "100000,300000,1000000,3000000",
            paramLabel = "N",
            description = "Default: ${DEFAULT-VALUE}.")
    private List<Integer> contacts;

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
                "Seed %d%n%n| contacts in the horizon | seconds an epoch | peak RSS MB |%n|---:|---:|---:|%n", seed);
        for (int size : contacts) {
            Path answer = folder.resolve(size + ".properties");
            Path log = folder.resolve(size + ".log");
            JavaProcess process = JavaProcess.start(
                    "the solver of " + size + " contacts",
                    EpochsMain.class,
                    List.of("-Xmx" + heap, "-XX:ActiveProcessorCount=1"),
                    jar -> false,
                    log,
                    Integer.toString(size),
                    Long.toString(seed),
                    answer.toString());
            try (process) {
                process.awaitEnd();
            }
            Map<String, String> values = PropertiesFile.read(answer);
            print.printf(
                    "| %,d | %.2f | %d |%n",
                    size, Double.parseDouble(values.get("seconds")), Long.parseLong(values.get("peakBytes")) >> 20);
            print.flush();
            Files.delete(answer);
            Files.delete(log);
        }
        Files.delete(folder);
        return 0;
    }
}

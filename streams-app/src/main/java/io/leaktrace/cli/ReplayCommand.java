package io.leaktrace.cli;

import io.leaktrace.history.InputFiles;
import io.leaktrace.history.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The pipeline over files. */
@Command(
        name = "replay",
        description = "Run the pipeline over files, on a broker of its own, and write suspects.csv, alerts.csv and "
                + "manifest.json. The order of lines does not matter.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  leaktrace replay --orders orders.jsonl --contacts contacts.jsonl --out result",
            "  leaktrace replay --orders orders.jsonl.gz --contacts contacts.jsonl --set window=7d --out week",
        })
final class ReplayCommand implements Callable<Integer> {

    private static final int SHOWN = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(
            names = "--orders",
            arity = "1..*",
            required = true,
            paramLabel = "FILE",
            description = "Order events, as JSON Lines.")
    private List<Path> orders;

    @Option(names = "--contacts", arity = "1..*", paramLabel = "FILE", description = "Scam contacts, as JSON Lines.")
    private List<Path> contacts = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write the result.")
    private Path out;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Names the run in its manifest (default: the folder's name).")
    private String name;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long start = System.nanoTime();
        PrintWriter words = spec.commandLine().getErr();
        InputFiles input = new InputFiles(orders, contacts, Clock.systemUTC());
        Files.createDirectories(out);
        Path work = Files.createTempDirectory(out.toAbsolutePath(), ".replay-");
        String runName =
                name == null ? out.toAbsolutePath().normalize().getFileName().toString() : name;
        Replay replay;
        try (ProgressLine progress = new ProgressLine(words)) {
            replay = new Replay(settings.read(), input, work, progress);
            replay.run();
        } finally {
            Files.deleteIfExists(work);
        }
        replay.write(out, runName);
        words.printf(
                "Replayed %,d records (%,d lines left out) in %s; the result is in %s%n",
                input.read(), input.bad(), ProgressLine.seconds(start), out);
        words.flush();
        SuspectTable.print(spec.commandLine().getOut(), replay.suspects(), SHOWN, null);
        return 0;
    }
}

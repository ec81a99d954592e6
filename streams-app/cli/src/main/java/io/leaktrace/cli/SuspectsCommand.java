package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Suspect;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that prints the current ranking. */
@Command(
        name = "suspects",
        description = "Show the current ranking, from the topic leak-suspects.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  leaktrace suspects --top 50", "  leaktrace suspects --csv suspects.csv"})
final class SuspectsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(
            names = "--top",
            defaultValue = "20",
            paramLabel = "N",
            description = "Number of custodians to show (default: 20).")
    private int top;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write the whole ranking to a file, in the form of suspects.csv.")
    private Path csv;

    @Override
    public Integer call() throws IOException {
        Settings read = settings.readAndAwaitBrokers();
        TreeMap<Custodian, Suspect> latest = new TreeMap<>();
        try (TopicReader reader = new TopicReader(read, read.topics().leakSuspects())) {
            reader.readToEnd(record -> {
                if (record instanceof Suspect suspect) {
                    latest.put(suspect.custodian(), suspect);
                }
            });
            reader.shortcoming().ifPresent(spec.commandLine().getErr()::println);
        }
        if (csv != null) {
            RunFiles.writeSuspects(csv, latest.values());
        }
        SuspectTable.print(
                spec.commandLine().getOut(),
                latest.values().stream().sorted(Suspect.RANKING).toList(),
                top,
                null);
        return 0;
    }
}

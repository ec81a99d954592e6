package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Suspect;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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

    /** End of the learning period as of the latest epoch; null if it is over. */
    private Instant learningUntil;

    @Override
    public Integer call() throws IOException {
        Settings read = settings.readAndAwaitBrokers();
        TreeMap<Custodian, Suspect> latest = new TreeMap<>();
        for (String topic : List.of(read.topics().leakSuspects(), read.topics().leakEpochs())) {
            try (TopicReader reader = new TopicReader(read, topic)) {
                reader.readToEnd(record -> {
                    if (record instanceof Suspect suspect) {
                        latest.put(suspect.custodian(), suspect);
                    } else if (record instanceof Epoch epoch) {
                        learningUntil = epoch.learning() ? epoch.learningUntil() : null;
                    }
                });
                reader.shortcoming().ifPresent(spec.commandLine().getErr()::println);
            }
        }
        if (csv != null) {
            RunFiles.writeSuspects(csv, latest.values());
        }
        SuspectTable.print(
                spec.commandLine().getOut(),
                latest.values().stream().sorted(Suspect.RANKING).toList(),
                top,
                null,
                learningUntil);
        return 0;
    }
}

package io.leaktrace.cli;

import io.leaktrace.history.FileLoad;
import io.leaktrace.history.InputFiles;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Files into the input topics. */
@Command(
        name = "load",
        description = "Send order events and scam contacts from files to the input topics, in the order of event time. "
                + "Topics that are missing are created.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  leaktrace load --orders orders.jsonl --contacts contacts.jsonl -b broker:9092"})
final class LoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private PseudonymOptions pseudonyms;

    @Option(names = "--orders", arity = "1..*", paramLabel = "FILE", description = "Order events, as JSON Lines.")
    private List<Path> orders = List.of();

    @Option(names = "--contacts", arity = "1..*", paramLabel = "FILE", description = "Scam contacts, as JSON Lines.")
    private List<Path> contacts = List.of();

    @Override
    public Integer call() throws IOException {
        if (orders.isEmpty() && contacts.isEmpty()) {
            throw new UsageException("Give --orders FILE, --contacts FILE or both.");
        }
        long start = System.nanoTime();
        PrintWriter words = spec.commandLine().getErr();
        Settings read = settings.read();
        InputFiles input = new InputFiles(orders, contacts, pseudonyms.read(), Clock.systemUTC());
        try (TopicAdmin admin = new TopicAdmin(read);
                ProgressLine progress = new ProgressLine(words)) {
            admin.awaitBrokers();
            admin.registerSchemas();
            TopicWarnings.require(admin.createMissing(Map.of()), words);
            FileLoad.load(read, input, progress);
        }
        words.printf(
                "Loaded %,d records (%,d lines left out) in %s%n",
                input.read(), input.bad(), ProgressLine.seconds(start));
        return 0;
    }
}

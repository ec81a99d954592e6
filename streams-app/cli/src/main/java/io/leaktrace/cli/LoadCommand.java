package io.leaktrace.cli;

import io.leaktrace.domain.SafeText;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topics.FileLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that sends files to the input topics. */
@Command(
        name = "load",
        description = "Send order events and scam contacts from files to the input topics, in event-time order. "
                + "Missing topics are created.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Files are JSON Lines, plain or compressed with gzip or zstd; a pipe is accepted,",
            "and - for standard input. All files are read and checked before any record is",
            "sent. A bad line is reported and left out, and the rest is sent; the exit code",
            "is 1 if more lines of a file are left out than sent. The timestamp of a record",
            "is the time of sending; the retention of the topics counts from it.",
            "",
            "Examples:",
            "  leaktrace load --orders orders.jsonl --contacts contacts.jsonl -b broker:9092",
            "  zcat orders-*.gz | leaktrace load --orders - -b broker:9092",
            "  leaktrace load --input mapping.sql --time-zone Asia/Shanghai -b broker:9092",
        })
final class LoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private PseudonymOptions pseudonyms;

    @Mixin
    private InputOptions files;

    @Override
    public Integer call() throws IOException {
        if (!files.isGiven()) {
            throw new UsageException("Give --orders FILE, --contacts FILE or both, or --input MAPPING.");
        }
        long start = System.nanoTime();
        PrintWriter err = spec.commandLine().getErr();
        Settings read = settings.read();
        try (InputFiles input = files.files(pseudonyms.read(), read.timeLimit(Instant.now()))) {
            input.requireReadable();
            return load(input, read, start, err);
        }
    }

    private static int load(InputFiles input, Settings read, long start, PrintWriter err) throws IOException {
        FileLoad.Sent sent;
        try (TopicAdmin admin = new TopicAdmin(read);
                ProgressLine progress = new ProgressLine(err)) {
            admin.awaitBrokers();
            admin.registerSchemas();
            TopicWarnings.require(admin.createMissing(Map.of()), err);
            sent = FileLoad.load(read, input, progress);
        }
        err.printf(
                "Sent %,d records to %s and %,d to %s in %s; %,d lines were left out.%n",
                sent.orders(),
                read.topics().orderEvents(),
                sent.contacts(),
                read.topics().scamContacts(),
                ProgressLine.seconds(start),
                input.bad());
        input.notes().forEach(note -> err.println(SafeText.forTerminal(note)));
        List<String> shortcomings = new ArrayList<>(input.shortcomings());
        if (sent.tooLarge() > 0) {
            shortcomings.add(String.format(
                    Locale.ROOT,
                    "%,d records were larger than their topic accepts and were left out; max.message.bytes of the topic and "
                            + "--set kafka.max.request.size set the limit.",
                    sent.tooLarge()));
        }
        shortcomings.forEach(err::println);
        return shortcomings.isEmpty() ? 0 : Main.FAILED;
    }
}

package io.leaktrace.cli;

import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topics.TopicWriter;
import io.leaktrace.topology.Erasures;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that erases buyers from the pipeline's state. */
@Command(
        name = "erase",
        description = "Make the pipeline forget buyers: their orders, their contacts and the evidence from these.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The correlator deletes their data when it reads the tombstone, the localizer at",
            "the end of the epoch. Order counts stay, since they name no buyer. In the input",
            "topics and leak-evidence the records stay until their retention ends. With",
            "--before, events that occurred and contacts that were reported at that time or",
            "later are kept.",
            "",
            "Examples:",
            "  leaktrace erase b-1 b-2 -b broker:9092",
            "  leaktrace erase b-1 --before 2024-05-01T00:00:00Z -b broker:9092",
            "  leaktrace erase '138 0013 8000' --pseudonym-key key",
        })
final class EraseCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private PseudonymOptions pseudonyms;

    @Parameters(
            arity = "1..*",
            paramLabel = "BUYER",
            description = "A buyerId, or the value from which it was derived.")
    private List<String> buyers;

    @Option(
            names = "--before",
            paramLabel = "TIME",
            description = "Erase what happened before this time (ISO-8601; default: now).")
    private Instant before;

    @Override
    public Integer call() throws InterruptedException {
        Pseudonyms names = pseudonyms.read();
        Settings read = settings.readAndAwaitBrokers();
        Instant at = before == null ? Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS) : before;
        if (buyers.stream().anyMatch(String::isBlank)) {
            throw new UsageException("The id of a buyer is empty. Nothing was sent.");
        }
        List<Erasure> erasures = buyers.stream()
                .map(buyer -> new Erasure(names.ofBuyer(buyer), at))
                .toList();
        for (Erasure erasure : erasures) {
            RecordValidator.rejection(erasure, erasure.buyerId(), read.timeLimit(Instant.now()))
                    .ifPresent(reason -> {
                        throw new UsageException(
                                "The pipeline would reject this erasure: " + reason + ". Nothing was sent.");
                    });
        }
        int partitions;
        try (TopicAdmin admin = new TopicAdmin(read)) {
            partitions = admin.inputPartitions();
        }
        TopicWriter.send(
                read,
                erasures.stream()
                        .flatMap(erasure -> Erasures.tombstones(read.topics(), erasure, partitions).stream())
                        .toList());
        spec.commandLine()
                .getErr()
                .printf(
                        "Sent tombstones of %,d buyers to %,d partitions of %s.%n",
                        buyers.size(), partitions, read.topics().orderEvents());
        return 0;
    }
}

package io.leaktrace.cli;

import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Verdict;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that records a person's decision on a suspect. */
@Command(
        name = "verdict",
        description = "Record a decision on a custodian; it applies from the next epoch.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "CONFIRMED fixes the custodian as leaking until it is REMEDIATED, and so clears",
            "bystanders. DISMISSED moves its blame to other custodians, until --expires if",
            "given.",
            "",
            "Examples:",
            "  leaktrace verdict SELLER:s-17 confirmed --by mei --note 'found in their ERP'",
            "  leaktrace verdict SELLER:s-5 dismissed --by mei --expires 2024-09-01T00:00:00Z",
        })
final class VerdictCommand implements Callable<Integer> {

    /** In characters; the same as in the API. */
    private static final int LONGEST_NOTE = 2_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Parameters(index = "0", paramLabel = "CUSTODIAN", description = "As ROLE:id.")
    private String custodian;

    @Parameters(index = "1", paramLabel = "VERDICT", description = "${COMPLETION-CANDIDATES}, in any case.")
    private Verdict verdict;

    @Option(names = "--by", required = true, paramLabel = "NAME", description = "Who decided it.")
    private String by;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why.")
    private String note;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Start of the verdict, in event time (ISO-8601; default: now).")
    private Instant at;

    @Option(names = "--expires", paramLabel = "TIME", description = "When a dismissal ends (ISO-8601).")
    private Instant expires;

    @Override
    public Integer call() throws InterruptedException {
        if (expires != null && verdict != Verdict.DISMISSED) {
            throw new UsageException("Only a dismissal can expire; leave --expires out.");
        }
        if (by.isBlank()) {
            throw new UsageException("--by is empty: name who decided it.");
        }
        if (note != null && note.length() > LONGEST_NOTE) {
            throw new UsageException("--note is longer than " + LONGEST_NOTE + " characters.");
        }
        Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        Instant from = at == null ? now : at;
        LeakVerdict decided = new LeakVerdict(Arguments.custodian(custodian), verdict, by, from, note, expires);
        String key = decided.custodian().toString();
        Settings read = settings.readAndAwaitBrokers();
        RecordValidator.rejection(decided, key, read.timeLimit(now)).ifPresent(reason -> {
            throw new UsageException("The pipeline would reject this verdict: " + reason + ".");
        });
        TopicWriter.send(read, decided);
        spec.commandLine().getErr().println(SafeText.forTerminal(key) + " is " + verdict + " from " + from + " on.");
        return 0;
    }
}

package io.leaktrace.cli;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.files.JsonLines;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.DeadLetter;
import io.leaktrace.topics.DeadLetterBox;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that lists, shows, exports and resubmits rejected records. */
@Command(
        name = "dead-letters",
        description = "Show rejected records by reason, show one, or resubmit those that would be accepted now.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Fix the cause first: register the missing schema or correct the clock. Then",
            "--resubmit sends the records that would be accepted now. If the content is",
            "wrong, write the records with --export, correct the file and send it with",
            "'leaktrace load'. The pipeline recognizes ids, so that nothing counts twice. A",
            "letter whose value was too large and was cut is not sent again; the command",
            "reports where the whole record is.",
            "",
            "Examples:",
            "  leaktrace dead-letters",
            "  leaktrace dead-letters --show 0:17",
            "  leaktrace dead-letters --reason 'no key' --resubmit",
        })
final class DeadLettersCommand implements Callable<Integer> {

    private static final int SHOWN_BYTES = 512;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(names = "--show", paramLabel = "PARTITION:OFFSET", description = "Show one dead letter as received.")
    private String show;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Only those whose reason contains this text.")
    private String reason = "";

    @Option(names = "--resubmit", description = "Send those that would be accepted now to their topics again.")
    private boolean resubmit;

    @Option(
            names = "--export",
            paramLabel = "TOPIC",
            description = "Write the readable records of an input topic to stdout, as JSON Lines.")
    private String export;

    /** A group of letters: those from one topic with one reason. */
    private record Kind(String topic, String reason) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic != 0 ? byTopic : reason.compareTo(other.reason);
        }
    }

    private static final class Count {
        private long letters;
        private String first;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (Stream.of(show != null, resubmit, export != null)
                        .filter(given -> given)
                        .count()
                > 1) {
            throw new UsageException("Give one of --show, --resubmit and --export.");
        }
        Settings read = settings.read();
        List<String> inputs = read.inputTopics();
        if (export != null && !inputs.contains(export)) {
            throw new UsageException(
                    "--export takes an input topic, one of " + String.join(", ", inputs) + ", not '" + export + "'.");
        }
        settings.readAndAwaitBrokers();
        DeadLetterBox box = new DeadLetterBox(read, Clock.systemUTC());
        PrintWriter out = spec.commandLine().getOut();
        if (show != null) {
            return show(box, out);
        }
        if (resubmit) {
            return resubmit(box, out);
        }
        if (export != null) {
            return export(box, out);
        }
        return list(box, out);
    }

    private boolean isSelected(DeadLetter letter) {
        return letter.reason().contains(reason);
    }

    private int list(DeadLetterBox box, PrintWriter out) {
        Map<Kind, Count> kinds = new TreeMap<>();
        box.forEach(letter -> {
            if (isSelected(letter)) {
                Count count = kinds.computeIfAbsent(new Kind(letter.topic(), letter.kind()), absent -> new Count());
                count.letters++;
                count.first = count.first == null ? letter.place() : count.first;
            }
        });
        if (kinds.isEmpty()) {
            spec.commandLine().getErr().println("There are no dead letters.");
        } else {
            out.printf("%9s  %-20s %-12s %s%n", "letters", "topic", "the first", "reason");
        }
        kinds.forEach((kind, count) -> out.printf(
                "%,9d  %-20s %-12s %s%n",
                count.letters, SafeText.forTerminal(kind.topic), count.first, SafeText.forTerminal(kind.reason)));
        out.flush();
        return 0;
    }

    private int show(DeadLetterBox box, PrintWriter out) {
        if (!show.matches("\\d+:\\d+")) {
            throw new UsageException("--show takes PARTITION:OFFSET, as in 0:17, not '" + show + "'.");
        }
        List<DeadLetter> found = new ArrayList<>(1);
        box.forEach(letter -> {
            if (letter.place().equals(show)) {
                found.add(letter);
            }
        });
        if (found.isEmpty()) {
            throw new UsageException("There is no dead letter at " + show + "; 'leaktrace dead-letters' lists them.");
        }
        DeadLetter letter = found.get(0);
        out.println("reason:  " + SafeText.forTerminal(letter.reason()));
        out.println("from:    " + SafeText.forTerminal(letter.topic() + " " + letter.origin()));
        out.println("key:     " + SafeText.forTerminal(letter.keyText()));
        out.println("record:  "
                + SafeText.forTerminal(
                        box.record(letter).map(DeadLettersCommand::text).orElse("cannot be read")));
        out.println("bytes:   " + hex(letter.value()));
        out.println("now:     "
                + SafeText.forTerminal(
                        box.refusal(letter).map(why -> "rejected: " + why).orElse("would be accepted")));
        out.flush();
        return 0;
    }

    private static String text(Object record) {
        if (record instanceof OrderEvent event) {
            return JsonLines.line(event);
        }
        return record instanceof ScamContact contact ? JsonLines.line(contact) : record.toString();
    }

    private static String hex(byte[] value) {
        if (value == null) {
            return "none";
        }
        int shown = Math.min(value.length, SHOWN_BYTES);
        String more = shown < value.length ? "… of " + value.length + " bytes" : "";
        return HexFormat.of().formatHex(value, 0, shown) + more;
    }

    private int resubmit(DeadLetterBox box, PrintWriter out) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        List<DeadLetter> accepted = new ArrayList<>();
        long[] rejected = {0};
        box.forEach(letter -> {
            if (isSelected(letter)) {
                Optional<String> refusal = box.refusal(letter);
                if (refusal.isEmpty()) {
                    accepted.add(letter);
                } else {
                    rejected[0]++;
                }
                if (letter.isCut()) {
                    err.println(SafeText.forTerminal(
                            "Not sent: dead letter " + letter.place() + ", " + refusal.orElseThrow() + "."));
                }
            }
        });
        box.send(accepted);
        out.printf("Sent %,d again; %,d would be rejected again.%n", accepted.size(), rejected[0]);
        out.flush();
        return 0;
    }

    private int export(DeadLetterBox box, PrintWriter out) {
        long[] unreadable = {0};
        box.forEach(letter -> {
            if (letter.topic().equals(export) && isSelected(letter)) {
                box.record(letter).ifPresentOrElse(record -> out.println(text(record)), () -> unreadable[0]++);
            }
        });
        out.flush();
        spec.commandLine().getErr().printf("%,d letters cannot be read and were left out.%n", unreadable[0]);
        return 0;
    }
}

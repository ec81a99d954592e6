package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Reason;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Suspect;
import io.leaktrace.runs.Explanations;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Why a custodian stands where it stands. */
@Command(
        name = "explain",
        description = "Say why a custodian stands where it stands: the evidence day by day, its strongest incidents "
                + "and who carries the blame for them, and what would change the verdict.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Explained are those under suspicion and, beside them, the hundred who would be",
            "under most suspicion if nobody else leaked.",
            "",
            "Examples:",
            "  leaktrace explain SELLER:s-17 --run result",
            "  leaktrace explain SELLER:s-17 -b broker:9092 -r http://registry:8081",
        })
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Parameters(index = "0", paramLabel = "CUSTODIAN", description = "As ROLE:id.")
    private String custodian;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "A run's folder; without it, the topics of the running pipeline are read.")
    private Path run;

    @Override
    public Integer call() throws IOException {
        Custodian asked = Arguments.custodian(custodian);
        Known known = run == null ? ofTopics(asked) : ofRun(asked);
        PrintWriter out = spec.commandLine().getOut();
        if (known.suspect == null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "Nothing is known of " + SafeText.forTerminal(asked.toString()) + ": it touched no order.");
            return Main.FAILED;
        }
        print(out, known);
        out.flush();
        return 0;
    }

    /** What is known of the custodian; null where nothing is. */
    private static final class Known {
        private Suspect suspect;
        private Explanation explanation;
        private LeakVerdict verdict;
        /** NaN where nothing says it. */
        private double threshold = Double.NaN;

        private boolean learning;
    }

    private Known ofTopics(Custodian asked) {
        Settings read = settings.readAndAwaitBrokers();
        Known known = new Known();
        List<String> topics = List.of(
                read.topics().leakSuspects(),
                read.topics().leakExplanations(),
                read.topics().leakVerdicts(),
                read.topics().leakEpochs());
        for (String topic : topics) {
            try (TopicReader reader = new TopicReader(read, topic)) {
                reader.readToEnd(record -> take(record, asked, known));
                reader.shortcoming().ifPresent(spec.commandLine().getErr()::println);
            }
        }
        return known;
    }

    private static void take(Object record, Custodian asked, Known known) {
        if (record instanceof Suspect suspect && suspect.custodian().equals(asked)) {
            known.suspect = suspect;
        } else if (record instanceof Explanation explanation
                && explanation.custodian().equals(asked)) {
            known.explanation = explanation;
        } else if (record instanceof LeakVerdict verdict && verdict.custodian().equals(asked)) {
            known.verdict = verdict;
        } else if (record instanceof Epoch epoch) {
            known.threshold = epoch.threshold();
            known.learning = epoch.learning();
        }
    }

    private Known ofRun(Custodian asked) throws IOException {
        Path file = run.resolve(RunFiles.EXPLANATIONS);
        if (!Files.exists(file)) {
            throw new IOException(run + " is not the folder of a run of this version: it has no " + file.getFileName());
        }
        List<Explanation> explanations = Explanations.read(file);
        Known known = new Known();
        known.suspect =
                RunFiles.readSuspect(run.resolve(RunFiles.SUSPECTS), asked).orElse(null);
        known.explanation = explanations.stream()
                .filter(explanation -> explanation.custodian().equals(asked))
                .findFirst()
                .orElse(null);
        // All that were explained at one time had the same.
        known.threshold = explanations.stream()
                .max(Comparator.comparing(Explanation::asOf))
                .map(Explanation::threshold)
                .orElse(Double.NaN);
        return known;
    }

    private void print(PrintWriter out, Known known) {
        Suspect suspect = known.suspect;
        out.printf(
                Locale.ROOT,
                "%s as of %s: %s, score %.3f, evidence %.1f.%n%,d orders touched, %,d contacts after them, %.1f incidents "
                        + "blamed on it, %.1f expected anyway.%nLeak rate %.2f%% (90%%: %.2f to %.2f).%n%n",
                SafeText.forTerminal(suspect.custodian().toString()),
                suspect.asOf(),
                suspect.status(),
                suspect.score(),
                suspect.evidence(),
                suspect.exposures(),
                suspect.contacts(),
                suspect.attributed(),
                suspect.expected(),
                100 * suspect.leakRate(),
                100 * suspect.leakRateLow(),
                100 * suspect.leakRateHigh());
        boolean decided = suspect.status() == Suspect.Status.CONFIRMED || suspect.status() == Suspect.Status.DISMISSED;
        if (run != null && decided) {
            out.println("- A person's word decided it; whose, the files of a run do not hold.");
        }
        boolean old = known.explanation != null && !known.explanation.holdsAt(suspect.asOf());
        LeakVerdict inForce = LeakVerdict.isInForce(known.verdict, suspect.asOf()) ? known.verdict : null;
        for (Reason reason :
                Reason.of(suspect, old ? null : known.explanation, inForce, known.threshold, known.learning)) {
            boolean againstThreshold =
                    reason.code() == Reason.Code.ABOVE_THRESHOLD || reason.code() == Reason.Code.BELOW_THRESHOLD;
            if (!againstThreshold || !Double.isNaN(known.threshold)) {
                out.println("- " + SafeText.forTerminal(sentence(reason)));
            }
        }
        if (known.explanation == null) {
            out.printf("%nThere is no more to show: it is not among those that would be suspected if nobody else "
                    + "leaked.%n");
            return;
        }
        if (old) {
            out.printf("%nWhat follows is as of %s, when it was last explained.%n", known.explanation.asOf());
        }
        printDays(out, known.explanation);
        printIncidents(out, known.explanation);
        printTaken(out, known.explanation);
    }

    private static void printDays(PrintWriter out, Explanation explanation) {
        out.printf("%nBy day of touch; alone: if nobody else were to blame, given: beside the others%n");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("day (UTC)", "orders", "incidents", "blamed", "alone", "given", "leaking", "level"));
        for (Explanation.Day day : explanation.days()) {
            table.add(List.of(
                    day.day().toString().substring(0, 10),
                    text("%,d", day.touches()),
                    text("%d", day.incidents()),
                    text("%.1f", day.attributed()),
                    text("%+.1f", day.alone()),
                    text("%+.1f", day.given()),
                    text("%.0f%%", 100 * day.leaking()),
                    text("%.2f%%", 100 * day.level())));
        }
        TextTable.print(out, table);
    }

    private static void printIncidents(PrintWriter out, Explanation explanation) {
        out.printf("%nThe incidents that speak most against it, and who carries the blame for them%n");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("contact", "at", "its share", "nobody's", "others'"));
        for (Explanation.Incident incident : explanation.incidents()) {
            List<String> others = incident.shares().stream()
                    .filter(share -> !share.custodian().equals(explanation.custodian()))
                    .map(share -> text("%s %.0f%%", share.custodian(), 100 * share.share()))
                    .toList();
            table.add(List.of(
                    incident.contactId(),
                    incident.contactedAt().toString(),
                    text("%.1f%%", 100 * incident.share()),
                    text("%.1f%%", 100 * incident.background()),
                    String.join(", ", others)));
        }
        TextTable.print(out, table);
    }

    private static void printTaken(PrintWriter out, Explanation explanation) {
        out.printf("%nOf the incidents after its orders, others carry%n");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("who", "incidents"));
        for (Explanation.Taken taken : explanation.takenBy()) {
            String who = taken.custodian() == null
                    ? "nobody: they would have come anyway"
                    : taken.custodian().toString();
            table.add(List.of(who, text("%.1f", taken.incidents())));
        }
        TextTable.print(out, table);
    }

    private static String sentence(Reason reason) {
        Map<String, Object> is = reason.figures();
        return switch (reason.code()) {
            case LEARNING -> "Only the background is learned as yet; nobody is accused.";
            case CONFIRMED -> text("%s confirmed it on %s.", is.get("by"), is.get("at"));
            case DISMISSED ->
                text(
                        "%s dismissed it on %s, until %s.",
                        is.get("by"),
                        is.get("at"),
                        is.get("expiresAt") == null ? "further notice" : is.get("expiresAt"));
            case ABOVE_THRESHOLD ->
                text(
                        "The evidence, %.1f, is above the threshold of alerts, %.1f.",
                        is.get("evidence"), is.get("threshold"));
            case BELOW_THRESHOLD ->
                text(
                        "The evidence, %.1f, is below the threshold of alerts, %.1f.",
                        is.get("evidence"), is.get("threshold"));
            case SHARED ->
                text(
                        "It cannot be told apart from %s, which has a part in %.0f%% of what it is blamed for.",
                        is.get("with"), 100 * (double) is.get("shared"));
            case STOPPED ->
                text("It has most likely stopped: the probability that it leaks now is %.2f.", is.get("score"));
            case EXPLAINED_AWAY ->
                text(
                        "%s explains %.1f of the incidents after its orders: alone the evidence would be %.1f, beside it "
                                + "it is %.1f.",
                        is.get("by"), is.get("incidents"), is.get("alone"), is.get("given"));
            case BACKGROUND ->
                text("%.1f of the incidents after its orders would have come anyway.", is.get("incidents"));
            case AS_EXPECTED ->
                text(
                        "Its %d contacts are as many as there would be anyway: %.1f incidents were expected.",
                        is.get("contacts"), is.get("expected"));
            case TOO_SMALL -> text("%d orders are too few to tell.", is.get("exposures"));
            case NEGATIVE_CONTROL ->
                text(
                        "Its buyers were called %.1f times as often as others before they bought from it.",
                        is.get("factor"));
            case LIKELY_KNOWLEDGE ->
                text(
                        "Callers knew %s in %.0f%% of the incidents, which it can know.",
                        is.get("field"), 100 * (double) is.get("share"));
            case UNLIKELY_KNOWLEDGE ->
                text(
                        "Callers knew %s in %.0f%% of the incidents, which it cannot know.",
                        is.get("field"), 100 * (double) is.get("share"));
            case WOULD_RAISE ->
                text(
                        "%d more incidents like its strongest, each of another buyer, would raise an alert.",
                        is.get("incidents"));
            case WOULD_CLEAR ->
                text("Without its %d strongest incidents it would not be accused.", is.get("incidents"));
        };
    }

    private static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}

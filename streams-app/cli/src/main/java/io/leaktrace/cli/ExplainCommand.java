package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.SuspectReason;
import io.leaktrace.runs.Explanations;
import io.leaktrace.runs.RunCsvReader;
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

/** The command that explains the status of a custodian. */
@Command(
        name = "explain",
        description = "Explain the status of a custodian: its evidence by day, the strongest incidents and who is "
                + "blamed for them, and what would change the status.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The pipeline explains all custodians under suspicion and a hundred others: those",
            "with the most evidence if no other custodian leaked.",
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
            description = "Folder of a run; by default, the topics of the running pipeline are read.")
    private Path run;

    @Override
    public Integer call() throws IOException {
        Custodian custodianAsked = Arguments.custodian(custodian);
        Known known = run == null ? ofTopics(custodianAsked) : ofRun(custodianAsked);
        PrintWriter out = spec.commandLine().getOut();
        if (known.suspect == null) {
            spec.commandLine()
                    .getErr()
                    .println("Nothing is known of " + SafeText.forTerminal(custodianAsked.toString())
                            + ": it touched no order.");
            return Main.FAILED;
        }
        print(out, known);
        out.flush();
        return 0;
    }

    /** The records about the custodian; null where there is none. */
    private static final class Known {
        private Suspect suspect;
        private Explanation explanation;
        private LeakVerdict verdict;
        /** The alert threshold; NaN if unknown. */
        private double threshold = Double.NaN;

        private boolean learning;
    }

    private Known ofTopics(Custodian custodianAsked) {
        Settings read = settings.readAndAwaitBrokers();
        Known known = new Known();
        List<String> topics = List.of(
                read.topics().leakSuspects(),
                read.topics().leakExplanations(),
                read.topics().leakVerdicts(),
                read.topics().leakEpochs());
        for (String topic : topics) {
            try (TopicReader reader = new TopicReader(read, topic)) {
                reader.readToEnd(record -> take(record, custodianAsked, known));
                reader.shortcoming().ifPresent(spec.commandLine().getErr()::println);
            }
        }
        return known;
    }

    private static void take(Object record, Custodian custodianAsked, Known known) {
        if (record instanceof Suspect suspect && suspect.custodian().equals(custodianAsked)) {
            known.suspect = suspect;
        } else if (record instanceof Explanation explanation
                && explanation.custodian().equals(custodianAsked)) {
            known.explanation = explanation;
        } else if (record instanceof LeakVerdict verdict && verdict.custodian().equals(custodianAsked)) {
            known.verdict = verdict;
        } else if (record instanceof Epoch epoch) {
            known.threshold = epoch.threshold();
            known.learning = epoch.learning();
        }
    }

    private Known ofRun(Custodian custodianAsked) throws IOException {
        Path file = run.resolve(RunFiles.EXPLANATIONS);
        if (!Files.exists(file)) {
            throw new IOException(run + " is not the folder of a run of this version: it has no " + file.getFileName());
        }
        List<Explanation> explanations = Explanations.read(file);
        Known known = new Known();
        known.suspect = RunCsvReader.suspect(run.resolve(RunFiles.SUSPECTS), custodianAsked)
                .orElse(null);
        known.explanation = explanations.stream()
                .filter(explanation -> explanation.custodian().equals(custodianAsked))
                .findFirst()
                .orElse(null);
        // All explanations of one time have the same threshold.
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
            out.println("- A person decided it with a verdict; the files of a run do not record who.");
        }
        boolean old = known.explanation != null && !known.explanation.holdsAt(suspect.asOf());
        LeakVerdict inForce = LeakVerdict.isInForce(known.verdict, suspect.asOf()) ? known.verdict : null;
        for (SuspectReason reason :
                SuspectReason.of(suspect, old ? null : known.explanation, inForce, known.threshold, known.learning)) {
            boolean againstThreshold = reason.code() == SuspectReason.Code.ABOVE_THRESHOLD
                    || reason.code() == SuspectReason.Code.BELOW_THRESHOLD;
            if (!againstThreshold || !Double.isNaN(known.threshold)) {
                out.println("- " + SafeText.forTerminal(sentence(reason)));
            }
        }
        if (known.explanation == null) {
            out.printf("%nThere is no explanation: it is not among those that would be suspected if no other "
                    + "custodian leaked.%n");
            return;
        }
        if (old) {
            out.printf("%nThe rest is as of %s, the time of the latest explanation.%n", known.explanation.asOf());
        }
        printDays(out, known.explanation);
        printIncidents(out, known.explanation);
        printTaken(out, known.explanation);
    }

    private static void printDays(PrintWriter out, Explanation explanation) {
        out.printf("%nBy day of touch; alone: if no other custodian leaked, given: together with the others%n");
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
        out.printf("%nThe strongest incidents against it, and the shares of the blame%n");
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
        out.printf("%nIncidents after its orders that others are blamed for%n");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("who", "incidents"));
        for (Explanation.Taken taken : explanation.takenBy()) {
            String who = taken.custodian() == null
                    ? "nobody: expected without a leak"
                    : taken.custodian().toString();
            table.add(List.of(who, text("%.1f", taken.incidents())));
        }
        TextTable.print(out, table);
    }

    private static String sentence(SuspectReason reason) {
        Map<String, Object> is = reason.figures();
        return switch (reason.code()) {
            case LEARNING -> "The pipeline is still learning the background; no custodian is accused yet.";
            case CONFIRMED -> text("%s confirmed it on %s.", is.get("by"), is.get("at"));
            case DISMISSED ->
                text(
                        "%s dismissed it on %s, until %s.",
                        is.get("by"),
                        is.get("at"),
                        is.get("expiresAt") == null ? "further notice" : is.get("expiresAt"));
            case ABOVE_THRESHOLD ->
                text(
                        "The evidence, %.1f, is above the alert threshold, %.1f.",
                        is.get("evidence"), is.get("threshold"));
            case BELOW_THRESHOLD ->
                text(
                        "The evidence, %.1f, is below the alert threshold, %.1f.",
                        is.get("evidence"), is.get("threshold"));
            case SHARED ->
                text(
                        "It cannot be distinguished from %s, which shares %.0f%% of what it is blamed for.",
                        is.get("with"), 100 * (double) is.get("shared"));
            case STOPPED ->
                text("It has most likely stopped: the probability that it leaks now is %.2f.", is.get("score"));
            case EXPLAINED_AWAY ->
                text(
                        "%s explains %.1f of the incidents after its orders: without it the evidence would be %.1f, with "
                                + "it the evidence is %.1f.",
                        is.get("by"), is.get("incidents"), is.get("alone"), is.get("given"));
            case BACKGROUND ->
                text("%.1f of the incidents after its orders are expected without a leak.", is.get("incidents"));
            case AS_EXPECTED ->
                text(
                        "Its %d contacts are as many as expected without a leak, which is %.1f incidents.",
                        is.get("contacts"), is.get("expected"));
            case TOO_SMALL -> text("%d orders are too few for a conclusion.", is.get("exposures"));
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
            case ARCHIVE ->
                text(
                        "Its orders from %s to %s were most likely copied, and are called through since %s.",
                        date(is.get("from")), date(is.get("to")), date(is.get("campaign")));
            case REPORTERS ->
                text(
                        "Its incidents were reported by %d buyers, %d of whom had ordered before; %d incidents would have to "
                                + "be false for the evidence to fall below the threshold.",
                        is.get("buyers"), is.get("known"), is.get("toFall"));
            case MAY_BE_FALSE ->
                text(
                        "The reports may be made up: those who report do not look like buyers drawn at random (%d of %d had "
                                + "placed another order before), or report in another way. No alert is raised.",
                        is.get("known"), is.get("buyers"));
            case IN_COMMON ->
                text(
                        "It is one of %d custodians of its role that began to leak at the same time and rate: they seem to share "
                                + "a source that the orders do not name, such as a software vendor. No alert is raised on each of them.",
                        is.get("custodians"));
            case WOULD_RAISE ->
                text(
                        "%d more incidents like its strongest, each of another buyer, would raise an alert.",
                        is.get("incidents"));
            case WOULD_CLEAR ->
                text("Without its %d strongest incidents it would not be accused.", is.get("incidents"));
        };
    }

    private static String date(Object time) {
        return time == null ? "an unknown day" : time.toString().substring(0, 10);
    }

    private static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}

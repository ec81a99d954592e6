package io.leaktrace.cli;

import io.leaktrace.compare.Comparison;
import io.leaktrace.compare.Comparison.AlertChange;
import io.leaktrace.compare.Comparison.Change;
import io.leaktrace.compare.Comparison.SettingChange;
import io.leaktrace.compare.Comparison.Standing;
import io.leaktrace.compare.Comparison.SuspectChange;
import io.leaktrace.domain.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that prints what changed between two runs. */
@Command(
        name = "diff",
        description = "Compare two runs: suspects gained and lost, ranks risen and fallen, custodians in only one of "
                + "them, alerts raised earlier or later, and the settings that differ.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0 if the runs are identical, 3 if anything differs.",
            "",
            "Example:",
            "  leaktrace diff runs/fortnight runs/week",
        })
final class DiffCommand implements Callable<Integer> {

    private static final int DIFFERENT = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "RUN_A", description = "Folder of the first run.")
    private Path runA;

    @Parameters(index = "1", paramLabel = "RUN_B", description = "Folder of the second run.")
    private Path runB;

    @Option(names = "--json", description = "Print the whole comparison as JSON.")
    private boolean json;

    @Option(
            names = "--top",
            defaultValue = "20",
            paramLabel = "N",
            description = "Show custodians that rose, fell, appeared or are gone only if their rank is among the "
                    + "first N in either run (default: 20).")
    private int top;

    @Override
    public Integer call() throws IOException {
        Comparison comparison = Comparison.of(runA, runB);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(comparison.toJson());
        } else {
            print(comparison, out);
        }
        out.flush();
        return comparison.same() ? 0 : DIFFERENT;
    }

    private void print(Comparison comparison, PrintWriter out) {
        out.println(SafeText.forTerminal("a: " + runA + "   b: " + runB));
        if (comparison.same()) {
            out.println("The runs are equal.");
            return;
        }
        List<List<String>> settings = new ArrayList<>();
        settings.add(List.of("setting", "a", "b"));
        for (SettingChange change : comparison.settings()) {
            settings.add(List.of(change.name(), orDash(change.a()), orDash(change.b())));
        }
        section(out, settings, "The settings and the input are equal.");

        List<List<String>> suspects = new ArrayList<>();
        suspects.add(
                List.of("suspect", "change", "rank a", "rank b", "evidence a", "evidence b", "status a", "status b"));
        int moved = 0;
        int inOneOnly = 0;
        for (SuspectChange change : comparison.suspects()) {
            if (isShown(change)) {
                suspects.add(row(change));
            } else if (change.a() == null || change.b() == null) {
                inOneOnly++;
            } else if (change.change() != Change.SAME) {
                moved++;
            }
        }
        section(out, suspects, "No custodian gained or lost suspicion, and the first " + top + " ranks are the same.");
        if (moved > 0) {
            out.printf(Locale.ROOT, "… and %,d others changed rank below rank %d.%n", moved, top);
        }
        if (inOneOnly > 0) {
            out.printf(Locale.ROOT, "… and %,d others below rank %d are in only one run.%n", inOneOnly, top);
        }

        List<List<String>> alerts = new ArrayList<>();
        alerts.add(List.of("first alert", "a", "b", "b is"));
        for (AlertChange change : comparison.alerts()) {
            alerts.add(List.of(change.custodian(), orDash(change.a()), orDash(change.b()), shift(change)));
        }
        section(out, alerts, "Neither run raised an alert.");
    }

    private static void section(PrintWriter out, List<List<String>> rows, String none) {
        out.println();
        if (rows.size() == 1) {
            out.println(none);
        } else {
            TextTable.print(out, rows);
        }
    }

    /** Whether the custodian gains or loses suspicion, or appears, goes or moves among the first ranks. */
    private boolean isShown(SuspectChange change) {
        return switch (change.change()) {
            case SAME -> false;
            case GAINED, LOST -> true;
            case RISEN, FALLEN, APPEARED, GONE -> isOnTop(change);
        };
    }

    private boolean isOnTop(SuspectChange change) {
        return change.a() != null && change.a().rank() <= top
                || change.b() != null && change.b().rank() <= top;
    }

    private static List<String> row(SuspectChange change) {
        return List.of(
                change.custodian(),
                change.change().name().toLowerCase(Locale.ROOT),
                rank(change.a()),
                rank(change.b()),
                evidence(change.a()),
                evidence(change.b()),
                change.a() == null ? "-" : change.a().status().name(),
                change.b() == null ? "-" : change.b().status().name());
    }

    private static String rank(Standing standing) {
        return standing == null ? "-" : Integer.toString(standing.rank());
    }

    private static String evidence(Standing standing) {
        return standing == null ? "-" : String.format(Locale.ROOT, "%.2f", standing.evidence());
    }

    private static String shift(AlertChange change) {
        if (change.shiftHours() == null) {
            return change.a() == null ? "new" : "absent";
        }
        double hours = change.shiftHours();
        if (hours == 0) {
            return "the same";
        }
        String days = String.format(Locale.ROOT, "%.2f days ", Math.abs(hours) / 24);
        return days + (hours < 0 ? "earlier" : "later");
    }

    private static String orDash(String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }
}

package io.leaktrace.evaluate;

import io.leaktrace.evaluate.Outcome.Track;
import io.leaktrace.evaluate.Result.Mean;
import io.leaktrace.evaluate.Result.Summary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Report of a result as Markdown tables, CSV and plots. */
public final class Report {

    /** Lower bounds of the size classes of leaks, by number of reported victims. */
    private static final int[] SIZES = {0, 5, 10, 20};

    private final Result result;

    public Report(Result result) {
        this.result = result;
    }

    /** Writes {@code quality.csv} and the plots. */
    public void writeCsvAndPlots(Path folder) throws IOException {
        writeCsv(folder.resolve("quality.csv"));
        Plots.write(result, folder);
    }

    /** All tables as Markdown. */
    public String markdown() {
        List<String> leaking = cells(false);
        List<String> quiet = cells(true);
        List<String> main =
                result.contestants().stream().filter(Contestants::isCompared).toList();
        List<String> variants = new ArrayList<>(List.of(Contestants.OURS));
        result.contestants().stream()
                .filter(name -> name.startsWith("without "))
                .forEach(variants::add);
        StringBuilder text = new StringBuilder();
        text.append("### Average precision of the ranking on the last day (± standard error)\n\n");
        table(text, leaking, main, summary -> mean(summary.averagePrecision(), 2));
        text.append("\n### Leaks noticed within the budget of false alerts, in percent\n\n");
        table(text, leaking, main, summary -> percent(summary.found()));
        text.append("\n### Victims that had reported when half of the leaks were noticed (– if fewer were)\n\n");
        table(text, leaking, main, summary -> victims(summary.victims()));
        text.append("\n### False alerts in 60 days over 2,100 custodians, in markets with leaks\n\n");
        table(text, leaking, main, summary -> mean(summary.falseAlerts(), 1));
        text.append("\n### False alerts in 60 days over 2,100 custodians where no custodian leaks\n\n");
        table(text, quiet, main, summary -> mean(summary.falseAlerts(), 1));
        text.append("\n### How much the data can tell: Leaktrace, the ceiling and the oracle\n\n");
        limits(text, leaking);
        text.append("\n### Leaks noticed by size, in percent\n\n");
        sizes(text, main);
        // Variants take part on some seeds only.
        Set<String> partial = new HashSet<>(variants.subList(1, variants.size()));
        partial.add(Contestants.WITH_LEAD_TIMES);
        new Report(result.onSeedsOf(partial)).ablation(text, leaking, quiet, variants);
        text.append("\n### Where Leaktrace neither leads nor ties\n\n");
        behind(text, leaking, main);
        return text.toString();
    }

    private void ablation(StringBuilder text, List<String> leaking, List<String> quiet, List<String> variants) {
        List<String> cells = withVariants(leaking, variants);
        text.append("\n### Ablation, one model component left out: average precision\n\n");
        table(text, cells, variants, summary -> mean(summary.averagePrecision(), 2));
        text.append("\n### Ablation, one model component left out: leaks noticed, in percent\n\n");
        table(text, cells, variants, summary -> percent(summary.found()));
        text.append("\n### Ablation, one model component left out: victims before the alert\n\n");
        table(text, cells, variants, summary -> victims(summary.victims()));
        text.append("\n### Ablation, one model component left out: false alerts where no custodian leaks\n\n");
        table(text, withVariants(quiet, variants), variants, summary -> mean(summary.falseAlerts(), 1));
        text.append("\n### Leaktrace given the true lead times\n\n");
        List<String> withLeadTimePrior = leaking.stream()
                .filter(cell ->
                        result.summary(cell, Contestants.WITH_LEAD_TIMES).isPresent())
                .toList();
        List<String> both = List.of(Contestants.OURS, Contestants.WITH_LEAD_TIMES);
        table(
                text,
                withLeadTimePrior,
                both,
                summary -> mean(summary.averagePrecision(), 2) + ", " + percent(summary.found()) + " % noticed");
    }

    private List<String> withVariants(List<String> cells, List<String> variants) {
        return cells.stream()
                .filter(cell -> variants.stream().skip(1).anyMatch(variant -> result.summary(cell, variant)
                        .isPresent()))
                .toList();
    }

    private List<String> cells(boolean leakFree) {
        return result.cells().stream()
                .filter(cell ->
                        result.outcomes(cell, Contestants.OURS).get(0).cell().leakFree() == leakFree)
                .toList();
    }

    private void table(StringBuilder text, List<String> cells, List<String> columns, Function<Summary, String> figure) {
        header(text, columns);
        for (String cell : cells) {
            text.append("| ").append(cell);
            for (String column : columns) {
                Optional<Summary> summary = result.summary(cell, column);
                text.append(" | ").append(summary.map(figure).orElse(""));
            }
            text.append(" |\n");
        }
    }

    /** Leaktrace's figures beside those of scorers that know all but the custodian's own leak, or even that. */
    private void limits(StringBuilder text, List<String> cells) {
        header(
                text,
                List.of(
                        "average precision",
                        "of the ceiling",
                        "of the oracle",
                        "share of the ceiling, %",
                        "noticed, %",
                        "by the ceiling, %",
                        "by the oracle, %",
                        "share of the ceiling, %"));
        for (String cell : cells) {
            List<Summary> all = Stream.of(Contestants.OURS, Ceiling.CEILING, Ceiling.ORACLE)
                    .flatMap(name -> result.summary(cell, name).stream())
                    .toList();
            if (all.size() == 3) {
                text.append("| ").append(cell);
                all.forEach(summary -> text.append(" | ").append(mean(summary.averagePrecision(), 2)));
                text.append(" | ").append(share(all, Summary::averagePrecision));
                all.forEach(summary -> text.append(" | ").append(percent(summary.found())));
                text.append(" | ").append(share(all, Summary::found)).append(" |\n");
            }
        }
    }

    /** A figure of the first result as a share of the second's, in percent; empty if the second's is 0. */
    private static String share(List<Summary> summaries, Function<Summary, Mean> figure) {
        double share = figure.apply(summaries.get(0)).value()
                / figure.apply(summaries.get(1)).value();
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.0f", 100 * share) : "";
    }

    private static void header(StringBuilder text, List<String> columns) {
        text.append("| | ").append(String.join(" | ", columns)).append(" |\n|---");
        text.append("|---:".repeat(columns.size())).append("|\n");
    }

    private void sizes(StringBuilder text, List<String> columns) {
        header(text, columns);
        for (String cell : cells(false)) {
            if (!cell.startsWith("leak-sizes")) {
                continue;
            }
            for (int size = 0; size < SIZES.length; size++) {
                int least = SIZES[size];
                int most = size + 1 < SIZES.length ? SIZES[size + 1] - 1 : Integer.MAX_VALUE;
                text.append("| ").append(cell).append(", ").append(least);
                text.append(most == Integer.MAX_VALUE ? " victims and more" : " to " + most + " victims");
                for (String column : columns) {
                    text.append(" | ").append(foundOfSize(cell, column, least, most));
                }
                text.append(" |\n");
            }
        }
    }

    private String foundOfSize(String cell, String contestant, int least, int most) {
        int found = 0;
        int all = 0;
        for (Outcome outcome : result.outcomes(cell, contestant)) {
            for (Track track : outcome.tracks()) {
                if (track.allVictims() >= least && track.allVictims() <= most) {
                    all++;
                    found += track.victimsBeforeAlert(result.threshold(outcome)) >= 0 ? 1 : 0;
                }
            }
        }
        return all == 0 ? "" : String.format(Locale.ROOT, "%.0f", 100.0 * found / all);
    }

    /** Lists better scorers; a difference in precision counts above one standard error. */
    private void behind(StringBuilder text, List<String> cells, List<String> columns) {
        List<String> lines = new ArrayList<>();
        for (String cell : cells) {
            Summary ours = result.summary(cell, Contestants.OURS).orElseThrow();
            for (String column : columns) {
                Summary other = result.summary(cell, column).orElseThrow();
                double error = StrictMath.hypot(
                        ours.averagePrecision().error(),
                        other.averagePrecision().error());
                double behind = other.averagePrecision().value()
                        - ours.averagePrecision().value();
                if (behind > error) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "- %s: average precision of %s is %.2f, of Leaktrace %.2f",
                            cell,
                            column,
                            other.averagePrecision().value(),
                            ours.averagePrecision().value()));
                }
                if (other.victims() < ours.victims()) {
                    lines.add("- " + cell + ": " + column + " noticed half of the leaks after "
                            + victims(other.victims()) + " victims, Leaktrace after " + victims(ours.victims()));
                }
            }
        }
        text.append(lines.isEmpty() ? "Nowhere.\n" : String.join("\n", lines) + "\n");
    }

    private static String mean(Mean mean, int decimals) {
        if (Double.isNaN(mean.value())) {
            return "";
        }
        String format = "%." + decimals + "f";
        String value = String.format(Locale.ROOT, format, mean.value());
        return Double.isNaN(mean.error()) ? value : value + " ± " + String.format(Locale.ROOT, format, mean.error());
    }

    private static String percent(Mean mean) {
        return mean(new Mean(100 * mean.value(), 100 * mean.error()), 0);
    }

    private static String victims(double victims) {
        if (Double.isInfinite(victims)) {
            return "–";
        }
        return String.format(Locale.ROOT, victims == Math.rint(victims) ? "%.0f" : "%.1f", victims);
    }

    private void writeCsv(Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(
                        writer,
                        CSVFormat.RFC4180.builder().setRecordSeparator("\n").get())) {
            csv.printRecord(
                    "cell",
                    "market",
                    "leak_free",
                    "contestant",
                    "seeds",
                    "average_precision",
                    "average_precision_se",
                    "found",
                    "found_se",
                    "victims_before_alert",
                    "false_alerts",
                    "false_alerts_se",
                    "threshold");
            for (String cell : result.cells()) {
                for (String contestant : result.contestants()) {
                    Optional<Summary> summary = result.summary(cell, contestant);
                    if (summary.isPresent()) {
                        Summary s = summary.get();
                        csv.printRecord(
                                cell,
                                s.cell().market(),
                                s.cell().leakFree(),
                                contestant,
                                s.seeds(),
                                number(s.averagePrecision().value()),
                                number(s.averagePrecision().error()),
                                number(s.found().value()),
                                number(s.found().error()),
                                number(s.victims()),
                                number(s.falseAlerts().value()),
                                number(s.falseAlerts().error()),
                                s.threshold() == Thresholds.NONE ? "-inf" : number(s.threshold()));
                    }
                }
            }
        }
    }

    /** A number with 4 decimals; empty for NaN and infinity, as for the victims before an alert that was not raised. */
    private static String number(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }
}

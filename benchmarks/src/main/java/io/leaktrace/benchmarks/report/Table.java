package io.leaktrace.benchmarks.report;

import io.leaktrace.benchmarks.contenders.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What the turns gave on one number of cores, as Markdown: one table a size, and one of how everything grows from the
 * least to the largest.
 */
public final class Table {

    private static final Catalogue YARDSTICK = Catalogue.POLL_AND_DECODE;

    private final List<Turn> turns;
    private final List<Long> sizes;
    private final List<Catalogue> contenders;
    private final Map<Catalogue, String> out;

    public Table(List<Turn> turns, List<Catalogue> contenders, Map<Catalogue, String> out) {
        this.turns = turns;
        this.sizes = turns.stream().map(Turn::orders).distinct().sorted().toList();
        this.contenders = contenders;
        this.out = out;
    }

    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (long size : sizes) {
            text.append(String.format(Locale.ROOT, "### %,d orders%n%n", size));
            text.append("| contender | | CPU s per million orders | × " + YARDSTICK.label()
                    + " | wall s | peak RSS MB | state bytes per live touch |\n|---|---|---:|---:|---:|---:|---:|\n");
            for (Catalogue contender : contenders) {
                List<Turn> own = turns(contender, size);
                if (!own.isEmpty()) {
                    text.append(row(
                            contender.label(),
                            contender.description(),
                            spread(own, Turn::cpuPerMillion).text(2, ""),
                            ratios(contender, round -> cpuPerMillion(contender, size, round), size)
                                    .text(2, "×"),
                            number("%.1f", spread(own, turn -> turn.measured().wallSeconds())),
                            number("%.0f", spread(own, turn -> turn.measured().peakBytes() / (double) (1 << 20))),
                            number("%.1f", spread(own, turn -> turn.measured().stateBytesPerTouch()))));
                }
            }
            text.append('\n');
        }
        if (sizes.size() > 1) {
            appendGrowth(text, sizes.get(0), sizes.get(sizes.size() - 1));
        }
        if (!out.isEmpty()) {
            text.append("Out:\n\n");
            out.forEach((contender, reason) -> text.append("- ")
                    .append(contender.label())
                    .append(": ")
                    .append(reason.lines().findFirst().orElse("no reason given"))
                    .append('\n'));
        }
        return text.toString();
    }

    private void appendGrowth(StringBuilder text, long least, long most) {
        text.append(String.format(Locale.ROOT, "### From %,d to %,d orders%n%n", least, most));
        text.append("Warm is what each further order costs: the CPU of the large market less that of the small one, by "
                + "the orders it has more.\n\n");
        text.append("| contender | warm CPU s per million orders | × " + YARDSTICK.label()
                + ", warm | CPU grows by | wall grows by | peak RSS grows by | state per live touch grows by |\n"
                + "|---|---:|---:|---:|---:|---:|---:|\n");
        for (Catalogue contender : contenders) {
            if (turns(contender, least).isEmpty() || turns(contender, most).isEmpty()) {
                continue;
            }
            List<Double> warm = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 1; round <= rounds(); round++) {
                OptionalDouble own = warm(contender, least, most, round);
                OptionalDouble yardstick = warm(YARDSTICK, least, most, round);
                own.ifPresent(warm::add);
                if (own.isPresent() && yardstick.isPresent()) {
                    ratios.add(own.getAsDouble() / yardstick.getAsDouble());
                }
            }
            text.append(row(
                    contender.label(),
                    Spread.of(warm).text(2, ""),
                    Spread.of(ratios).text(2, "×"),
                    growth(contender, least, most, turn -> turn.measured().cpuSeconds()),
                    growth(contender, least, most, turn -> turn.measured().wallSeconds()),
                    growth(contender, least, most, turn -> turn.measured().peakBytes()),
                    growth(contender, least, most, turn -> turn.measured().stateBytesPerTouch())));
        }
        text.append('\n');
    }

    private OptionalDouble warm(Catalogue contender, long least, long most, int round) {
        OptionalDouble small = cpuPerMillion(contender, least, round);
        OptionalDouble large = cpuPerMillion(contender, most, round);
        if (small.isEmpty() || large.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((large.getAsDouble() * most - small.getAsDouble() * least) / (most - least));
    }

    private String growth(Catalogue contender, long least, long most, ToDoubleFunction<Turn> figure) {
        double small = spread(turns(contender, least), figure).median();
        double large = spread(turns(contender, most), figure).median();
        return Double.isNaN(large / small) ? "" : String.format(Locale.ROOT, "%.2f×", large / small);
    }

    private interface OfRound {
        OptionalDouble figure(int round);
    }

    /** Each round's figure by the yardstick's of the same round. */
    private Spread ratios(Catalogue contender, OfRound figure, long size) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= rounds(); round++) {
            OptionalDouble own = figure.figure(round);
            OptionalDouble yardstick = cpuPerMillion(YARDSTICK, size, round);
            if (own.isPresent() && yardstick.isPresent()) {
                ratios.add(own.getAsDouble() / yardstick.getAsDouble());
            }
        }
        return Spread.of(ratios);
    }

    private OptionalDouble cpuPerMillion(Catalogue contender, long size, int round) {
        return turns(contender, size).stream()
                .filter(turn -> turn.round() == round)
                .mapToDouble(Turn::cpuPerMillion)
                .findFirst();
    }

    private int rounds() {
        return turns.stream().mapToInt(Turn::round).max().orElse(0);
    }

    private List<Turn> turns(Catalogue contender, long size) {
        return turns.stream()
                .filter(turn -> turn.contender() == contender && turn.orders() == size)
                .toList();
    }

    private static Spread spread(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Spread.of(turns.stream().map(figure::applyAsDouble).toList());
    }

    private static String number(String format, Spread spread) {
        return Double.isNaN(spread.median()) ? "" : String.format(Locale.ROOT, format, spread.median());
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** Returns every turn, as CSV. */
    public static String csv(List<Turn> turns) {
        StringBuilder text = new StringBuilder(
                "contender,orders,cores,round,cpu_seconds,wall_seconds,peak_rss_bytes,state_bytes_per_touch,result\n");
        for (Turn turn : turns) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s,%d,%d,%d,%.3f,%.3f,%d,%.3f,%s%n",
                    turn.contender().label(),
                    turn.orders(),
                    turn.cores(),
                    turn.round(),
                    turn.measured().cpuSeconds(),
                    turn.measured().wallSeconds(),
                    turn.measured().peakBytes(),
                    turn.measured().stateBytesPerTouch(),
                    turn.measured().result()));
        }
        return text.toString();
    }
}

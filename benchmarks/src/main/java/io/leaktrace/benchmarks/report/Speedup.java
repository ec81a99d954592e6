package io.leaktrace.benchmarks.report;

import io.leaktrace.benchmarks.contenders.Catalogue;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What more cores bring, as a Markdown table of medians. */
public final class Speedup {

    private final List<Turn> turns;

    public Speedup(List<Turn> turns) {
        this.turns = turns;
    }

    /** Returns a row for each contender, size and number of cores; empty if all turns were on the same number. */
    public String markdown() {
        List<Integer> cores = distinct(Turn::cores);
        if (cores.size() < 2) {
            return "";
        }
        StringBuilder text = new StringBuilder("### On more cores\n\n"
                + "| contender | orders | cores | CPU s | wall s | orders per s | × as fast | per core | peak RSS MB |\n"
                + "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Catalogue contender :
                turns.stream().map(Turn::contender).distinct().sorted().toList()) {
            for (long orders : distinct(Turn::orders)) {
                double fewest = wall(of(contender, orders, cores.get(0)));
                for (int count : cores) {
                    List<Turn> own = of(contender, orders, count);
                    double faster = fewest / wall(own);
                    text.append(String.format(
                            Locale.ROOT,
                            "| %s | %,d | %d | %.1f | %.1f | %,.0f | %.2f | %.0f%% | %.0f |%n",
                            contender.label(),
                            orders,
                            count,
                            median(own, turn -> turn.measured().cpuSeconds()),
                            wall(own),
                            orders / wall(own),
                            faster,
                            100 * faster * cores.get(0) / count,
                            median(own, turn -> turn.measured().peakBytes() / (double) (1 << 20))));
                }
            }
        }
        return text.append('\n').toString();
    }

    private <T extends Comparable<T>> List<T> distinct(Function<Turn, T> field) {
        return turns.stream().map(field).distinct().sorted().toList();
    }

    private List<Turn> of(Catalogue contender, long orders, int cores) {
        return turns.stream()
                .filter(turn -> turn.contender() == contender && turn.orders() == orders && turn.cores() == cores)
                .toList();
    }

    private static double wall(List<Turn> some) {
        return median(some, turn -> turn.measured().wallSeconds());
    }

    private static double median(List<Turn> some, ToDoubleFunction<Turn> figure) {
        return Spread.of(some.stream().map(figure::applyAsDouble).toList()).median();
    }
}

package io.leaktrace.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/**
 * What each kind of further evidence is worth: alerts of Leaktrace in the same markets with it and without it.
 *
 * @param gains one for each scenario with further evidence
 */
public record EvidenceGains(List<Gain> gains) {

    /**
     * A scenario with its evidence and without it.
     *
     * @param accused number of alerts on innocents with the evidence where nobody leaks
     * @param leakFreeMarkets number of markets in which nobody leaks
     */
    public record Gain(String title, Alerts with, Alerts without, long accused, int leakFreeMarkets) {}

    /**
     * Alerts in markets with leaks.
     *
     * @param leaks number of leaks
     * @param noticed number of leaks on which an alert was raised
     * @param victims median number of victims that had reported by then; infinite if fewer than half were noticed
     * @param days median number of days of the leak by then, as victims
     * @param accused number of alerts on innocents
     */
    public record Alerts(int leaks, int noticed, double victims, double days, long accused) {

        private static Alerts of(List<Outcome> outcomes) {
            int[] victims = sorted(outcomes, track -> track.victimsBeforeAlert(Thresholds.NONE));
            int[] days = sorted(outcomes, track -> track.daysBeforeAlert(Thresholds.NONE));
            int noticed = (int)
                    Arrays.stream(days).filter(day -> day != Integer.MAX_VALUE).count();
            return new Alerts(days.length, noticed, median(victims), median(days), EvidenceGains.accused(outcomes));
        }

        private static int[] sorted(List<Outcome> outcomes, ToIntFunction<Outcome.Track> until) {
            return outcomes.stream()
                    .flatMap(outcome -> outcome.tracks().stream())
                    .mapToInt(until)
                    .map(count -> count < 0 ? Integer.MAX_VALUE : count)
                    .sorted()
                    .toArray();
        }

        private static double median(int[] sorted) {
            if (sorted.length == 0 || sorted[sorted.length / 2] == Integer.MAX_VALUE) {
                return sorted.length == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
            }
            return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
        }
    }

    static EvidenceGains of(List<Outcome> outcomes) {
        List<Gain> gains = new ArrayList<>();
        for (String cell : outcomes.stream()
                .map(outcome -> outcome.cell().name())
                .distinct()
                .toList()) {
            if (!cell.contains(",")) {
                List<Outcome> leakFree = ofCell(outcomes, cell + EvaluatedMarkets.LEAK_FREE);
                gains.add(new Gain(
                        cell,
                        Alerts.of(ofCell(outcomes, cell)),
                        Alerts.of(ofCell(outcomes, cell + EvaluatedMarkets.WITHOUT_EVIDENCE)),
                        accused(leakFree),
                        leakFree.size()));
            }
        }
        return new EvidenceGains(gains);
    }

    private static List<Outcome> ofCell(List<Outcome> outcomes, String cell) {
        return outcomes.stream()
                .filter(outcome -> outcome.cell().name().equals(cell))
                .toList();
    }

    private static long accused(List<Outcome> outcomes) {
        return outcomes.stream()
                .flatMapToDouble(outcome -> Arrays.stream(outcome.innocentPeaks()))
                .filter(peak -> peak >= Thresholds.NONE)
                .count();
    }

    /** The table as Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("| evidence | leaks | noticed | without | victims until the alert | without | days | without "
                + "| innocents accused | without | nobody leaks: accused, in markets |\n");
        text.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Gain gain : gains) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %s | %s | %s | %s | %d | %d | %d, %d |\n",
                    gain.title,
                    gain.with.leaks,
                    gain.with.noticed,
                    gain.without.noticed,
                    median(gain.with.victims),
                    median(gain.without.victims),
                    median(gain.with.days),
                    median(gain.without.days),
                    gain.with.accused,
                    gain.without.accused,
                    gain.accused,
                    gain.leakFreeMarkets));
        }
        text.append("\nMedians are over all leaks; – where fewer than half were noticed.\n");
        return text.toString();
    }

    private static String median(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "–";
    }
}

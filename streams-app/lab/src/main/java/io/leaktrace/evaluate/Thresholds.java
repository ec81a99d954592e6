package io.leaktrace.evaluate;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lowest threshold for each scorer and kind of market that keeps the budget of one false alert in 60 days among
 * 2,100 custodians, in trials without leaks. A scorer's own alert rule applies in addition.
 */
final class Thresholds {

    /**
     * No threshold: lower than any score, and above negative infinity, which stands for a custodian without an alert by
     * the scorer's own rule.
     */
    static final double NONE = -Double.MAX_VALUE;

    private final Map<String, Double> byContestantAndMarket = new TreeMap<>();

    Thresholds(Collection<Outcome> outcomes) {
        Map<String, List<Outcome>> grouped = new TreeMap<>();
        outcomes.stream().filter(outcome -> outcome.cell().calibrates()).forEach(outcome -> grouped.computeIfAbsent(
                        key(outcome.contestant(), outcome.cell().market()), absent -> new java.util.ArrayList<>())
                .add(outcome));
        grouped.forEach((key, leakFree) -> byContestantAndMarket.put(key, threshold(leakFree)));
    }

    private static double threshold(List<Outcome> leakFree) {
        double budget = leakFree.stream().mapToDouble(Outcome::budgets).sum();
        List<Double> peaks = leakFree.stream()
                .flatMapToDouble(outcome -> java.util.Arrays.stream(outcome.innocentPeaks()))
                .boxed()
                .sorted(Comparator.reverseOrder())
                .toList();
        int allowed = (int) Math.floor(budget);
        return allowed < peaks.size() ? Math.nextUp(peaks.get(allowed)) : NONE;
    }

    /** The threshold; infinity if there were no leak-free trials, and none for limits, which have an alert rule. */
    double of(Outcome outcome) {
        if (Ceiling.NAMES.contains(outcome.contestant())) {
            return NONE;
        }
        return byContestantAndMarket.getOrDefault(
                key(outcome.contestant(), outcome.cell().market()), Double.POSITIVE_INFINITY);
    }

    private static String key(String contestant, String market) {
        return contestant + "\n" + market;
    }
}

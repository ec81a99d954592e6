package io.leaktrace.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Results of an evaluation, by cell and scorer. */
public final class Result {

    private final List<Outcome> outcomes;
    private final List<String> contestants;
    private final Thresholds thresholds;
    private final Map<String, Map<String, List<Outcome>>> byCell = new LinkedHashMap<>();

    Result(List<Outcome> outcomes, List<String> contestants) {
        this(outcomes, contestants, new Thresholds(outcomes));
    }

    private Result(List<Outcome> outcomes, List<String> contestants, Thresholds thresholds) {
        this.outcomes = List.copyOf(outcomes);
        this.contestants = List.copyOf(contestants);
        this.thresholds = thresholds;
        for (Outcome outcome : outcomes) {
            byCell.computeIfAbsent(outcome.cell().name(), absent -> new LinkedHashMap<>())
                    .computeIfAbsent(outcome.contestant(), absent -> new ArrayList<>())
                    .add(outcome);
        }
    }

    /**
     * Result of a scorer in a cell, over all seeds.
     *
     * @param found share of leaks noticed
     * @param victims number of victims that had reported when half of the leaks were noticed; infinite if fewer were
     * @param falseAlerts in 60 days among 2,100 custodians
     */
    record Summary(
            Cell cell,
            String contestant,
            int seeds,
            Mean averagePrecision,
            Mean found,
            double victims,
            Mean falseAlerts,
            double threshold) {}

    /** A mean with its standard error. */
    record Mean(double value, double error) {

        static Mean of(Collection<Outcome> outcomes, ToDoubleFunction<Outcome> measure) {
            double[] values = outcomes.stream().mapToDouble(measure).toArray();
            double mean = Arrays.stream(values).average().orElse(Double.NaN);
            double squares =
                    Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
            double error = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1) / values.length);
            return new Mean(mean, error);
        }
    }

    /** Returns the results on the seeds on which any of these contestants took part, with the same thresholds. */
    Result onSeedsOf(Set<String> some) {
        Set<Long> seeds = outcomes.stream()
                .filter(outcome -> some.contains(outcome.contestant()))
                .map(Outcome::seed)
                .collect(Collectors.toSet());
        List<Outcome> kept = outcomes.stream()
                .filter(outcome -> seeds.contains(outcome.seed()))
                .toList();
        return new Result(kept, contestants, thresholds);
    }

    List<String> contestants() {
        return contestants;
    }

    List<String> cells() {
        return List.copyOf(byCell.keySet());
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    List<Outcome> outcomes(String cell, String contestant) {
        return byCell.getOrDefault(cell, Map.of()).getOrDefault(contestant, List.of());
    }

    double threshold(Outcome outcome) {
        return thresholds.of(outcome);
    }

    Optional<Summary> summary(String cell, String contestant) {
        List<Outcome> of = outcomes(cell, contestant);
        if (of.isEmpty()) {
            return Optional.empty();
        }
        Outcome first = of.get(0);
        double threshold = thresholds.of(first);
        return Optional.of(new Summary(
                first.cell(),
                contestant,
                of.size(),
                Mean.of(of, Outcome::averagePrecision),
                Mean.of(of, outcome -> found(outcome, threshold)),
                medianVictims(of, threshold),
                Mean.of(of, outcome -> outcome.falseAlerts(threshold)),
                threshold));
    }

    private static double found(Outcome outcome, double threshold) {
        return outcome.tracks().stream()
                        .filter(track -> track.victimsBeforeAlert(threshold) >= 0)
                        .count()
                / (double) outcome.tracks().size();
    }

    /** Median number of victims over all leaks of the outcomes; infinite for a leak that was not noticed. */
    static double medianVictims(List<Outcome> outcomes, double threshold) {
        double[] victims = outcomes.stream()
                .flatMap(outcome -> outcome.tracks().stream())
                .mapToInt(track -> track.victimsBeforeAlert(threshold))
                .mapToDouble(count -> count < 0 ? Double.POSITIVE_INFINITY : count)
                .sorted()
                .toArray();
        if (victims.length == 0) {
            return Double.NaN;
        }
        double low = victims[(victims.length - 1) / 2];
        double high = victims[victims.length / 2];
        return low == high ? low : (low + high) / 2;
    }
}

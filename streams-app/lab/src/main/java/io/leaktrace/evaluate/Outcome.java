package io.leaktrace.evaluate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.simulate.Leak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of a scorer in a trial: the ranks of the leaks on the last day, and the scores needed to apply a
 * threshold.
 *
 * @param leakRanks ranks of the leaks on the last day, ascending, counted from 1
 * @param tracks one for each leak
 * @param innocentPeaks the highest alarm of each custodian while it did not leak, in descending order; only the top
 *     ones
 * @param days number of evaluated days
 * @param custodians number of custodians
 */
record Outcome(
        Cell cell,
        long seed,
        String contestant,
        int[] leakRanks,
        List<Track> tracks,
        double[] innocentPeaks,
        double days,
        int custodians) {

    /** Days at the start that are not evaluated, so that scorers can learn; a shorter trial is evaluated as a whole. */
    static final int LEARNING_DAYS = 15;

    private static final int PEAKS_KEPT = 200;

    /**
     * Alarms and victims of a leak.
     *
     * @param alarms alarms of the custodian at the end of each evaluated day from the start of the leak
     * @param victims numbers of victims that had reported by the end of the same days
     * @param allVictims number of victims that reported
     */
    record Track(Custodian custodian, double[] alarms, int[] victims, int allVictims) {

        /** Number of victims that had reported when the alarm first reached the threshold; −1 if it never did. */
        int victimsBeforeAlert(double threshold) {
            int days = daysBeforeAlert(threshold);
            return days < 0 ? -1 : victims[days - 1];
        }

        /**
         * Number of evaluated days of the leak until the alarm first reached the threshold, counted from 1; −1 if it
         * never did.
         */
        int daysBeforeAlert(double threshold) {
            for (int day = 0; day < alarms.length; day++) {
                if (alarms[day] >= threshold) {
                    return day + 1;
                }
            }
            return -1;
        }
    }

    static Outcome of(Trial trial, String contestant, List<DayScores> days) {
        List<Custodian> custodians = trial.custodians();
        double[] last = days.get(days.size() - 1).scores();
        Integer[] ranking = new Integer[custodians.size()];
        Arrays.setAll(ranking, i -> i);
        Arrays.sort(
                ranking,
                Comparator.comparingDouble((Integer i) -> last[i]).reversed().thenComparing(i -> i));
        List<Integer> leakRanks = new ArrayList<>();
        for (int rank = 0; rank < ranking.length; rank++) {
            if (trial.leaks().containsKey(custodians.get(ranking[rank]))) {
                leakRanks.add(rank + 1);
            }
        }
        long from = days.get(0).end() - Trial.EPOCH + (days.size() > LEARNING_DAYS ? LEARNING_DAYS * EventTime.DAY : 0);
        List<DayScores> evaluated =
                days.stream().filter(day -> day.end() > from).toList();
        Map<Custodian, Track> tracks = new TreeMap<>();
        double[] peaks = new double[custodians.size()];
        for (int i = 0; i < peaks.length; i++) {
            Leak leak = trial.leaks().get(custodians.get(i));
            long leakFrom = leak == null ? Long.MAX_VALUE : leak.from().toEpochMilli();
            double peak = Double.NEGATIVE_INFINITY;
            List<DayScores> leaking = new ArrayList<>();
            for (DayScores day : evaluated) {
                if (day.end() <= leakFrom) {
                    peak = Math.max(peak, day.alarms()[i]);
                } else {
                    leaking.add(day);
                }
            }
            peaks[i] = peak;
            if (leak != null) {
                tracks.put(custodians.get(i), track(trial, leak, leaking, i));
            }
        }
        // A leaker without an order cannot be found, and does not count as missed.
        return new Outcome(
                trial.cell(),
                trial.seed(),
                contestant,
                leakRanks.stream().mapToInt(Integer::intValue).toArray(),
                List.copyOf(tracks.values()),
                Arrays.stream(peaks)
                        .map(peak -> -peak)
                        .sorted()
                        .limit(PEAKS_KEPT)
                        .map(peak -> -peak)
                        .toArray(),
                evaluated.size(),
                custodians.size());
    }

    private static Track track(Trial trial, Leak leak, List<DayScores> days, int custodian) {
        return new Track(
                leak.custodian(),
                days.stream().mapToDouble(day -> day.alarms()[custodian]).toArray(),
                days.stream()
                        .mapToInt(day -> trial.victimsBefore(leak.custodian(), day.end()))
                        .toArray(),
                trial.victims(leak.custodian()));
    }

    /** Mean of the precision at the rank of each leak. */
    double averagePrecision() {
        double sum = 0;
        for (int i = 0; i < leakRanks.length; i++) {
            sum += (i + 1.0) / leakRanks[i];
        }
        return sum / leakRanks.length;
    }

    /** Number of false alerts at a threshold, scaled to 60 days and 2,100 custodians. */
    double falseAlerts(double threshold) {
        long count =
                Arrays.stream(innocentPeaks).filter(peak -> peak >= threshold).count();
        return count / budgets();
    }

    /** Size of the trial in units of 60 days and 2,100 custodians. */
    double budgets() {
        return days / 60 * custodians / 2100;
    }
}

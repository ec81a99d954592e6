package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.LeakChain;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.TrueCalls.Disclosure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much the data can tell. Two scorers that know what Leaktrace has to estimate: the rate and the disclosures of the
 * background and of each custodian's callers, reporting delays, lead times, which reports are made up, and the leaks of
 * all other custodians. They are limits for methods that see the same data, not competitors.
 *
 * <ul>
 *   <li>The ceiling weighs each custodian by Leaktrace's leak chain, which does not know its leak's level, onset and end.
 *   <li>The oracle knows these too: its score is the log-likelihood ratio of the leak to no leak. A custodian without a
 *       leak is weighed as if it had one of the trial's leaks.
 * </ul>
 *
 * <p>Both raise alerts within Leaktrace's budget of false alerts, as far as the statistics guarantee it: the ceiling at
 * the threshold of Leaktrace; the oracle at a lower one, because a likelihood ratio without a leak passes T with
 * probability at most 1 / T. No number of distinct buyers is required.
 *
 * <p>Both follow the time of touch: a leak calls buyers within the window after a touch. They are no limit for archives,
 * which are called through later, nor for what is not used here, such as the caller's number.
 */
final class Ceiling implements Contestant {

    static final String CEILING = "ceiling";
    static final String ORACLE = "oracle";
    static final List<String> NAMES = List.of(CEILING, ORACLE);

    private static final double LN_10 = StrictMath.log(10);

    private final ModelSettings settings;

    Ceiling(ModelSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public boolean takesPart(Cell cell, long seed) {
        return !cell.leakFree() && !cell.name().startsWith(Scenario.STOLEN_ARCHIVE.title());
    }

    @Override
    public Map<String, List<DayScores>> run(Trial trial) {
        Run run = new Run(trial, settings);
        int custodians = trial.custodians().size();
        List<Long> ends = trial.dayEnds();
        double raiseAt = StrictMath.log10(custodians * settings.falseAlertDays());
        double raiseOracleAt = StrictMath.log10(custodians * settings.falseAlertDays() / ends.size());
        List<DayScores> ceiling = new ArrayList<>();
        List<DayScores> oracle = new ArrayList<>();
        for (long end : ends) {
            double[] chain = new double[custodians];
            double[] known = new double[custodians];
            for (int custodian = 0; custodian < custodians; custodian++) {
                chain[custodian] = run.chain(custodian, end) / LN_10;
                known[custodian] = run.oracle(custodian, end) / LN_10;
            }
            ceiling.add(new DayScores(end, chain, alarms(chain, raiseAt)));
            oracle.add(new DayScores(end, known, alarms(known, raiseOracleAt)));
        }
        return Map.of(CEILING, ceiling, ORACLE, oracle);
    }

    private static double[] alarms(double[] scores, double raiseAt) {
        return Arrays.stream(scores)
                .map(score -> score >= raiseAt ? score : Double.NEGATIVE_INFINITY)
                .toArray();
    }

    /**
     * An incident that a custodian could explain.
     *
     * @param day day of the most likely touch, as an index
     * @param knownFrom time of its report, in epoch milliseconds
     * @param logOdds ln(1 + θ s) by leak level θ, where s is the intensity at level 1, divided by that of all other causes
     * @param oracle ln(1 + θ s) for the level and the touches of the custodian's own leak
     */
    private record Explanation(int day, long knownFrom, double[] logOdds, double oracle) {}

    /** The data of a trial, prepared for all days. */
    private static final class Run {
        private final Trial trial;
        private final TrueLeadTimes leadTimes;
        private final Disclosure background;
        private final Disclosure[] ofLeak;
        private final double highestRatio;
        private final LeakChain chain;
        private final double[] levels;
        private final long firstDay;
        private final Map<Custodian, Integer> indexes = new HashMap<>();
        private final int[][] touches;
        private final double[] reportedShares;

        /** By custodian, by day of touch. */
        private final List<List<Explanation>> explanations = new ArrayList<>();

        /** By custodian: the leak that the oracle knows, or assumes for a custodian that does not leak. */
        private final Leak[] leaks;

        /** By custodian: the state of the chain after the days whose data are complete, and the number of these days. */
        private final LeakChain.State[] checkpoints;

        private final int[] checkpointDays;

        /** By custodian: the number of explanations of those days. */
        private final int[] checkpointExplanations;

        Run(Trial trial, ModelSettings settings) {
            this.trial = trial;
            List<CausedIncident> incidents = CausedIncident.of(trial);
            leadTimes = new TrueLeadTimes(trial, incidents);
            reportedShares = leadTimes.reportedShares(trial.trueCalls().reportedWithin());
            background = trial.trueCalls().ofBackground();
            ofLeak = trial.custodians().stream().map(trial.trueCalls().ofLeak()).toArray(Disclosure[]::new);
            highestRatio = settings.knowledgeHigh() * settings.quotedOrder();
            chain = new LeakChain(settings);
            levels = chain.levels();
            for (Custodian custodian : trial.custodians()) {
                indexes.put(custodian, indexes.size());
                explanations.add(new ArrayList<>());
            }
            List<Long> ends = trial.dayEnds();
            firstDay = EventTime.dayOf(ends.get(0) - 1);
            touches = touches(ends.size());
            List<Leak> planted = List.copyOf(trial.leaks().values());
            leaks = trial.custodians().stream()
                    .map(custodian -> leakOf(custodian, planted))
                    .toArray(Leak[]::new);
            incidents.forEach(this::explain);
            explanations.forEach(ofCustodian -> ofCustodian.sort(
                    Comparator.comparingInt(Explanation::day).thenComparingLong(Explanation::knownFrom)));
            checkpoints = new LeakChain.State[indexes.size()];
            Arrays.fill(checkpoints, chain.start());
            checkpointDays = new int[indexes.size()];
            checkpointExplanations = new int[indexes.size()];
        }

        private int[][] touches(int days) {
            int[][] byDay = new int[indexes.size()][days];
            trial.correlations().stream()
                    .filter(Exposures.class::isInstance)
                    .map(Exposures.class::cast)
                    .forEach(exposures -> exposures
                            .touches()
                            .forEach((custodian, counts) -> add(counts, byDay[indexes.get(custodian)])));
            return byDay;
        }

        private void add(SortedMap<Long, Integer> counts, int[] byDay) {
            counts.forEach((day, count) -> {
                int index = (int) (day - firstDay);
                if (index >= 0 && index < byDay.length) {
                    byDay[index] += count;
                }
            });
        }

        private Leak leakOf(Custodian custodian, List<Leak> planted) {
            Leak own = trial.leaks().get(custodian);
            return own != null || planted.isEmpty() ? own : planted.get(indexes.get(custodian) % planted.size());
        }

        /** Adds an incident to the explanations of all custodians with a touch before it. */
        private void explain(CausedIncident incident) {
            boolean quoting = incident.quotedOrderId() != null;
            // A caller without data of a leak names any of the buyer's orders.
            double ofOthers = background.probability(incident.disclosed(), quoting) / (quoting ? incident.orders() : 1);
            // By custodian and day of touch: the intensity at a leak level of 1, and its part from leaked touches.
            SortedMap<Integer, SortedMap<Integer, double[]>> perLevel = new TreeMap<>();
            for (ContactTouch touch : incident.touches()) {
                int index = indexes.get(touch.custodian());
                int day = (int) (EventTime.dayOf(touch.touchedAt()) - firstDay);
                double leaked = quoting && !touch.orderId().equals(incident.quotedOrderId())
                        ? 0
                        : ofLeak[index].probability(incident.disclosed(), quoting);
                if (day < 0 || leaked == 0) {
                    continue;
                }
                double weight = leadTimes.density(incident.at() - touch.touchedAt())
                        * Math.min(leaked / ofOthers, highestRatio);
                double[] cell = perLevel.computeIfAbsent(index, absent -> new TreeMap<>())
                        .computeIfAbsent(day, absent -> new double[2]);
                cell[0] += weight;
                cell[1] += leaks[index] != null && leaks[index].covers(Instant.ofEpochMilli(touch.touchedAt()))
                        ? weight
                        : 0;
            }
            double total = incident.background();
            for (Map.Entry<Integer, SortedMap<Integer, double[]>> entry : perLevel.entrySet()) {
                total += blame(entry.getKey(), entry.getValue());
            }
            for (Map.Entry<Integer, SortedMap<Integer, double[]>> entry : perLevel.entrySet()) {
                int custodian = entry.getKey();
                double others = Math.max(incident.background(), total - blame(custodian, entry.getValue()));
                explanations.get(custodian).add(explanation(incident, custodian, entry.getValue(), others));
            }
        }

        /** The intensity from a custodian's own leak; 0 if it does not leak. */
        private double blame(int custodian, SortedMap<Integer, double[]> byDay) {
            Leak leak = trial.leaks().get(trial.custodians().get(custodian));
            return leak == null ? 0 : leak.ratePerOrder() * sum(byDay, 1);
        }

        private static double sum(SortedMap<Integer, double[]> byDay, int part) {
            double sum = 0;
            for (double[] cell : byDay.values()) {
                sum += cell[part];
            }
            return sum;
        }

        private Explanation explanation(
                CausedIncident incident, int custodian, SortedMap<Integer, double[]> byDay, double others) {
            double perLevel = sum(byDay, 0) / others;
            int heaviest = byDay.lastKey();
            for (Map.Entry<Integer, double[]> cell : byDay.entrySet()) {
                heaviest = cell.getValue()[0] > byDay.get(heaviest)[0] ? cell.getKey() : heaviest;
            }
            double[] logOdds = new double[levels.length];
            for (int k = 0; k < levels.length; k++) {
                logOdds[k] = StrictMath.log1p(levels[k] * perLevel);
            }
            double rate = leaks[custodian] == null ? 0 : leaks[custodian].ratePerOrder();
            double oracle = StrictMath.log1p(rate * sum(byDay, 1) / others);
            return new Explanation(heaviest, incident.knownFrom(), logOdds, oracle);
        }

        /** Touches of a day, each weighted by the share of the contacts it would have caused that are reported. */
        private double exposure(int custodian, int day, int today) {
            return touches[custodian][day] * reportedShares[Math.min(today - day, reportedShares.length - 1)];
        }

        /** Returns the statistic of the leak chain at the end of a day; days have to be in order. */
        double chain(int custodian, long end) {
            int today = (int) (EventTime.dayOf(end - 1) - firstDay);
            List<Explanation> own = explanations.get(custodian);
            LeakChain.State state = checkpoints[custodian];
            int next = checkpointExplanations[custodian];
            for (int day = checkpointDays[custodian]; day <= today; day++) {
                double exposure = exposure(custodian, day, today);
                double[] increments = null;
                for (; next < own.size() && own.get(next).day == day; next++) {
                    Explanation explanation = own.get(next);
                    if (explanation.knownFrom < end) {
                        increments = increments == null ? new double[levels.length] : increments;
                        for (int k = 0; k < levels.length; k++) {
                            increments[k] += explanation.logOdds[k];
                        }
                    }
                }
                if (increments != null) {
                    for (int k = 0; k < levels.length; k++) {
                        increments[k] -= levels[k] * exposure;
                    }
                }
                state = chain.forward(
                        state, increments == null ? chain.dayWithoutIncident(exposure) : chain.day(increments));
                if (today - day >= reportedShares.length - 1) {
                    checkpoints[custodian] = state;
                    checkpointDays[custodian] = day + 1;
                    checkpointExplanations[custodian] = next;
                }
            }
            return state.statistic();
        }

        /** Returns the log-likelihood ratio of the custodian's leak at the end of a day; minus infinity without a leak. */
        double oracle(int custodian, long end) {
            Leak leak = leaks[custodian];
            if (leak == null) {
                return Double.NEGATIVE_INFINITY;
            }
            int today = (int) (EventTime.dayOf(end - 1) - firstDay);
            long until = leak.to() == null ? Long.MAX_VALUE : leak.to().toEpochMilli();
            double sum = 0;
            for (int day = 0; day <= today; day++) {
                long midnight = (firstDay + day) * EventTime.DAY;
                long leaking = Math.min(until, midnight + EventTime.DAY)
                        - Math.max(leak.from().toEpochMilli(), midnight);
                if (leaking > 0) {
                    double share = (double) leaking / EventTime.DAY;
                    sum -= leak.ratePerOrder() * exposure(custodian, day, today) * share;
                }
            }
            for (Explanation explanation : explanations.get(custodian)) {
                sum += explanation.knownFrom < end ? explanation.oracle : 0;
            }
            return sum;
        }
    }
}

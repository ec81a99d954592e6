package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Scam contacts that a custodian's buyers had <em>before</em> they bought cannot come from it. A custodian with more of
 * them than others has buyers who are called anyway; its factor, at least 1, raises the background it is held against.
 *
 * <p>An incident counts by its background share, once for each touch of the buyer's orders in the window after it, and
 * not for custodians that could have caused it: whoever buys again from a leaking seller does not clear it.
 *
 * <p>A wave of calls that comes down on a station's region or a seller's customers for some days is looked for in the
 * same way, day by day, among all incidents of buyers with a touch in the window before or after. It is a rival
 * explanation: where it explains a custodian's incidents better than a leak of the custodian does, it goes first.
 */
final class NegativeControl {

    /** Half-life of the factor of a few days, and the contacts that a factor of 1 is worth to it. */
    private static final double WAVE_HALF_LIFE_DAYS = 2;

    private static final double WAVE_PRIOR = 2;

    /** A wave may be weaker than the leak by a factor of 20 and still be what happened. */
    private static final double MARGIN = StrictMath.log(20);

    /** Of what speaks for a leak, so much at least has to lie in a few days' burst, and the burst be no accident. */
    private static final double BURST_SHARE = 0.4;

    private static final double LEAST_BURST = StrictMath.log(400);

    // By touch of a custodian's after an incident: both of them, and what the incident counts for after so much time.
    private final IntArrayList incidentBefore = new IntArrayList();
    private final IntArrayList custodianAfter = new IntArrayList();
    private final DoubleArrayList weightAfter = new DoubleArrayList();

    // By custodian and day: incidents of buyers whose orders it touched in the window before or after, and the touches.
    // Null for custodians without any.
    private final double[][] incidentsAround;
    private final double[][] touchesAround;

    private final List<Account> accounts;
    private final int days;
    private final ModelSettings settings;
    /** By custodian, its touches, each fading with its age; and the sum over all. */
    private final double[] exposed;

    private double allExposed;

    NegativeControl(EpochData data) {
        this.accounts = data.accounts();
        this.settings = data.settings();
        this.exposed = new double[accounts.size()];
        this.days = data.days().touchDays();
        Candidates candidates = data.candidates();
        int[] indexOfSlot = data.indexOfSlot();
        long end = data.days().end();
        long touchesFrom = data.days().touchesFrom();
        double[] decay = new double[days];
        for (int day = 0; day < decay.length; day++) {
            decay[day] = StrictMath.pow(0.5, (data.days().today() - touchesFrom - day) / settings.controlHalfLife());
        }
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            int[] touches = accounts.get(custodian).touches();
            for (int day = 0; day < decay.length; day++) {
                exposed[custodian] += touches[day] * decay[day];
            }
            allExposed += exposed[custodian];
        }
        incidentsAround = new double[accounts.size()][];
        touchesAround = new double[accounts.size()][];
        // One more than the incident around which a custodian was seen last, and of which it was last a candidate.
        int[] aroundOf = new int[accounts.size()];
        int[] candidateOf = new int[accounts.size()];
        for (Incident incident : data.incidents()) {
            int one = incident.index + 1;
            long[] touchedAt = incident.known.touchedAt();
            int[] slots = incident.known.slots();
            int incidentDay = (int) (incident.day - touchesFrom);
            if (incidentDay >= 0) {
                for (int t = 0; t < touchedAt.length && touchedAt[t] < end; t++) {
                    int custodian = indexOfSlot[slots[t]];
                    if (touchesAround[custodian] == null) {
                        touchesAround[custodian] = new double[days];
                        incidentsAround[custodian] = new double[days];
                    }
                    touchesAround[custodian][incidentDay]++;
                    if (aroundOf[custodian] != one) {
                        aroundOf[custodian] = one;
                        incidentsAround[custodian][incidentDay]++;
                    }
                }
            }
            int after = firstFrom(touchedAt, Math.max(incident.at, touchesFrom * EventTime.DAY));
            if (after < touchedAt.length && touchedAt[after] < end) {
                for (int candidate : candidates.of(incident.index)) {
                    candidateOf[candidates.custodian[candidate]] = one;
                }
            }
            for (int t = after; t < touchedAt.length && touchedAt[t] < end; t++) {
                int custodian = indexOfSlot[slots[t]];
                if (candidateOf[custodian] != one) {
                    incidentBefore.add(incident.index);
                    custodianAfter.add(custodian);
                    weightAfter.add(decay[(int) (EventTime.dayOf(touchedAt[t]) - touchesFrom)]);
                }
            }
        }
    }

    /** The first of the times, which ascend, that is not before this one. */
    private static int firstFrom(long[] times, long from) {
        int first = times.length;
        while (first > 0 && times[first - 1] >= from) {
            first--;
        }
        return first;
    }

    /**
     * By how much more than others a custodian's buyers are called anyway.
     *
     * @param lasting factor, at least 1, from the contacts that they had before they bought
     * @param wave factors, at least 1, of a wave of calls on them, by day of the incident from
     *     {@link EpochDays#touchesFrom} on; null if there is none
     */
    record Factor(double lasting, double[] wave) {

        static final Factor NONE = new Factor(1, null);

        /** The factor for an incident of a day, counted from the first of the wave's; negative for earlier days. */
        double on(long day) {
            return wave == null || day < 0 ? lasting : Math.max(lasting, wave[(int) day]);
        }
    }

    /**
     * The lasting factor of each custodian.
     *
     * @param shares background share of each incident
     */
    double[] factors(double[] shares) {
        if (settings.has(Part.NEGATIVE_CONTROL)) {
            return lasting(shares);
        }
        double[] none = new double[exposed.length];
        Arrays.fill(none, 1);
        return none;
    }

    private double[] lasting(double[] shares) {
        double[] observed = new double[exposed.length];
        double all = 0;
        for (int i = 0; i < incidentBefore.size(); i++) {
            double seen = shares[incidentBefore.getInt(i)] * weightAfter.getDouble(i);
            observed[custodianAfter.getInt(i)] += seen;
            all += seen;
        }
        double perTouch = allExposed > 0 ? all / allExposed : 0;
        double prior = settings.controlPrior();
        double[] factors = new double[exposed.length];
        for (int custodian = 0; custodian < factors.length; custodian++) {
            factors[custodian] = Math.max(1, (prior + observed[custodian]) / (prior + exposed[custodian] * perTouch));
        }
        return factors;
    }

    /**
     * A custodian's buyers against those of its role, day by day.
     *
     * @param factors how many times as often they were called, at least 1, for incidents of each day from
     *     {@link EpochDays#touchesFrom} on
     * @param evidence natural logarithm of the likelihood ratio of these factors against none
     * @param burst the same against a factor that is the same on all days: what tells a wave from a leak that goes on
     */
    record Wave(double[] factors, double evidence, double burst) {

        /** Whether it is an explanation beside a leak with this statistic. */
        boolean rivals(double statistic) {
            return evidence > statistic - MARGIN && burst > Math.max(LEAST_BURST, BURST_SHARE * statistic);
        }
    }

    /**
     * The wave of each custodian, if that was all that happened to its buyers. An incident counts once for each touch,
     * as touches are what can be counted of all buyers, called or not; but it is evidence only once. Null for custodians
     * whose buyers had no incident, and for all if the settings leave the negative control out.
     */
    List<Wave> waves() {
        if (!settings.has(Part.NEGATIVE_CONTROL)) {
            return Collections.nCopies(exposed.length, null);
        }
        int[] roleOf = accounts.stream()
                .mapToInt(account -> account.custodian().role().ordinal())
                .toArray();
        double[][] pairsOfRole = new double[Role.values().length][days];
        double[][] touchesOfRole = new double[Role.values().length][days];
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            for (int day = 0; day < days && touchesAround[custodian] != null; day++) {
                pairsOfRole[roleOf[custodian]][day] += touchesAround[custodian][day];
            }
        }
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            double[] touches = withinWindow(accounts.get(custodian).touches());
            for (int day = 0; day < days; day++) {
                touchesOfRole[roleOf[custodian]][day] += touches[day];
            }
        }
        List<Wave> waves = new ArrayList<>(exposed.length);
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            if (touchesAround[custodian] == null) {
                waves.add(null);
                continue;
            }
            double[] expected = withinWindow(accounts.get(custodian).touches());
            int role = roleOf[custodian];
            for (int day = 0; day < days; day++) {
                expected[day] *= touchesOfRole[role][day] > 0 ? pairsOfRole[role][day] / touchesOfRole[role][day] : 0;
            }
            waves.add(wave(incidentsAround[custodian], touchesAround[custodian], expected));
        }
        return waves;
    }

    static Wave wave(double[] incidents, double[] pairs, double[] expectedPairs) {
        double[] seen = smoothed(pairs);
        double[] usual = smoothed(expectedPairs);
        double allPairs = Arrays.stream(pairs).sum();
        double incidentsPerPair = allPairs > 0 ? Arrays.stream(incidents).sum() / allPairs : 1;
        double[] factors = new double[pairs.length];
        double always = Math.max(
                1,
                (WAVE_PRIOR + allPairs)
                        / (WAVE_PRIOR + Arrays.stream(expectedPairs).sum()));
        double evidence = 0;
        double burst = 0;
        for (int day = 0; day < factors.length; day++) {
            double expected = expectedPairs[day] * incidentsPerPair;
            factors[day] = Math.max(1, (WAVE_PRIOR + seen[day]) / (WAVE_PRIOR + usual[day]));
            boolean quiet = incidents[day] == 0;
            double sinceWave = quiet ? 0 : incidents[day] * StrictMath.log(factors[day]);
            double sinceBurst = quiet ? 0 : incidents[day] * StrictMath.log(factors[day] / always);
            evidence += sinceWave - (factors[day] - 1) * expected;
            burst += sinceBurst - (factors[day] - always) * expected;
        }
        return new Wave(factors, evidence, burst);
    }

    /** For each day, the touches within a window before and after it. */
    private double[] withinWindow(int[] touches) {
        int window = settings.windowDays();
        double[] within = new double[days];
        long sum = 0;
        for (int day = 0; day < Math.min(window, days); day++) {
            sum += touches[day];
        }
        for (int day = 0; day < days; day++) {
            sum += day + window < days ? touches[day + window] : 0;
            within[day] = sum;
            sum -= day >= window ? touches[day - window] : 0;
        }
        return within;
    }

    /** Two-sided exponential smoothing. */
    private static double[] smoothed(double[] values) {
        double keep = StrictMath.pow(0.5, 1 / WAVE_HALF_LIFE_DAYS);
        double[] smoothed = new double[values.length];
        double future = 0;
        for (int day = values.length - 1; day >= 0; day--) {
            smoothed[day] = future;
            future = (future + values[day]) * keep;
        }
        double past = 0;
        for (int day = 0; day < values.length; day++) {
            past = past * keep + values[day];
            smoothed[day] += past;
        }
        return smoothed;
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Role;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Estimates how much more often a custodian's buyers are called than others for reasons other than a leak. Incidents
 * that buyers had <em>before</em> the custodian touched their order cannot be caused by it (a negative control). A
 * custodian with more of them than others gets a factor above 1, by which its background is multiplied.
 *
 * <p>An incident counts by its background share, once for each touch of the buyer's orders in the window after it. It
 * does not count for custodians that could have caused it, so repeat buyers of a leaking seller do not raise its
 * factor.
 *
 * <p>A wave of calls to a station's region or a seller's customers for some days is estimated in the same way, day by
 * day, from all incidents of buyers with a touch in the window before or after. It is a rival explanation of a
 * custodian's incidents (docs/adr/0006).
 */
final class NegativeControl {

    /** Half-life of the smoothing of daily factors, and the weight of the prior factor 1, in pairs. */
    private static final double WAVE_HALF_LIFE_DAYS = 2;

    private static final double WAVE_PRIOR = 2;

    /** A wave is a rival of a leak if its likelihood is at most 20 times smaller; natural logarithm. */
    private static final double MARGIN = StrictMath.log(20);

    /** Least log-likelihood ratio of the burst: as a share of the statistic of the leak, and absolute. */
    private static final double BURST_SHARE = 0.4;

    private static final double MIN_BURST = StrictMath.log(400);

    // By custodian and day of the incident: incidents of buyers whose orders it touched in the window before or after,
    // and pairs of such an incident and a touch. Null for custodians without any.
    private final double[][] incidentsAround;
    private final double[][] pairsAround;

    private final EpochData data;
    private final List<Account> accounts;
    private final int days;
    private final ModelSettings settings;
    /** By day of touch, a decay with age. */
    private final double[] decay;

    /** By custodian, its touches, weighted by the decay; and the sum over all custodians. */
    private final double[] exposed;

    private double allExposed;

    NegativeControl(EpochData data) {
        this.data = data;
        this.accounts = data.accounts();
        this.settings = data.settings();
        this.exposed = new double[accounts.size()];
        this.days = data.days().touchDays();
        this.decay = new double[days];
        for (int day = 0; day < decay.length; day++) {
            long age = data.days().today() - data.days().touchesFrom() - day;
            decay[day] = StrictMath.pow(0.5, age / settings.controlHalfLife());
        }
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            int[] touches = accounts.get(custodian).touches();
            for (int day = 0; day < decay.length; day++) {
                exposed[custodian] += touches[day] * decay[day];
            }
            allExposed += exposed[custodian];
        }
        incidentsAround = new double[accounts.size()][];
        pairsAround = new double[accounts.size()][];
        TouchCounts counts = data.derived().counts();
        int[] indexOfSlot = data.indexOfSlot();
        for (int slot = 0; slot < indexOfSlot.length; slot++) {
            int index = indexOfSlot[slot];
            if (index < 0 || !counts.hasPairs(slot)) {
                continue;
            }
            pairsAround[index] = new double[days];
            incidentsAround[index] = new double[days];
            long any = 0;
            for (int day = 0; day < days; day++) {
                pairsAround[index][day] = counts.pairs(slot, data.days().touchesFrom() + day);
                incidentsAround[index][day] = counts.incidents(slot, data.days().touchesFrom() + day);
                any += (long) pairsAround[index][day];
            }
            if (any == 0) {
                pairsAround[index] = null;
                incidentsAround[index] = null;
            }
        }
    }

    /**
     * How much more often than others a custodian's buyers are called without a leak.
     *
     * @param lasting factor, at least 1, from the incidents that they had before the custodian touched their order
     * @param wave factors of a wave of calls, at least 1, by day of the incident from {@link EpochDays#touchesFrom} on;
     *     null without a wave
     */
    record Factor(double lasting, double[] wave) {

        static final Factor NONE = new Factor(1, null);

        /** Returns the factor for an incident; its day is counted from the wave's first day and may be negative. */
        double on(long day) {
            return wave == null || day < 0 ? lasting : Math.max(lasting, wave[(int) day]);
        }
    }

    /**
     * Returns the lasting factor of each custodian, at least 1.
     *
     * @param shares background share of each incident
     */
    double[] factors(double[] shares) {
        if (settings.has(ModelComponent.NEGATIVE_CONTROL)) {
            return lasting(shares);
        }
        double[] none = new double[exposed.length];
        Arrays.fill(none, 1);
        return none;
    }

    private double[] lasting(double[] shares) {
        double[] observed = new double[exposed.length];
        double all = 0;
        LaterTouches later = data.derived().later();
        long touchesFrom = data.days().touchesFrom();
        int firstOpen = data.columns().firstFrom(touchesFrom);
        for (int i = 0; i < shares.length; i++) {
            for (int t = later.firstOfIncident[i]; t < later.firstOfIncident[i + 1]; t++) {
                int custodian = data.indexOfSlot()[later.slot[t]];
                boolean isCandidate = later.couldExplain(t)
                        && (i >= firstOpen
                                || accounts.get(custodian).carriedLevels().any());
                if (!isCandidate) {
                    double seen = shares[i] * decay[(int) (later.day(t) - touchesFrom)];
                    observed[custodian] += seen;
                    all += seen;
                }
            }
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
     * The wave of calls to a custodian's buyers, compared with the buyers of all custodians of its role.
     *
     * @param factors how many times as often they are called, at least 1, by day of the incident from
     *     {@link EpochDays#touchesFrom} on
     * @param evidence natural logarithm of the likelihood ratio of these factors against factors of 1
     * @param burst the same against one constant factor: it separates a wave from a leak, which lasts
     */
    record Wave(double[] factors, double evidence, double burst) {

        /** Whether the wave is a rival explanation of a leak with this statistic, a natural logarithm. */
        boolean rivals(double statistic) {
            return evidence > statistic - MARGIN && burst > Math.max(MIN_BURST, BURST_SHARE * statistic);
        }
    }

    /**
     * Returns the wave of each custodian, estimated under the assumption that it does not leak. For the factors, an
     * incident counts once for each touch, because the expected number is computed from touches; for the evidence, it
     * counts once. Null for custodians whose buyers had no incident, and for all if the negative control is switched
     * off.
     */
    List<Wave> waves() {
        if (!settings.has(ModelComponent.NEGATIVE_CONTROL)) {
            return Collections.nCopies(exposed.length, null);
        }
        int[] roleOf = accounts.stream()
                .mapToInt(account -> account.custodian().role().ordinal())
                .toArray();
        double[][] pairsOfRole = new double[Role.values().length][days];
        double[][] touchesOfRole = new double[Role.values().length][days];
        double[][] within = new double[exposed.length][];
        data.workers().overCustodians(within.length, (from, to) -> {
            for (int custodian = from; custodian < to; custodian++) {
                within[custodian] = withinWindow(accounts.get(custodian).touches());
            }
        });
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            for (int day = 0; day < days; day++) {
                int role = roleOf[custodian];
                touchesOfRole[role][day] += within[custodian][day];
                pairsOfRole[role][day] += pairsAround[custodian] == null ? 0 : pairsAround[custodian][day];
            }
        }
        Wave[] waves = new Wave[exposed.length];
        data.workers().overCustodians(waves.length, (from, to) -> {
            for (int custodian = from; custodian < to; custodian++) {
                if (pairsAround[custodian] == null) {
                    continue;
                }
                double[] expected = within[custodian];
                int role = roleOf[custodian];
                for (int day = 0; day < days; day++) {
                    expected[day] *=
                            touchesOfRole[role][day] > 0 ? pairsOfRole[role][day] / touchesOfRole[role][day] : 0;
                }
                waves[custodian] = wave(incidentsAround[custodian], pairsAround[custodian], expected);
            }
        });
        return Arrays.asList(waves);
    }

    /** Returns the wave of a custodian, from its incidents, its pairs and the expected number of its pairs, by day. */
    static Wave wave(double[] incidents, double[] pairs, double[] expectedPairs) {
        double[] smoothedPairs = smoothed(pairs);
        double[] smoothedExpected = smoothed(expectedPairs);
        double allPairs = Arrays.stream(pairs).sum();
        double incidentsPerPair = allPairs > 0 ? Arrays.stream(incidents).sum() / allPairs : 1;
        double[] factors = new double[pairs.length];
        double constantFactor = Math.max(
                1,
                (WAVE_PRIOR + allPairs)
                        / (WAVE_PRIOR + Arrays.stream(expectedPairs).sum()));
        double evidence = 0;
        double burst = 0;
        for (int day = 0; day < factors.length; day++) {
            double expected = expectedPairs[day] * incidentsPerPair;
            factors[day] = Math.max(1, (WAVE_PRIOR + smoothedPairs[day]) / (WAVE_PRIOR + smoothedExpected[day]));
            boolean quiet = incidents[day] == 0;
            double ofWave = quiet ? 0 : incidents[day] * FdLibm.log(factors[day]);
            double ofBurst = quiet ? 0 : incidents[day] * FdLibm.log(factors[day] / constantFactor);
            evidence += ofWave - (factors[day] - 1) * expected;
            burst += ofBurst - (factors[day] - constantFactor) * expected;
        }
        return new Wave(factors, evidence, burst);
    }

    /** Returns, for each day, the number of touches within the join window before and after it. */
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

    /** Returns the sums of two-sided exponential smoothing. */
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

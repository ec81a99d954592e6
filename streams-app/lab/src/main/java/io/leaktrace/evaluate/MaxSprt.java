package io.leaktrace.evaluate;

import java.util.Arrays;

/**
 * The maximized sequential probability ratio test for Poisson data (Kulldorff and others, "A maximized sequential
 * probability ratio test for drug and vaccine safety surveillance", Sequential Analysis 30, 2011). Since the start of the
 * surveillance, a custodian has c cases, orders that an incident followed, where e are expected; it signals when
 * {@code c ln(c/e) − (c − e)} first reaches a critical value. The value depends on T, the expected number at the end of
 * the surveillance, and keeps the probability of a signal without an excess at most at α.
 *
 * <p>The score is the largest difference between the ratio and the critical value so far; at 0 and above there is a
 * signal, which is final. α is one in 2,100, so that one false signal is expected among 2,100 custodians in the whole
 * surveillance. T is projected from the expected number to date.
 */
final class MaxSprt implements Scorer {

    private static final double ALPHA = 1.0 / 2100;

    /** Planned length of the surveillance in days: the learning time of the evaluation and 60 days. */
    private static final int PLANNED_DAYS = 75;

    /** Exponents, base 2, of the first and last T with a critical value; it hardly changes for larger T. */
    private static final int FIRST = -10;

    private static final int LAST = 10;

    private static final int BISECTIONS = 48;
    private static final double LARGEST_CRITICAL_VALUE = 64;
    private static final double NEGLIGIBLE = 1e-20;

    private static final double[] CRITICAL_VALUES = criticalValues();

    private double[] largest = new double[0];
    private int days;

    private static double[] criticalValues() {
        double[] values = new double[LAST - FIRST + 1];
        Arrays.setAll(values, i -> criticalValue(StrictMath.pow(2, FIRST + i), ALPHA));
        return values;
    }

    @Override
    public double[] scores(Tabulation counts) {
        if (days == 0) {
            largest = new double[counts.custodians()];
            Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        }
        days++;
        Tabulation toDate = counts.toDate();
        double projection = Math.max(1, (double) PLANNED_DAYS / days);
        for (int custodian = 0; custodian < largest.length; custodian++) {
            double expected = Disproportionality.expected(toDate, custodian);
            if (expected > 0) {
                double ratio = PoissonRatio.log(toDate.followed(custodian), expected);
                double score = ratio - criticalValueFor(projection * expected);
                largest[custodian] = Math.max(largest[custodian], score);
            }
        }
        return largest.clone();
    }

    @Override
    public double[] alarms(double[] scores) {
        return Arrays.stream(scores)
                .map(score -> score >= 0 ? score : Double.NEGATIVE_INFINITY)
                .toArray();
    }

    /** Returns the critical value for the next power of 2, which is at least that for {@code expectedAtEnd}. */
    private static double criticalValueFor(double expectedAtEnd) {
        int exponent = Math.getExponent(expectedAtEnd);
        exponent += expectedAtEnd > StrictMath.pow(2, exponent) ? 1 : 0;
        return CRITICAL_VALUES[Math.min(Math.max(exponent, FIRST), LAST) - FIRST];
    }

    /**
     * Returns the critical value of the log-likelihood ratio, at which a signal has probability α without an excess; 0
     * if even a signal at the first case is less probable.
     *
     * @param expectedAtEnd T, above 0
     */
    static double criticalValue(double expectedAtEnd, double alpha) {
        double low = 0;
        double high = LARGEST_CRITICAL_VALUE;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (signalProbability(middle, expectedAtEnd) > alpha) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /**
     * Returns the probability that a Poisson process of rate 1 reaches the critical value by time T. Its n-th case
     * signals up to a time τ_n, which increases with n. So there is no signal up to τ_n if there was none up to τ_(n−1)
     * and at most n − 1 cases have occurred, and the distribution of the number of cases is carried from one τ to the
     * next.
     */
    static double signalProbability(double criticalValue, double expectedAtEnd) {
        double[] probability = {1};
        int first = 0;
        double at = 0;
        for (int n = 1; at < expectedAtEnd; n++) {
            double until = Math.min(latestSignal(n, criticalValue), expectedAtEnd);
            probability = later(probability, first, n, until - at);
            while (first < n - 1 && probability[first] < NEGLIGIBLE) {
                first++;
            }
            at = until;
        }
        return Math.max(0, 1 - Arrays.stream(probability).sum());
    }

    /** Returns τ_n: the solution below n of {@code n ln(n/τ) − (n − τ) = criticalValue}. */
    private static double latestSignal(int n, double criticalValue) {
        double low = 0;
        double high = n;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (PoissonRatio.log(n, middle) > criticalValue) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /**
     * Returns the probabilities of 0 to {@code states} − 1 cases after a Poisson number of further cases.
     *
     * @param first the first number of cases whose probability is not negligible
     * @param mean expected number of further cases
     */
    private static double[] later(double[] probability, int first, int states, double mean) {
        double[] later = new double[states];
        for (int before = first; before < probability.length; before++) {
            double term = probability[before] * StrictMath.exp(-mean);
            for (int after = before; after < states && (after - before < mean || term > NEGLIGIBLE); after++) {
                later[after] += term;
                term *= mean / (after - before + 1);
            }
        }
        return later;
    }
}

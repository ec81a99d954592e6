package io.leaktrace.localize;

import java.util.Arrays;

/**
 * The distribution of the delay from a contact to its report, in hours, estimated from the contacts known so far.
 *
 * <p>Recent contacts are known only if they were reported quickly, so their delays are right-truncated. The estimate
 * uses reverse-time hazards: among the contacts with a delay of at most x that are old enough to be observed with delay
 * x, the share with a delay of exactly x (Lagakos, Barraj and De Gruttola, "Nonparametric analysis of truncated
 * survival data", Biometrika 75, 1988). A prior counts as {@value #PRIOR_WEIGHT} contacts without truncation.
 */
final class ReportingDelay {

    /** Length of the distribution, in hours; longer delays count as the longest. */
    static final int HOURS = 14 * 24;

    /** Weight of the prior, in contacts. */
    private static final double PRIOR_WEIGHT = 50;

    /**
     * The prior is log-logistic, with a median of 3.4 h and a 90% quantile of 126 h, as in the reports of unwanted
     * calls to the FTC in July 2021.
     */
    private static final double PRIOR_MEDIAN = 3.4;

    private static final double PRIOR_SHAPE = StrictMath.log(9) / StrictMath.log(126 / PRIOR_MEDIAN);

    private final double[] cumulative;

    private ReportingDelay(double[] cumulative) {
        this.cumulative = cumulative;
    }

    /** Delays of contacts, each with the age of the contact. */
    static final class Sample {
        private final double[] delayed = new double[HOURS];
        private final double[] enteringAt = new double[HOURS + 1];

        /** Adds a contact of {@code age} hours ago that was reported after {@code delay} hours. */
        void add(int delay, int age) {
            int cell = Math.min(delay, HOURS - 1);
            int last = Math.min(Math.max(age, cell), HOURS - 1);
            delayed[cell]++;
            // In reverse time, it is at risk from its truncation time down to its delay.
            enteringAt[cell]++;
            enteringAt[last + 1]--;
        }
    }

    /** Returns the prior distribution. */
    static ReportingDelay prior() {
        return learn(new Sample());
    }

    /** Returns the distribution of contacts that are all reported within the hour. */
    static ReportingDelay none() {
        double[] cumulative = new double[HOURS + 1];
        Arrays.fill(cumulative, 1, cumulative.length, 1);
        return new ReportingDelay(cumulative);
    }

    /** Returns the distribution estimated from a sample. */
    static ReportingDelay learn(Sample sample) {
        double[] cumulative = new double[HOURS + 1];
        cumulative[HOURS] = 1;
        double[] atRisk = new double[HOURS];
        double running = 0;
        for (int x = 0; x < HOURS; x++) {
            running += sample.enteringAt[x];
            atRisk[x] = running;
        }
        for (int x = HOURS - 1; x >= 0; x--) {
            double priorAtMost = priorCumulative(x + 1);
            double priorHere = priorAtMost - priorCumulative(x);
            double here = sample.delayed[x] + PRIOR_WEIGHT * priorHere;
            double atMost = atRisk[x] + PRIOR_WEIGHT * priorAtMost;
            cumulative[x] = cumulative[x + 1] * Math.max(0, 1 - here / atMost);
        }
        return new ReportingDelay(cumulative);
    }

    private static double priorCumulative(double hours) {
        return logLogistic(hours) / logLogistic(HOURS);
    }

    private static double logLogistic(double hours) {
        if (hours <= 0) {
            return 0;
        }
        return 1 / (1 + StrictMath.pow(hours / PRIOR_MEDIAN, -PRIOR_SHAPE));
    }

    /** Returns the probability that a contact is reported within a number of whole hours. */
    double within(int hours) {
        if (hours <= 0) {
            return 0;
        }
        return cumulative[Math.min(hours, HOURS)];
    }
}

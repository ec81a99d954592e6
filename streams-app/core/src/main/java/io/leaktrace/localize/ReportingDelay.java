package io.leaktrace.localize;

/**
 * How long after a contact it is reported: a distribution over hours, learned from the contacts known so far.
 *
 * <p>Recent contacts are known only if they were reported quickly, so their delays are right-truncated. The estimate
 * goes by reverse-time hazards: of the contacts with a delay of at most x that could have been seen with delay x, the
 * share that had exactly x (Lagakos, Barraj and De Gruttola, "Nonparametric analysis of truncated survival data",
 * Biometrika 75, 1988). A prior counts like so many contacts seen in full.
 */
final class ReportingDelay {

    /** Longest delay that is told apart, in hours. */
    static final int HOURS = 14 * 24;

    /** Contacts that the prior is worth. */
    private static final double PRIOR_WEIGHT = 50;

    /**
     * The prior is log-logistic, through a median of 3.4 h and a 90% point of 126 h, as the reports of unwanted calls to
     * the FTC had in July 2021.
     */
    private static final double PRIOR_MEDIAN = 3.4;

    private static final double PRIOR_SHAPE = StrictMath.log(9) / StrictMath.log(126 / PRIOR_MEDIAN);

    private final double[] cumulative;

    private ReportingDelay(double[] cumulative) {
        this.cumulative = cumulative;
    }

    /** Delays of contacts as hours, each with the hours from the contact to now. */
    static final class Sample {
        private final double[] delayed = new double[HOURS];
        private final double[] enteringAt = new double[HOURS + 1];

        /** Adds a contact reported {@code delay} hours after it happened, {@code age} hours ago. */
        void add(int delay, int age) {
            int cell = Math.min(delay, HOURS - 1);
            int last = Math.min(Math.max(age, cell), HOURS - 1);
            delayed[cell]++;
            // At risk in reverse time from its truncation down to its delay.
            enteringAt[cell]++;
            enteringAt[last + 1]--;
        }
    }

    static ReportingDelay prior() {
        return learn(new Sample());
    }

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

    /** Probability that a contact is reported within so many whole hours. */
    double within(int hours) {
        if (hours <= 0) {
            return 0;
        }
        return cumulative[Math.min(hours, HOURS)];
    }
}

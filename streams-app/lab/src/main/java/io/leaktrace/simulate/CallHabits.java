package io.leaktrace.simulate;

/**
 * Distributions of the time of scam calls and of reporting delays.
 *
 * @param hours distribution of calls over the local day
 * @param delay distribution of the time from a contact to its report
 */
public record CallHabits(DayShape hours, ReportingDelay delay) {

    /** Maximum time from a contact to its report: 14 days, in seconds. */
    public static final long LONGEST_DELAY = 14 * 86_400L;

    private static final double MEDIAN_HOURS = 3.4;
    private static final double NINE_TENTHS_HOURS = 126;
    private static final double NINE_TENTHS_GAUSSIAN = 1.2815515655446004;

    /** Draws the time from a contact to its report, in seconds, above 0 and at most {@link #LONGEST_DELAY}. */
    @FunctionalInterface
    interface ReportingDelay {
        long seconds(RandomStream random);
    }

    /**
     * Calls in working hours, and a reporting delay with a median of 3.4 hours and a 90% quantile of 126 hours, as in
     * the complaints to the US Federal Trade Commission of July 2021.
     */
    public static CallHabits assumed() {
        return new CallHabits(
                new DayShape(new double[] {
                    0, 0, 0, 0, 0, 0, 1, 3, 12, 38, 46, 46, 40, 40, 44, 44, 40, 32, 24, 18, 10, 4, 1, 0
                }),
                CallHabits::assumedDelay);
    }

    /**
     * Measured habits.
     *
     * @param hourWeights number of calls in each of the 24 hours
     * @param delays delays from contact to report, in seconds, each above 0 and at most {@link #LONGEST_DELAY}; samples
     *     are drawn from these
     */
    public static CallHabits measured(double[] hourWeights, long[] delays) {
        long[] samples = delays.clone();
        return new CallHabits(new DayShape(hourWeights), random -> samples[random.below(samples.length)]);
    }

    /**
     * A log-normal delay in seconds. The 5% beyond the longest delay are spread uniformly between the 90% quantile and
     * the longest delay, which preserves median and 90% quantile and avoids a peak at the longest delay.
     */
    private static long assumedDelay(RandomStream random) {
        double sigma = StrictMath.log(NINE_TENTHS_HOURS / MEDIAN_HOURS) / NINE_TENTHS_GAUSSIAN;
        double seconds = random.logNormal(MEDIAN_HOURS * 3600, sigma);
        if (seconds > LONGEST_DELAY) {
            seconds = random.uniform(NINE_TENTHS_HOURS * 3600, LONGEST_DELAY);
        }
        return Math.max(60, (long) seconds);
    }
}

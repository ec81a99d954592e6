package io.leaktrace.simulate;

/**
 * When scammers call and how long buyers take to report it.
 *
 * @param hours the hours of the local day of the calls
 */
public record CallHabits(DayShape hours, ReportingDelay delay) {

    /** No report comes later than this after the contact: 14 days, in seconds. */
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
     * Calls in working hours, a report after 3.4 hours in the median and within 126 hours in nine of ten cases: what
     * the complaints to the US Federal Trade Commission of July 2021 look like.
     */
    public static CallHabits assumed() {
        return new CallHabits(
                new DayShape(new double[] {
                    0, 0, 0, 0, 0, 0, 1, 3, 12, 38, 46, 46, 40, 40, 44, 44, 40, 32, 24, 18, 10, 4, 1, 0
                }),
                CallHabits::assumedDelay);
    }

    /**
     * Habits as measured.
     *
     * @param hourWeights calls in each of the 24 hours
     * @param delays from contact to report, in seconds, each above 0 and at most {@link #LONGEST_DELAY}; drawn from as
     *     they are
     */
    public static CallHabits measured(double[] hourWeights, long[] delays) {
        long[] samples = delays.clone();
        return new CallHabits(new DayShape(hourWeights), random -> samples[random.below(samples.length)]);
    }

    /**
     * Log-normal. The twentieth of it that lies beyond the longest delay is spread between the ninth tenth and the
     * longest delay, which leaves median and ninth tenth where they are and piles nothing up at the cut.
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

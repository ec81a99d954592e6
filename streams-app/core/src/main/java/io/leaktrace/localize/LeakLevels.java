package io.leaktrace.localize;

/**
 * The expected leak levels θ(d) of one custodian by day of touch d: reported contacts caused per order touched.
 * Immutable.
 */
final class LeakLevels {

    /** The levels of a custodian that carries no blame; shared, because most custodians carry none. */
    static final LeakLevels NONE = new LeakLevels(0, new double[0]);

    private final long from;
    private final double[] byDay;

    private LeakLevels(long from, double[] byDay) {
        this.from = from;
        this.byDay = byDay;
    }

    /** Returns the levels from a day on, or {@link #NONE} if none of them is above 0. */
    private static LeakLevels of(long from, double[] byDay) {
        for (double level : byDay) {
            if (level > 0) {
                return new LeakLevels(from, byDay);
            }
        }
        return NONE;
    }

    /**
     * Returns the levels that are carried from the previous epoch.
     *
     * @param until the first day whose level is not carried but estimated at this epoch
     */
    static LeakLevels carried(CustodianState before, EpochDays days, long until) {
        if (before.levels().length == 0) {
            return NONE;
        }
        double[] byDay = new double[(int) (days.today() - days.levelsFrom() + 1)];
        for (int i = 0; i < byDay.length && days.levelsFrom() + i < until; i++) {
            byDay[i] = before.levelOn(days.levelsFrom() + i);
        }
        return of(days.levelsFrom(), byDay);
    }

    /**
     * Returns a copy with other levels in the sliding window.
     *
     * @param sliding levels by day of the sliding window
     */
    LeakLevels withSlidingWindow(EpochDays days, double[] sliding) {
        int earlier = (int) (days.slidingFrom() - days.levelsFrom());
        double[] levels = new double[earlier + sliding.length];
        for (int i = 0; i < earlier; i++) {
            levels[i] = on(days.levelsFrom() + i);
        }
        System.arraycopy(sliding, 0, levels, earlier, sliding.length);
        return of(days.levelsFrom(), levels);
    }

    /** Whether any level is above 0. */
    boolean any() {
        return byDay.length > 0;
    }

    /** Returns the level of a day; 0 for days outside the known range. */
    double on(long day) {
        int index = (int) (day - from);
        return index < 0 || index >= byDay.length ? 0 : byDay[index];
    }

    /** Returns the day of the first level; 0 if there are no levels. */
    long from() {
        return from;
    }

    /** Returns the levels by day, empty if none is above 0. The caller must not modify the array. */
    double[] byDay() {
        return byDay;
    }

    /** Returns Σ θ(d) f q over a candidate's days of touch, in reported contacts per day. */
    double intensity(Candidates candidates, int candidate) {
        double sum = 0;
        for (int i = 0; i < candidates.days(candidate); i++) {
            sum += on(candidates.day(candidate, i)) * candidates.weight(candidate, i);
        }
        return sum;
    }

    /**
     * Returns the day of touch on which a candidate's incident counts: that with the largest intensity or, if all are
     * 0, with the largest weight; if several are equal, the latest.
     */
    long likeliestDay(Candidates candidates, int candidate) {
        if (!any()) {
            return candidates.heaviestDay[candidate];
        }
        int best = 0;
        double bestBlame = -1;
        double bestWeight = -1;
        for (int i = 0; i < candidates.days(candidate); i++) {
            double weight = candidates.weight(candidate, i);
            double dayBlame = on(candidates.day(candidate, i)) * weight;
            if (dayBlame > bestBlame || dayBlame == bestBlame && weight >= bestWeight) {
                best = i;
                bestBlame = dayBlame;
                bestWeight = weight;
            }
        }
        return candidates.day(candidate, best);
    }
}

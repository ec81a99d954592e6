package io.leaktrace.localize;

/**
 * The estimate of one custodian at an epoch.
 *
 * @param control factor of the negative control: how much more often than others its buyers are called without a leak
 * @param levels expected leak level by day of touch
 * @param state of the chain after the sliding window's last day; null before the first run of the chain
 * @param carriedOn state of the chain before the next epoch's sliding window; null before the first run of the chain
 * @param statistic natural logarithm of the Shiryaev–Roberts sum, given the blame on other custodians; 0 if the sliding
 *     window is empty
 * @param alone the statistic as if no other custodian leaked in the sliding window
 * @param smoothed smoothed state of the chain on each day of the sliding window, or null if no incident may be attributed
 *     to the custodian
 */
record LeakEstimate(
        NegativeControl.Factor control,
        LeakLevels levels,
        LeakChain.State state,
        LeakChain.State carriedOn,
        double statistic,
        double alone,
        LeakChain.Smoothed smoothed) {

    /** Returns the estimate before the first run of the chain, with the carried leak levels. */
    static LeakEstimate initial(LeakLevels carried) {
        return new LeakEstimate(NegativeControl.Factor.NONE, carried, null, null, 0, 0, null);
    }

    boolean carriesBlame() {
        return levels.any();
    }

    /** Returns the evidence (log10) that the custodian leaks or has leaked: the statistic as a base-10 logarithm. */
    double evidence() {
        return statistic / LeakChain.LN_10;
    }

    LeakEstimate withControl(NegativeControl.Factor newControl) {
        return new LeakEstimate(newControl, levels, state, carriedOn, statistic, alone, smoothed);
    }

    /** Returns a copy with the result of a run of the chain over the sliding window. */
    LeakEstimate weighed(LeakChain.State newState, LeakChain.State newCarriedOn, double newStatistic) {
        return new LeakEstimate(control, levels, newState, newCarriedOn, newStatistic, alone, smoothed);
    }

    /** Returns a copy that keeps the current statistic as {@code alone}. */
    LeakEstimate keptAlone() {
        return new LeakEstimate(control, levels, state, carriedOn, statistic, statistic, smoothed);
    }

    /** Returns a copy with other leak levels; {@code newSmoothed} may be null. */
    LeakEstimate blamed(LeakLevels newLevels, LeakChain.Smoothed newSmoothed) {
        return new LeakEstimate(control, newLevels, state, carriedOn, statistic, alone, newSmoothed);
    }
}

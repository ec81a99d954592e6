package io.leaktrace.localize;

/**
 * What is estimated of one custodian at an epoch.
 *
 * @param control by how much more than others its buyers are called anyway
 * @param levels expected leak level by day of touch
 * @param state of the chain after the sliding window's last day; null before the custodian has been weighed
 * @param carriedOn state of the chain before the next epoch's sliding window; null likewise
 * @param statistic natural logarithm of the Shiryaev–Roberts sum, given what other custodians are blamed for; 0 while
 *     the sliding window has no day
 * @param alone the same as it was before any custodian was blamed for anything in the sliding window
 * @param smoothed the chain on each day of the sliding window, or null if the custodian is not blamed for its days
 */
record LeakEstimate(
        NegativeControl.Factor control,
        LeakLevels levels,
        LeakChain.State state,
        LeakChain.State carriedOn,
        double statistic,
        double alone,
        LeakChain.Smoothed smoothed) {

    /** What is taken for granted of a custodian with these levels before it is weighed. */
    static LeakEstimate initial(LeakLevels carried) {
        return new LeakEstimate(NegativeControl.Factor.NONE, carried, null, null, 0, 0, null);
    }

    boolean carriesBlame() {
        return levels.any();
    }

    /** The evidence that the custodian leaks or leaked: the statistic as a base-10 logarithm. */
    double evidence() {
        return statistic / LeakChain.LN_10;
    }

    LeakEstimate withControl(NegativeControl.Factor newControl) {
        return new LeakEstimate(newControl, levels, state, carriedOn, statistic, alone, smoothed);
    }

    /** The same after a run of the chain over the sliding window. */
    LeakEstimate weighed(LeakChain.State newState, LeakChain.State newCarriedOn, double newStatistic) {
        return new LeakEstimate(control, levels, newState, newCarriedOn, newStatistic, alone, smoothed);
    }

    /** The same with its statistic kept as the one that it has alone. */
    LeakEstimate keptAlone() {
        return new LeakEstimate(control, levels, state, carriedOn, statistic, statistic, smoothed);
    }

    /** The same with other blame; {@code newSmoothed} may be null. */
    LeakEstimate blamed(LeakLevels newLevels, LeakChain.Smoothed newSmoothed) {
        return new LeakEstimate(control, newLevels, state, carriedOn, statistic, alone, newSmoothed);
    }
}

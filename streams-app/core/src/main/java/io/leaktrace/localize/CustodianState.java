package io.leaktrace.localize;

import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;

/**
 * The state of one custodian that the localizer carries from epoch to epoch.
 *
 * @param checkpoint the leak chain's state before the sliding window's first day
 * @param levels expected leak level by day of touch, from {@code levelsFrom} on; empty if the custodian carries no blame
 * @param levelsFrom day of the first level, in days since 1970-01-01
 * @param onset the most likely first day of the leak, in days since 1970-01-01, or null
 * @param status at the end of the last epoch
 * @param firstAlertedAt event time of the first alert, in epoch milliseconds, or null
 * @param openAlert id of the alert that is raised and not resolved, or null
 * @param escalated whether the open alert has been escalated
 * @param verdict an analyst's verdict, or null
 * @param verdictUntil when the verdict expires, in epoch milliseconds, or null if it does not expire
 */
public record CustodianState(
        LeakChain.State checkpoint,
        double[] levels,
        long levelsFrom,
        Long onset,
        Suspect.Status status,
        Long firstAlertedAt,
        String openAlert,
        boolean escalated,
        Verdict verdict,
        Long verdictUntil) {

    /** Returns the state of a custodian that has not been seen before. */
    static CustodianState unknown(LeakChain chain) {
        return new CustodianState(
                chain.start(), new double[0], 0, null, Suspect.Status.CLEAR, null, null, false, null, null);
    }

    /** Returns the expected leak level of an order touched on a day, in reported contacts per order; 0 if it is unknown. */
    double levelOn(long day) {
        long index = day - levelsFrom;
        return index < 0 || index >= levels.length ? 0 : levels[(int) index];
    }

    /** Returns a copy with a verdict; both arguments may be null. */
    CustodianState withVerdict(Verdict newVerdict, Long until) {
        return new CustodianState(
                checkpoint, levels, levelsFrom, onset, status, firstAlertedAt, openAlert, escalated, newVerdict, until);
    }

    /** Returns a copy with another state of the chain and without leak levels, which belong to the old state. */
    CustodianState withCheckpoint(LeakChain.State newCheckpoint) {
        return new CustodianState(
                newCheckpoint,
                new double[0],
                0,
                onset,
                status,
                firstAlertedAt,
                openAlert,
                escalated,
                verdict,
                verdictUntil);
    }

    /** Whether this state can be dropped without loss once the custodian has no touch in the horizon. */
    boolean forgettable() {
        return firstAlertedAt == null && verdict == null && levels.length == 0;
    }
}

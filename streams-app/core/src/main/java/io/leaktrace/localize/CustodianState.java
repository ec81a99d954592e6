package io.leaktrace.localize;

import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;

/**
 * What the localizer carries from epoch to epoch about one custodian.
 *
 * @param checkpoint the leak chain's state before the ring's first day
 * @param levels expected leak level by day of touch, from {@code levelsFrom} on; empty if the custodian carries no blame
 * @param levelsFrom a day
 * @param onset the most likely first day of the leak, or null
 * @param status as last published
 * @param firstAlertedAt event time of the first alert, or null
 * @param openAlert id of the alert that is raised and not resolved, or null
 * @param escalated whether the open alert has been escalated
 * @param verdict a person's word, or null
 * @param verdictUntil when it ends, or null
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

    static CustodianState unknown(LeakChain chain) {
        return new CustodianState(
                chain.start(), new double[0], 0, null, Suspect.Status.CLEAR, null, null, false, null, null);
    }

    /** Expected leak level of an order touched on this day. */
    double levelOn(long day) {
        long index = day - levelsFrom;
        return index < 0 || index >= levels.length ? 0 : levels[(int) index];
    }

    /** The same with a person's word; {@code until} may be null. */
    CustodianState withVerdict(Verdict newVerdict, Long until) {
        return new CustodianState(
                checkpoint, levels, levelsFrom, onset, status, firstAlertedAt, openAlert, escalated, newVerdict, until);
    }

    /** The same with another state of the chain, and without levels, which go with the old one. */
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

    /** Whether nothing would be lost if this custodian, once it has no touch in the horizon, were forgotten. */
    boolean forgettable() {
        return firstAlertedAt == null && verdict == null && levels.length == 0;
    }
}

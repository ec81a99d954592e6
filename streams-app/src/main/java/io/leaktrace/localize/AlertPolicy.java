package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;

/**
 * When an alert is raised, escalated and resolved. The levels to raise and to resolve lie apart, so that an alert does
 * not flap.
 *
 * @param raiseAt evidence (base-10 logarithm) at which an alert is raised
 */
record AlertPolicy(double raiseAt) {

    /** An alert on stronger evidence by this much (a factor of 1,000) is escalated. */
    private static final double ESCALATE_ABOVE = 3;

    /** Once it is this unlikely that the custodian still leaks, or the evidence is weaker by this much, it is resolved. */
    private static final double RESOLVE_SCORE = 0.05;

    private static final double RESOLVE_BELOW = 2;

    /** An alert on somebody who most likely has stopped is not raised any more. */
    private static final double RAISE_SCORE = 0.1;

    /** A custodian is watched from this score on. */
    private static final double WATCH_SCORE = 0.05;

    /**
     * The threshold for a budget of one false alert in so many days over all custodians. For a Shiryaev–Roberts sum R
     * without leak, R_n − n is a martingale, so over n days a custodian passes T with probability at most n / T.
     */
    static AlertPolicy forBudget(long custodians, double falseAlertDays) {
        return new AlertPolicy(StrictMath.log10(Math.max(1, custodians) * falseAlertDays));
    }

    boolean reachedBy(double evidence) {
        return evidence >= raiseAt;
    }

    /**
     * The next step of the alert on a custodian, or null.
     *
     * @param contested whether somebody else might be in its place, so that it is not accused yet
     */
    Alert.Change next(CustodianState state, double score, double evidence, boolean contested) {
        boolean dismissed = state.verdict() == Verdict.DISMISSED;
        if (state.openAlert() == null) {
            boolean raise = !dismissed && !contested && reachedBy(evidence) && score >= RAISE_SCORE;
            return raise ? Alert.Change.RAISED : null;
        }
        boolean confirmed = state.verdict() == Verdict.CONFIRMED;
        if (dismissed || !confirmed && (score < RESOLVE_SCORE || evidence < raiseAt - RESOLVE_BELOW)) {
            return Alert.Change.RESOLVED;
        }
        return !state.escalated() && evidence >= raiseAt + ESCALATE_ABOVE ? Alert.Change.ESCALATED : null;
    }

    static Suspect.Status status(Verdict verdict, boolean alerted, double score) {
        if (verdict == Verdict.CONFIRMED) {
            return Suspect.Status.CONFIRMED;
        }
        if (verdict == Verdict.DISMISSED) {
            return Suspect.Status.DISMISSED;
        }
        if (alerted) {
            return Suspect.Status.SUSPECT;
        }
        return score >= WATCH_SCORE ? Suspect.Status.WATCH : Suspect.Status.CLEAR;
    }
}

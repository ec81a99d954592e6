package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;

/**
 * When an alert is raised, escalated and resolved. The levels to raise and to resolve lie apart, so that an alert does
 * not flap.
 *
 * @param raiseAt evidence (base-10 logarithm) at which an alert is raised
 * @param leastBuyers number of distinct buyers whose incidents have to be blamed on the custodian
 */
record AlertPolicy(double raiseAt, int leastBuyers) {

    /** An alert on stronger evidence by this much (a factor of 1,000) is escalated. */
    private static final double ESCALATE_ABOVE = 3;

    /** Once it is this unlikely that the custodian still leaks, or the evidence is weaker by this much, it is resolved. */
    private static final double RESOLVE_SCORE = 0.05;

    private static final double RESOLVE_BELOW = 2;

    /** Below this score the leak has most likely stopped, and no alert is raised any more. */
    private static final double RAISE_SCORE = 0.1;

    /** A custodian is watched from this score on. */
    private static final double WATCH_SCORE = 0.05;

    /** An incident counts towards the distinct buyers from this share of the blame on. */
    static final double COUNTED_SHARE = 0.1;

    /**
     * The policy for a budget of one false alert over all custodians in the days that the settings name. For a
     * Shiryaev–Roberts sum R without leak, R_n − n is a martingale, so over n days a custodian passes T with probability
     * at most n / T.
     */
    static AlertPolicy forBudget(long custodians, ModelSettings settings) {
        double raiseAt = StrictMath.log10(Math.max(1, custodians) * settings.falseAlertDays());
        return new AlertPolicy(raiseAt, settings.alertBuyers());
    }

    /** Whether evidence, a base-10 logarithm, is enough to raise an alert. */
    boolean reachedBy(double evidence) {
        return evidence >= raiseAt;
    }

    /**
     * The next step of the alert on a custodian, or null.
     *
     * @param buyers number of distinct buyers whose incidents are blamed on the custodian: the reports of few buyers,
     *     however many and whatever they say, accuse no custodian
     * @param contested whether another custodian might be in its place, so that it is not accused yet
     */
    Alert.Change next(CustodianState state, double score, double evidence, long buyers, boolean contested) {
        boolean dismissed = state.verdict() == Verdict.DISMISSED;
        if (state.openAlert() == null) {
            boolean raise =
                    !dismissed && !contested && buyers >= leastBuyers && reachedBy(evidence) && score >= RAISE_SCORE;
            return raise ? Alert.Change.RAISED : null;
        }
        boolean confirmed = state.verdict() == Verdict.CONFIRMED;
        if (dismissed || !confirmed && (score < RESOLVE_SCORE || evidence < raiseAt - RESOLVE_BELOW)) {
            return Alert.Change.RESOLVED;
        }
        boolean escalate = !state.escalated() && buyers >= leastBuyers && evidence >= raiseAt + ESCALATE_ABOVE;
        return escalate ? Alert.Change.ESCALATED : null;
    }

    /**
     * A custodian's status: a person's word goes before an open alert, and that before the score.
     *
     * @param verdict a person's word, or null
     */
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

package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;

/**
 * The rules by which an alert is raised, escalated and resolved. The thresholds to raise and to resolve differ
 * (hysteresis), so an alert does not flap.
 *
 * @param raiseAt evidence (log10) at which an alert is raised
 * @param leastBuyers least number of distinct buyers with incidents attributed to the custodian
 */
record AlertPolicy(double raiseAt, int leastBuyers) {

    /** An alert is escalated if the evidence is above the threshold by this much, in log10: a factor of 1,000. */
    private static final double ESCALATE_ABOVE = 3;

    /** An alert is resolved below this score, or if the evidence is below the threshold by {@link #RESOLVE_BELOW}. */
    private static final double RESOLVE_SCORE = 0.05;

    private static final double RESOLVE_BELOW = 2;

    /** Below this score no alert is raised, because the leak has most likely stopped. */
    static final double RAISE_SCORE = 0.1;

    /** From this score on, a custodian has status watch. */
    private static final double WATCH_SCORE = 0.05;

    /**
     * Another cause contests a leak, so that no alert is raised, while it is at most this many times less likely than
     * the leak.
     */
    static final double MARGIN = 20;

    /** An incident counts for the number of distinct buyers if at least this share is attributed to the custodian. */
    static final double COUNTED_SHARE = 0.1;

    /**
     * Returns the policy for a budget of one false alert over all custodians in {@link ModelSettings#falseAlertDays}
     * days. For a Shiryaev–Roberts sum R without a leak, R_n − n is a martingale, so over n days a custodian passes a
     * threshold T with probability at most n / T.
     */
    static AlertPolicy forBudget(long custodians, ModelSettings settings) {
        double raiseAt = StrictMath.log10(Math.max(1, custodians) * settings.falseAlertDays());
        return new AlertPolicy(raiseAt, settings.alertBuyers());
    }

    /**
     * Returns the number of buyers that those of a custodian's incidents count as, to be compared with the least number. A
     * decoy whose caller knew an order counts as half of that number, rounded up: two of them suffice, one does not. A
     * decoy whose caller knew none does not count, whatever it adds to the evidence.
     */
    int counted(HorizonBlame.Buyers buyers) {
        return buyers.all() - buyers.decoys() + buyers.informedDecoys() * ((leastBuyers + 1) / 2);
    }

    /** Whether the evidence (log10) is at or above the threshold to raise an alert. */
    boolean reachedBy(double evidence) {
        return evidence >= raiseAt;
    }

    /**
     * Returns the change of the alert on a custodian, or null for no change.
     *
     * @param score probability that the custodian leaks now
     * @param evidence in log10
     * @param buyers number of distinct buyers with incidents attributed to the custodian, as {@link #counted}; reports of fewer than
     *     {@code leastBuyers} buyers raise no alert, whatever their number and content
     * @param contested whether something else could be the cause instead, so that no alert is raised: a rival, false
     *     reports, or a source that many custodians share
     * @param withdrawn whether this is more likely than a leak of the custodian, so that an open alert is resolved
     */
    Alert.Change next(
            CustodianState state, double score, double evidence, long buyers, boolean contested, boolean withdrawn) {
        boolean dismissed = state.verdict() == Verdict.DISMISSED;
        if (state.openAlert() == null) {
            boolean raise =
                    !dismissed && !contested && buyers >= leastBuyers && reachedBy(evidence) && score >= RAISE_SCORE;
            return raise ? Alert.Change.RAISED : null;
        }
        boolean confirmed = state.verdict() == Verdict.CONFIRMED;
        if (dismissed || !confirmed && (withdrawn || score < RESOLVE_SCORE || evidence < raiseAt - RESOLVE_BELOW)) {
            return Alert.Change.RESOLVED;
        }
        boolean escalate = !state.escalated() && buyers >= leastBuyers && evidence >= raiseAt + ESCALATE_ABOVE;
        return escalate ? Alert.Change.ESCALATED : null;
    }

    /**
     * Returns a custodian's status: by the verdict if there is one, else by an open alert, else by the score.
     *
     * @param verdict an analyst's verdict, or null
     * @param alerted whether an alert is open
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

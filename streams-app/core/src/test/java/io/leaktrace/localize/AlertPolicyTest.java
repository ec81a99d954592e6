package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert.Change;
import io.leaktrace.domain.Suspect.Status;
import io.leaktrace.domain.Verdict;
import org.junit.jupiter.api.Test;

class AlertPolicyTest {

    private static final double RAISE_AT = 4;
    private static final int LEAST_BUYERS = 5;
    private static final AlertPolicy POLICY = new AlertPolicy(RAISE_AT, LEAST_BUYERS);

    private static final CustodianState NO_ALERT = state(null, false, null);
    private static final CustodianState RAISED = state("a1", false, null);
    private static final CustodianState ESCALATED = state("a1", true, null);

    private static CustodianState state(String openAlert, boolean escalated, Verdict verdict) {
        return new CustodianState(
                null, new double[0], 0, null, Status.CLEAR, null, openAlert, escalated, verdict, null);
    }

    /** Returns the change for a custodian with enough buyers and without a rival. */
    private static Change next(CustodianState state, double score, double evidence) {
        return POLICY.next(state, score, evidence, LEAST_BUYERS, false, false);
    }

    /** One false alert in 60 days over 100 custodians: each passes 6,000 with probability 60/6,000 = 1/100. */
    @Test
    void theThresholdFollowsFromTheBudgetOfFalseAlerts() {
        ModelSettings settings = ModelSettings.defaults();

        assertEquals(Math.log10(100 * 60), AlertPolicy.forBudget(100, settings).raiseAt(), 1e-12);
        assertEquals(Math.log10(60), AlertPolicy.forBudget(0, settings).raiseAt(), 1e-12, "an empty market");
        assertEquals(5, AlertPolicy.forBudget(100, settings).leastBuyers());
    }

    @Test
    void anAlertIsRaisedAtTheThreshold() {
        assertEquals(Change.RAISED, next(NO_ALERT, 0.9, RAISE_AT));
        assertNull(next(NO_ALERT, 0.9, RAISE_AT - 1e-9));
        assertTrue(POLICY.reachedBy(RAISE_AT));
        assertFalse(POLICY.reachedBy(RAISE_AT - 1e-9));
    }

    @Test
    void noAlertIsRaisedOnALeakThatHasMostLikelyStopped() {
        assertEquals(Change.RAISED, next(NO_ALERT, 0.1, RAISE_AT + 1));
        assertNull(next(NO_ALERT, 0.099, RAISE_AT + 1));
    }

    @Test
    void reportsOfFewBuyersNeitherRaiseNorEscalate() {
        double overwhelming = RAISE_AT + 10;

        assertNull(POLICY.next(NO_ALERT, 1, overwhelming, LEAST_BUYERS - 1, false, false));
        assertNull(POLICY.next(RAISED, 1, overwhelming, LEAST_BUYERS - 1, false, false));
        assertEquals(Change.RAISED, POLICY.next(NO_ALERT, 1, overwhelming, LEAST_BUYERS, false, false));
        assertEquals(Change.ESCALATED, POLICY.next(RAISED, 1, overwhelming, LEAST_BUYERS, false, false));
    }

    /** A rival prevents an alert from being raised. It has no effect on an open alert. */
    @Test
    void aRivalPreventsRaisingOnly() {
        assertNull(POLICY.next(NO_ALERT, 1, RAISE_AT + 10, LEAST_BUYERS, true, false));
        assertEquals(Change.ESCALATED, POLICY.next(RAISED, 1, RAISE_AT + 10, LEAST_BUYERS, true, false));
        assertNull(POLICY.next(RAISED, 1, RAISE_AT, LEAST_BUYERS, true, false));
    }

    /** What is more likely than a leak of the custodian ends an open alert, unless a person confirmed it. */
    @Test
    void anAlertIsWithdrawn() {
        assertEquals(Change.RESOLVED, POLICY.next(RAISED, 1, RAISE_AT + 10, LEAST_BUYERS, true, true));
        assertNull(POLICY.next(state("a1", true, Verdict.CONFIRMED), 1, RAISE_AT + 10, LEAST_BUYERS, true, true));
    }

    @Test
    void anAlertIsEscalatedOnceAtAThousandTimesTheEvidence() {
        assertEquals(Change.ESCALATED, next(RAISED, 0.9, RAISE_AT + 3));
        assertNull(next(RAISED, 0.9, RAISE_AT + 2.99));
        assertNull(next(ESCALATED, 0.9, RAISE_AT + 30), "only once");
    }

    /** Between the thresholds to raise and to resolve nothing changes, so an alert does not flap. */
    @Test
    void anAlertIsResolvedWhenTheLeakHasStoppedOrTheEvidenceIsGone() {
        assertEquals(Change.RESOLVED, next(RAISED, 0.049, RAISE_AT + 5), "it has most likely stopped");
        assertEquals(Change.RESOLVED, next(RAISED, 0.9, RAISE_AT - 2.01), "a hundredth of the evidence");
        assertEquals(Change.RESOLVED, next(ESCALATED, 0.049, RAISE_AT + 5));
        assertNull(next(RAISED, 0.05, RAISE_AT - 2));
        assertEquals(
                Change.RESOLVED,
                POLICY.next(RAISED, 0.01, RAISE_AT, 0, true, false),
                "regardless of buyers and rivals");
    }

    @Test
    void aDismissedCustodianHasNoAlert() {
        assertNull(next(state(null, false, Verdict.DISMISSED), 1, RAISE_AT + 10));
        assertEquals(Change.RESOLVED, next(state("a1", false, Verdict.DISMISSED), 1, RAISE_AT + 10));
    }

    /** A confirmation does not replace evidence, but it keeps an alert open. */
    @Test
    void theAlertOnAConfirmedCustodianStaysOpen() {
        CustodianState confirmed = state("a1", false, Verdict.CONFIRMED);

        assertNull(next(confirmed, 0, 0));
        assertEquals(Change.ESCALATED, next(confirmed, 0, RAISE_AT + 3));
        assertNull(next(state(null, false, Verdict.CONFIRMED), 1, RAISE_AT - 1));
        assertEquals(Change.RAISED, next(state(null, false, Verdict.CONFIRMED), 1, RAISE_AT));
    }

    @Test
    void theStatusFollowsTheVerdictThenTheAlertThenTheScore() {
        assertEquals(Status.CONFIRMED, AlertPolicy.status(Verdict.CONFIRMED, false, 0));
        assertEquals(Status.DISMISSED, AlertPolicy.status(Verdict.DISMISSED, true, 1));
        assertEquals(Status.SUSPECT, AlertPolicy.status(null, true, 0));
        assertEquals(Status.WATCH, AlertPolicy.status(null, false, 0.05));
        assertEquals(Status.CLEAR, AlertPolicy.status(null, false, 0.049));
    }
}

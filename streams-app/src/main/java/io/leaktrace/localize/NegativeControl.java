package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Candidate;
import io.leaktrace.localize.Incidents.Incident;
import java.util.ArrayList;
import java.util.List;

/**
 * Scam contacts that a custodian's buyers had <em>before</em> they bought cannot come from it. A custodian with more of
 * them than others has buyers who are called anyway; its factor, at least 1, raises the background it is held against.
 *
 * <p>An incident counts by its background share, once for each touch of the buyer's orders in the window after it, and
 * not for custodians that could have caused it: whoever buys again from a leaking seller does not clear it.
 */
final class NegativeControl {

    /** An incident before a touch, and what it counts for after so much time. */
    private record Before(int incident, int custodian, double weight) {}

    private final List<Before> pairs = new ArrayList<>();
    private final double[] exposed;
    private final double prior;
    private double allExposed;

    /**
     * @param accounts with their touches by day
     * @param accountsFrom the day those begin with
     */
    NegativeControl(
            List<Incident> incidents, List<Account> accounts, long accountsFrom, long end, ModelSettings settings) {
        this.prior = settings.controlPrior();
        this.exposed = new double[accounts.size()];
        long today = EventTime.dayOf(end - 1);
        double[] decay = new double[(int) (today - accountsFrom + 1)];
        for (int day = 0; day < decay.length; day++) {
            decay[day] = StrictMath.pow(0.5, (today - accountsFrom - day) / settings.controlHalfLife());
        }
        for (int custodian = 0; custodian < exposed.length; custodian++) {
            long[] touches = accounts.get(custodian).touches;
            for (int day = 0; day < decay.length; day++) {
                exposed[custodian] += touches[day] * decay[day];
            }
            allExposed += exposed[custodian];
        }
        for (Incident incident : incidents) {
            List<ContactTouch> touches = incident.first.touches();
            for (int t = 0; t < touches.size(); t++) {
                long touchedAt = touches.get(t).touchedAt();
                int day = (int) (EventTime.dayOf(touchedAt) - accountsFrom);
                int custodian = incident.custodians[0][t];
                if (touchedAt >= incident.at() && touchedAt < end && day >= 0 && !isCandidate(incident, custodian)) {
                    pairs.add(new Before(incident.index, custodian, decay[day]));
                }
            }
        }
    }

    /**
     * The factor of each custodian.
     *
     * @param shares background share of each incident
     */
    double[] factors(double[] shares) {
        double[] observed = new double[exposed.length];
        double all = 0;
        for (Before pair : pairs) {
            double seen = shares[pair.incident] * pair.weight;
            observed[pair.custodian] += seen;
            all += seen;
        }
        double perTouch = allExposed > 0 ? all / allExposed : 0;
        double[] factors = new double[exposed.length];
        for (int custodian = 0; custodian < factors.length; custodian++) {
            factors[custodian] = Math.max(1, (prior + observed[custodian]) / (prior + exposed[custodian] * perTouch));
        }
        return factors;
    }

    private static boolean isCandidate(Incident incident, int custodian) {
        for (Candidate candidate : incident.candidates) {
            if (candidate.custodian == custodian) {
                return true;
            }
        }
        return false;
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Candidate;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scam contacts that a custodian's buyers had <em>before</em> they bought cannot come from it. A custodian with more of
 * them than others has buyers who are called anyway; its factor, at least 1, raises the background it is held against.
 *
 * <p>An incident counts by its background share, once for each custodian that first touched an order of the buyer in
 * the window after it, and not for custodians that could have caused it: whoever buys again from a leaking seller does
 * not clear it.
 */
final class NegativeControl {

    private static final Comparator<ContactTouch> BY_TIME =
            Comparator.comparingLong(ContactTouch::touchedAt).thenComparing(ContactTouch::custodian);

    private NegativeControl() {}

    /**
     * The factor of each custodian.
     *
     * @param shares background share of each incident
     * @param custodians index of each custodian
     * @param touches touches by custodian and bucket
     */
    static double[] factors(
            List<Incident> incidents,
            double[] shares,
            Map<Custodian, Integer> custodians,
            SortedMap<Custodian, TreeMap<Long, Integer>> touches,
            long from,
            long now,
            ModelSettings settings) {
        double[] observed = new double[custodians.size()];
        for (int i = 0; i < shares.length; i++) {
            Incident incident = incidents.get(i);
            for (ContactTouch touch : incident.first.touches().stream().sorted(BY_TIME).toList()) {
                long after = touch.touchedAt() - incident.at();
                if (after >= 0 && touch.touchedAt() < now && touch.touchedAt() >= from) {
                    int custodian = custodians.get(touch.custodian());
                    if (!isCandidate(incident, custodian)) {
                        observed[custodian] += shares[i] * decay(now - touch.touchedAt(), settings);
                    }
                }
            }
        }
        double[] exposed = new double[custodians.size()];
        double allObserved = 0;
        double allExposed = 0;
        for (Map.Entry<Custodian, TreeMap<Long, Integer>> entry : touches.entrySet()) {
            int custodian = custodians.get(entry.getKey());
            for (Map.Entry<Long, Integer> bucket : entry.getValue().entrySet()) {
                long start = bucket.getKey() * settings.epoch();
                if (start < now && start >= from) {
                    exposed[custodian] += bucket.getValue() * decay(now - start, settings);
                }
            }
            allObserved += observed[custodian];
            allExposed += exposed[custodian];
        }
        double[] factors = new double[custodians.size()];
        double perTouch = allExposed > 0 ? allObserved / allExposed : 0;
        for (int custodian = 0; custodian < factors.length; custodian++) {
            double prior = settings.controlPrior();
            factors[custodian] =
                    Math.max(1, (prior + observed[custodian]) / (prior + exposed[custodian] * perTouch));
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

    private static double decay(long age, ModelSettings settings) {
        return StrictMath.pow(0.5, age / (settings.controlHalfLife() * EventTime.DAY));
    }
}

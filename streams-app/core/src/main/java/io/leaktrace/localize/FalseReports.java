package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.HashMap;
import java.util.Map;

/**
 * Weighs the hypothesis that reports against a custodian are made up. If a custodian leaks, its victims are a random
 * draw from the buyers it touched, many of whom order elsewhere too. Accounts that were made to accuse it have ordered
 * nothing else before they report.
 *
 * <p>The likelihood of the reporters is compared under both hypotheses by one feature: whether the order is the only one
 * that the buyer is known to have placed before the contact, within the join window and the memory. Under a leak, its
 * probability is that of other custodians' buyers of the same role, with a Beta prior for differences between
 * custodians, so that the number of such buyers is Beta-binomial.
 */
final class FalseReports {

    /** Probability that a made-up reporter has no other order. */
    private static final double LONE_IF_FALSE = 0.95;

    /** Weight of the role's frequency as the prior of a custodian's own, in buyers. */
    private static final double PRIOR_WEIGHT = 10;

    /**
     * Prior of the frequency of a role, and its weight in pairs of an incident and a custodian. It is high, so that a
     * leak is doubted only if the data show that such buyers are rare.
     */
    private static final double LONE = 0.8;

    private static final double LONE_WEIGHT = 20;

    /** Prior odds that a custodian is framed rather than that it leaks. */
    private static final double PRIOR_ODDS = 1.0 / 60;

    /** An alert is not raised while false reports are at most this many times less likely than a leak. */
    private static final double MARGIN = 20;

    private final Attribution attribution;
    private final boolean[] isLone;
    private final double[] loneByRole;

    FalseReports(Attribution attribution) {
        this.attribution = attribution;
        EpochData data = attribution.data();
        this.isLone = new boolean[data.incidents().size()];
        for (Incident incident : data.incidents()) {
            isLone[incident.index] = hasOneOrder(incident, data.settings().window());
        }
        double[] lone = new double[Role.values().length];
        double[] pairs = new double[lone.length];
        for (Account account : data.accounts()) {
            int role = account.custodian().role().ordinal();
            for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
                if (attribution.intensities().share(c) < AlertPolicy.COUNTED_SHARE) {
                    pairs[role]++;
                    lone[role] += isLone[data.candidates().incident[c]] ? 1 : 0;
                }
            }
        }
        this.loneByRole = new double[lone.length];
        for (int role = 0; role < lone.length; role++) {
            loneByRole[role] = (LONE_WEIGHT * LONE + lone[role]) / (LONE_WEIGHT + pairs[role]);
        }
    }

    /** Whether the buyer placed exactly one order in the join window before the incident. */
    private static boolean hasOneOrder(Incident incident, long window) {
        long[] touchedAt = incident.known.touchedAt();
        int order = -1;
        for (int t = 0; t < touchedAt.length && touchedAt[t] < incident.at; t++) {
            if (incident.at - touchedAt[t] > window) {
                continue;
            }
            if (order >= 0 && incident.known.orders()[t] != order) {
                return false;
            }
            order = incident.known.orders()[t];
        }
        return order >= 0 && !orderedEarlier(incident, touchedAt[0]);
    }

    /** Whether the memory has an order of the buyer from a week before that of the first known touch. */
    private static boolean orderedEarlier(Incident incident, long firstTouch) {
        int weeks = (int) (EventTime.weekOf(incident.at) - EventTime.weekOf(firstTouch));
        for (int past : incident.known.pastWeeks()) {
            if (weeks < Integer.SIZE - 1 && past >>> weeks + 1 != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * What the reports against a custodian rest on.
     *
     * @param buyers number of distinct buyers with an incident that counts for the custodian
     * @param knownBuyers number of these that had placed another order before
     * @param ratio natural logarithm of the likelihood of these buyers if the reports are made up, divided by their
     *     likelihood if the custodian leaks
     */
    record Weighed(int buyers, int knownBuyers, double ratio) {

        static final Weighed NONE = new Weighed(0, 0, 0);

        /** Whether false reports are not yet unlikely enough to accuse the custodian. */
        boolean mayBeFalse() {
            return buyers > 0 && ratio + StrictMath.log(PRIOR_ODDS) > -StrictMath.log(MARGIN);
        }
    }

    /** Returns who reported the incidents that are attributed to a custodian. */
    Weighed of(Account account) {
        EpochData data = attribution.data();
        Map<String, Boolean> loneByBuyer = new HashMap<>();
        for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
            Incident incident = data.incidentOf(c);
            boolean counts = attribution.intensities().share(c) >= AlertPolicy.COUNTED_SHARE
                    && incident.day >= data.days().horizonFrom();
            if (counts) {
                loneByBuyer.merge(incident.first.buyerId(), isLone[incident.index], Boolean::logicalAnd);
            }
        }
        int lone = 0;
        for (boolean isLoneBuyer : loneByBuyer.values()) {
            lone += isLoneBuyer ? 1 : 0;
        }
        int known = loneByBuyer.size() - lone;
        double frequency = loneByRole[account.custodian().role().ordinal()];
        double ifFalse = lone * StrictMath.log(LONE_IF_FALSE) + known * StrictMath.log(1 - LONE_IF_FALSE);
        return new Weighed(loneByBuyer.size(), known, ifFalse - betaBinomial(lone, known, frequency));
    }

    /** Returns the logarithm of the probability of a sequence of lone and known buyers, under the Beta prior. */
    private static double betaBinomial(int lone, int known, double frequency) {
        double logarithm = 0;
        for (int i = 0; i < lone; i++) {
            logarithm += StrictMath.log((PRIOR_WEIGHT * frequency + i) / (PRIOR_WEIGHT + i));
        }
        for (int i = 0; i < known; i++) {
            logarithm += StrictMath.log((PRIOR_WEIGHT * (1 - frequency) + i) / (PRIOR_WEIGHT + lone + i));
        }
        return logarithm;
    }
}

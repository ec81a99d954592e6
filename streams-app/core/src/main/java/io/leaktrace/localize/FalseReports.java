package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Weighs the hypothesis that reports against a custodian are made up. If a custodian leaks, its victims are a random
 * draw from the buyers it touched, and report as other buyers do. Accounts that were made to accuse it differ in three
 * ways, which are weighed as independent:
 *
 * <ul>
 *   <li>They have ordered nothing else before they report, within the join window and the memory. Under a leak, the
 *       probability of that is that of other custodians' buyers of the same role, with a Beta prior for differences
 *       between custodians, so that the number of such buyers is Beta-binomial.
 *   <li>They report after other delays. The numbers of delays in four classes are Dirichlet-multinomial: nearly as for
 *       reports that are attributed to no custodian under a leak, arbitrary otherwise.
 *   <li>Their callers knew all that the role can know. Callers of a true leak seldom disclose everything in every call,
 *       so the number of such calls is Beta-binomial under most leaks.
 * </ul>
 *
 * <p>A decoy reports what is true. If its caller knew an order, it counts as a buyer with other orders; its delay and
 * what was disclosed do not count, and neither do other calls to decoys.
 *
 * <p>A careful liar can avoid each of them. So the absence of one counts little in favor of a leak.
 */
final class FalseReports {

    /** Probability that a made-up reporter has no other order, if the accounts are new. */
    private static final double LONE_IF_FALSE = 0.95;

    /** Probability that a liar takes care not to differ in this way, or the reports are of accounts with a past. */
    private static final double OLD_ACCOUNTS = 1.0 / 3;

    private static final double USUAL_DELAYS = 0.5;
    private static final double USUAL_DISCLOSURES = 0.5;

    /** Weight of the role's frequency as the prior of a custodian's own, in buyers. */
    private static final double PRIOR_WEIGHT = 10;

    /**
     * Prior of the frequency of a role, and its weight in pairs of an incident and a custodian. It is high, so that a
     * leak is doubted only if the data show that such buyers are rare.
     */
    private static final double LONE = 0.8;

    private static final double LONE_WEIGHT = 20;

    /**
     * The delay and the disclosures of an incident count if at least this share of it is attributed to the custodian.
     */
    private static final double MOSTLY = 0.5;

    private static final int DELAYS = 4;

    /** Weight of equal shares as the prior of the usual delays, in incidents. */
    private static final double EQUAL_WEIGHT = 20;

    /** Weight of the delays of all reports as the prior of those of a leak, in incidents. */
    private static final double DELAYS_WEIGHT = 40;

    /** Prior of the share of calls in which everything is disclosed, of most leaks: a Beta distribution. */
    private static final double COMPLETE = 0.5;

    private static final double INCOMPLETE = 2;

    /** Share of leaks whose callers always disclose everything they know, and the probability that a call does then. */
    private static final double COMPLETE_LEAKS = 0.1;

    private static final double COMPLETE_IF_ALWAYS = 0.95;

    /** Prior odds that a custodian is framed rather than that it leaks. */
    private static final double PRIOR_ODDS = 1.0 / 30;

    private final Attribution attribution;
    private final double[] loneByRole;

    /** Share of the delays of each class among incidents that are not attributed to any custodian. */
    private final double[] usualDelays;

    FalseReports(Attribution attribution) {
        this.attribution = attribution;
        EpochData data = attribution.data();
        double[] lone = new double[Role.values().length];
        double[] pairs = new double[lone.length];
        for (Account account : data.accounts()) {
            int role = account.custodian().role().ordinal();
            for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
                int i = data.candidates().incident[c];
                if (!data.columns().decoy[i] && attribution.intensities().share(c) < AlertPolicy.COUNTED_SHARE) {
                    pairs[role]++;
                    lone[role] += data.columns().ofLoneOrder[i] ? 1 : 0;
                }
            }
        }
        this.loneByRole = new double[lone.length];
        for (int role = 0; role < lone.length; role++) {
            loneByRole[role] = (LONE_WEIGHT * LONE + lone[role]) / (LONE_WEIGHT + pairs[role]);
        }
        this.usualDelays = usualDelays();
    }

    private double[] usualDelays() {
        double[] counts = new double[DELAYS];
        Arrays.fill(counts, EQUAL_WEIGHT / DELAYS);
        double sum = EQUAL_WEIGHT;
        for (int i = 0; i < attribution.data().columns().size(); i++) {
            if (attribution.data().columns().decoy[i]) {
                continue;
            }
            double background = Math.min(
                    1,
                    attribution.intensities().baseline(i)
                            / attribution.intensities().total(i));
            counts[delayClass(i)] += background;
            sum += background;
        }
        for (int i = 0; i < DELAYS; i++) {
            counts[i] /= sum;
        }
        return counts;
    }

    /**
     * What the reports against a custodian rest on.
     *
     * @param buyers number of distinct buyers with an incident that counts for the custodian
     * @param knownBuyers number of these that had placed another order before
     * @param ratio natural logarithm of the likelihood of these reports if they are made up, divided by their likelihood
     *     if the custodian leaks
     */
    record Weighed(int buyers, int knownBuyers, double ratio) {

        static final Weighed NONE = new Weighed(0, 0, 0);

        /** Whether false reports are not yet unlikely enough to accuse the custodian. */
        boolean mayBeFalse() {
            return buyers > 0 && logOdds() > -StrictMath.log(AlertPolicy.MARGIN);
        }

        /** Whether false reports are more likely than a leak. */
        boolean isFalse() {
            return buyers > 0 && logOdds() > 0;
        }

        private double logOdds() {
            return ratio + StrictMath.log(PRIOR_ODDS);
        }
    }

    /** Returns who reported the incidents that are attributed to a custodian. */
    Weighed of(Account account) {
        EpochData data = attribution.data();
        if (!data.settings().has(ModelComponent.FALSE_REPORTS)) {
            return Weighed.NONE;
        }
        Role role = account.custodian().role();
        int ofRole = Fields.bits(data.settings().knows().get(role));
        Map<String, Boolean> loneByBuyer = new HashMap<>();
        int[] delays = new int[DELAYS];
        int completeCalls = 0;
        int incidents = 0;
        for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
            Incident incident = data.incidentOf(c);
            if (incident.decoy && !Incidents.knewAnOrder(incident)) {
                continue;
            }
            boolean counts = attribution.intensities().share(c) >= AlertPolicy.COUNTED_SHARE
                    && incident.day >= data.days().horizonFrom();
            if (counts) {
                boolean isLoneBuyer = incident.isOfLoneOrder && !incident.decoy;
                loneByBuyer.merge(incident.first.buyerId(), isLoneBuyer, Boolean::logicalAnd);
            }
            if (counts && !incident.decoy && attribution.intensities().share(c) >= MOSTLY) {
                delays[delayClass(data.candidates().incident[c])]++;
                int saw = data.candidates().saw(c);
                int complete = saw == Fields.OF_ROLE ? ofRole : saw;
                // If it saw one field only, every call would be complete.
                if (saw == Fields.OF_ROLE || Integer.bitCount(saw) > 1) {
                    // Forms seldom ask for everything, so one field may be missing.
                    completeCalls += Integer.bitCount(complete & ~incident.stated) <= 1 ? 1 : 0;
                    incidents++;
                }
            }
        }
        int lone = 0;
        for (boolean isLoneBuyer : loneByBuyer.values()) {
            lone += isLoneBuyer ? 1 : 0;
        }
        int known = loneByBuyer.size() - lone;
        double ratio = unlessUsual(OLD_ACCOUNTS, loneRatio(lone, known, loneByRole[role.ordinal()]))
                + unlessUsual(USUAL_DELAYS, delayRatio(delays))
                + unlessUsual(USUAL_DISCLOSURES, completeRatio(completeCalls, incidents - completeCalls));
        return new Weighed(loneByBuyer.size(), known, ratio);
    }

    /** Returns the class of an incident's reporting delay among all delays that could be observed by now. */
    private int delayClass(int incident) {
        EpochData data = attribution.data();
        int delay = data.columns().delay[incident];
        int age = (int) EventTime.hourOf(data.days().end() - data.columns().at[incident]);
        ReportingDelay distribution = data.reportingDelay();
        double middle = (distribution.within(delay) + distribution.within(delay + 1)) / 2;
        return (int) Math.min(DELAYS - 1, DELAYS * middle / distribution.within(age + 1));
    }

    /** Returns the logarithm of a mixture: with this probability, made-up reports are as those of a leak. */
    private static double unlessUsual(double usual, double ratio) {
        return StrictMath.log(usual + (1 - usual) * StrictMath.exp(Math.min(ratio, 700)));
    }

    private static double loneRatio(int lone, int known, double frequency) {
        double ifFalse = lone * StrictMath.log(LONE_IF_FALSE) + known * StrictMath.log(1 - LONE_IF_FALSE);
        return ifFalse - betaBinomial(lone, known, PRIOR_WEIGHT * frequency, PRIOR_WEIGHT * (1 - frequency));
    }

    private double delayRatio(int[] delays) {
        double ratio = 0;
        int before = 0;
        for (int delay = 0; delay < DELAYS; delay++) {
            for (int i = 0; i < delays[delay]; i++) {
                double ifFalse = (1.0 + i) / (DELAYS + before);
                double ifLeak = (DELAYS_WEIGHT * usualDelays[delay] + i) / (DELAYS_WEIGHT + before);
                ratio += StrictMath.log(ifFalse / ifLeak);
                before++;
            }
        }
        return ratio;
    }

    private static double completeRatio(int complete, int incomplete) {
        double always =
                complete * StrictMath.log(COMPLETE_IF_ALWAYS) + incomplete * StrictMath.log(1 - COMPLETE_IF_ALWAYS);
        double mostLeaks = betaBinomial(complete, incomplete, COMPLETE, INCOMPLETE);
        return always
                - StrictMath.log(
                        COMPLETE_LEAKS * StrictMath.exp(always) + (1 - COMPLETE_LEAKS) * StrictMath.exp(mostLeaks));
    }

    /** Returns the logarithm of the probability of a sequence of two kinds, under a Beta prior. */
    private static double betaBinomial(int ones, int others, double weightOfOnes, double weightOfOthers) {
        double weight = weightOfOnes + weightOfOthers;
        double logarithm = 0;
        for (int i = 0; i < ones; i++) {
            logarithm += StrictMath.log((weightOfOnes + i) / (weight + i));
        }
        for (int i = 0; i < others; i++) {
            logarithm += StrictMath.log((weightOfOthers + i) / (weight + ones + i));
        }
        return logarithm;
    }
}

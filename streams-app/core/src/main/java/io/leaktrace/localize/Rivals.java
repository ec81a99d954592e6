package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the rivals of a suspect: custodians that could be the source of its incidents instead, because their own
 * evidence alone is nearly as strong. No alert is raised on a custodian with a rival (docs/adr/0005).
 */
final class Rivals {

    /**
     * A rival could explain at least this share of the suspect's attributed incidents, and its evidence alone is weaker
     * than the suspect's by less than a factor of {@link AlertPolicy#MARGIN}.
     */
    private static final double SHARE = 0.5;

    static final double MARGIN = StrictMath.log(AlertPolicy.MARGIN);

    /**
     * The same if the two have the same orders, or orders say that they saw different fields. Which of these a caller
     * mentions is a habit that is learned from the same incidents, so the first of them mislead: an innocent custodian
     * was ahead by up to 6.2.
     */
    static final double WIDE_MARGIN = 3 * MARGIN;

    /** Two custodians have the same orders if each could explain at least this share of the other's incidents … */
    static final double SAME_ORDERS = 0.95;

    /**
     * … and the lower of their numbers of orders is at least this share of the higher one. Where hardly anybody else
     * calls, one with a part of the other's orders has all of its incidents too.
     */
    private static final double SIMILAR_NUMBER = 0.8;

    private final List<Account> accounts;
    private final Attribution attribution;
    private final Candidates candidates;
    private final AlertPolicy policy;
    /** Negative natural logarithm of the prior probability of a start. */
    private final double startPenalty;

    private final CommonSources.Clients common;
    private final Parts parts;
    private final Map<Role, Set<Field>> knows;

    Rivals(Attribution attribution, AlertPolicy policy, CommonSources.Clients common) {
        EpochData data = attribution.data();
        this.accounts = data.accounts();
        this.attribution = attribution;
        this.candidates = data.candidates();
        this.policy = policy;
        this.common = common;
        this.parts = data.parts();
        this.knows = data.settings().knows();
        this.startPenalty = -StrictMath.log(data.settings().startRate());
    }

    /**
     * A custodian that could be the source instead of a suspect.
     *
     * @param shared share of the suspect's attributed incidents that it could explain, in [0, 1]
     */
    record Rival(Custodian custodian, double shared) {}

    /**
     * Returns the strongest rival of a custodian, or null: one that could explain at least half of its attributed
     * incidents, or the strongest of several that could explain them together. Several need stronger evidence, because
     * the prior probability that all of them leak is lower.
     */
    Rival of(Account account) {
        double blamed = 0;
        double ofParts = 0;
        int strongestPart = -1;
        double[] shared = new double[accounts.size()];
        double[] led = new double[accounts.size()];
        boolean[] sawOthers = new boolean[accounts.size()];
        int[] inCommon = new int[accounts.size()];
        double[] ahead = new double[accounts.size()];
        for (int explanation = account.explanationsFrom(); explanation < account.explanationsTo(); explanation++) {
            int incident = candidates.incident[explanation];
            double share = attribution.intensities().share(explanation);
            blamed += share;
            int strongest = -1;
            boolean isOfPart = false;
            for (int candidate : candidates.of(incident)) {
                int index = candidates.custodian[candidate];
                inCommon[index]++;
                if (share == 0) {
                    continue;
                }
                if (isStrongerPart(index, account)) {
                    isOfPart = true;
                    strongestPart = strongestPart < 0 || alone(index) > alone(strongestPart) ? index : strongestPart;
                }
                shared[index] += share;
                ahead[index] += share * ahead(explanation, candidate);
                sawOthers[index] |= saw(candidate) != saw(explanation);
                boolean stronger = strongest < 0 || alone(index) > alone(strongest);
                // A whole explains all that its part does: it is a rival of its own, or none.
                boolean isWhole = parts.isPartOf(account.index(), index);
                if (stronger && !isWhole && canBeRival(index, account)) {
                    strongest = index;
                }
            }
            if (strongest >= 0) {
                led[strongest] += share;
            }
            ofParts += isOfPart ? share : 0;
        }
        if (blamed == 0) {
            return null;
        }
        int whole = wholeAsStrongAs(account);
        if (whole >= 0) {
            return new Rival(accounts.get(whole).custodian(), 1);
        }
        if (ofParts >= SHARE * blamed) {
            return new Rival(accounts.get(strongestPart).custodian(), shared[strongestPart] / blamed);
        }
        int rival = singleRival(account, shared, sawOthers, inCommon, ahead, blamed);
        if (rival < 0) {
            rival = jointRival(account, led, blamed);
        }
        return rival < 0 ? null : new Rival(accounts.get(rival).custodian(), shared[rival] / blamed);
    }

    /**
     * Returns the whole of a custodian to which no incident is attributed, as its rival, if incidents are attributed to
     * the whole and the two cannot be distinguished; otherwise null.
     */
    Rival wholeInsteadOf(Account part) {
        int whole = wholeAsStrongAs(part);
        boolean isBlamed = whole >= 0 && attribution.estimates().get(whole).carriesBlame();
        return isBlamed && part.explainsAnything() && alone(part.index()) > alone(whole) - MARGIN
                ? new Rival(accounts.get(whole).custodian(), 1)
                : null;
    }

    /**
     * Returns the index of the whole that a part is not stronger than, or −1. Also if it is above the threshold itself:
     * what is left to a part after its whole is no evidence against both.
     */
    private int wholeAsStrongAs(Account part) {
        int whole = parts.whole(part.index());
        while (whole >= 0
                && (accounts.get(whole).isDismissed()
                        || parts.isDistinguished(part.index(), alone(part.index()), whole, alone(whole)))) {
            whole = parts.whole(whole);
        }
        return whole;
    }

    /** Whether the data tell a part from its whole. The whole may explain more than it. */
    private boolean isStrongerPart(int part, Account whole) {
        return parts.isPartOf(part, whole.index())
                && !accounts.get(part).isDismissed()
                && parts.isDistinguished(part, alone(part), whole.index(), alone(whole.index()));
    }

    /** Returns the bits of the fields that a custodian saw, {@link Fields#OF_ROLE} also if they are those of its role. */
    private int saw(int candidate) {
        int saw = candidates.saw(candidate);
        Role role = accounts.get(candidates.custodian[candidate]).custodian().role();
        return saw == Fields.bits(knows.get(role)) ? Fields.OF_ROLE : saw;
    }

    /** Returns ln(λ/λ'): how much more intense an incident is if it is of a candidate rather than of another one. */
    private double ahead(int candidate, int other) {
        double ofOther = attribution.intensities().perLevel(other);
        return ofOther > 0
                ? FdLibm.log(attribution.intensities().perLevel(candidate) / ofOther)
                : Double.POSITIVE_INFINITY;
    }

    /** Returns the statistic of a custodian alone, a natural logarithm. */
    private double alone(int index) {
        return attribution.estimates().get(index).alone();
    }

    /**
     * Returns the index of the strongest single rival, or −1.
     *
     * @param shared by account, the sum of shares of the incidents that it could explain
     * @param sawOthers by account, whether it saw other fields of the orders of such an incident
     * @param inCommon by account, the number of incidents that both could explain
     * @param ahead by account, the log-likelihood ratio of the incidents: the custodian's against the account's
     */
    private int singleRival(
            Account account, double[] shared, boolean[] sawOthers, int[] inCommon, double[] ahead, double blamed) {
        int strongest = -1;
        for (int index = 0; index < shared.length; index++) {
            boolean sameOrders = hasSameOrders(index, account, inCommon[index]);
            double margin = sameOrders || sawOthers[index] ? WIDE_MARGIN : MARGIN;
            double behind = alone(account.index()) - alone(index);
            if (sameOrders) {
                // Their evidence alone is not on equal terms: incidents of days that are final stay attributed to one.
                behind = Math.min(behind, ahead[index]);
            }
            boolean qualifies = shared[index] >= SHARE * blamed && behind < margin;
            boolean stronger = strongest < 0 || alone(index) > alone(strongest);
            // What another of the same orders, or one of its role that saw less, leaves to explain is no evidence that
            // both leak.
            boolean mayBe = canBeRival(index, account)
                    || isOther(index, account) && (sameOrders || sawOthers[index] && isOfRoleOf(index, account));
            if (qualifies && stronger && mayBe) {
                strongest = index;
            }
        }
        return strongest;
    }

    /**
     * Returns the index of the strongest of several joint rivals, or −1.
     *
     * @param led by account, the sum of shares of the incidents in which it is the strongest possible rival
     */
    private int jointRival(Account account, double[] led, double blamed) {
        double together = 0;
        double explained = 0;
        int strongest = -1;
        for (int index = 0; index < led.length; index++) {
            if (led[index] == 0) {
                continue;
            }
            double penalty = penalty(index);
            if (alone(index) > penalty) {
                together += led[index];
                explained += alone(index) - penalty;
            }
            strongest = strongest < 0 || alone(index) > alone(strongest) ? index : strongest;
        }
        boolean enough = together >= SHARE * blamed && explained > alone(account.index()) - startPenalty - MARGIN;
        return enough ? strongest : -1;
    }

    /**
     * Returns what each custodian of a joint rival pays: the prior probability of a start or, for a client of a common
     * source, the share of the custodians that are clients.
     */
    private double penalty(int index) {
        int clients = common.clients()[index];
        return clients == 0 ? startPenalty : Math.min(startPenalty, StrictMath.log(accounts.size() / (double) clients));
    }

    /** Whether a custodian can be a rival: it is no part of the other, not dismissed, and below the alert threshold. */
    private boolean canBeRival(int other, Account account) {
        return isOther(other, account)
                && !policy.reachedBy(attribution.estimates().get(other).evidence());
    }

    private boolean hasSameOrders(int other, Account account, int inCommon) {
        return inCommon >= SAME_ORDERS * explanations(account)
                && inCommon >= SAME_ORDERS * explanations(accounts.get(other))
                && areSimilar(account.touchesFrom(0), accounts.get(other).touchesFrom(0));
    }

    /** Whether two custodians with these numbers of orders may have the same ones. */
    static boolean areSimilar(double orders, double ofOther) {
        return Math.min(orders, ofOther) >= SIMILAR_NUMBER * Math.max(orders, ofOther);
    }

    private static int explanations(Account account) {
        return account.explanationsTo() - account.explanationsFrom();
    }

    private boolean isOfRoleOf(int other, Account account) {
        return accounts.get(other).custodian().role() == account.custodian().role();
    }

    private boolean isOther(int other, Account account) {
        return other != account.index()
                && !parts.isPartOf(other, account.index())
                && !accounts.get(other).isDismissed();
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Verdict;
import java.util.List;

/**
 * Those who could be in a suspect's place: cleared only by its blame, and without it nearly as much under suspicion.
 * Nobody is accused while there is one.
 */
final class Rivals {

    /**
     * A rival has a part in at least this share of the blame, and would be under suspicion less than the suspect by less
     * than a factor of 20.
     */
    private static final double SHARE = 0.5;

    private static final double MARGIN = StrictMath.log(20);

    private final List<Account> accounts;
    private final Candidates candidates;
    private final double[] total;
    private final AlertPolicy policy;
    private final double unlikely;

    /**
     * @param candidates with what they are blamed for
     * @param total intensity of each incident
     */
    Rivals(List<Account> accounts, Candidates candidates, double[] total, AlertPolicy policy, ModelSettings settings) {
        this.accounts = accounts;
        this.candidates = candidates;
        this.total = total;
        this.policy = policy;
        this.unlikely = -StrictMath.log(settings.startRate());
    }

    /**
     * Somebody who could be in a custodian's place.
     *
     * @param shared its part in what that one is blamed for
     */
    record Rival(Custodian custodian, double shared) {}

    /**
     * The strongest of a custodian's rivals, if there are any: one with a part in most of what it is blamed for, or
     * several who have it together. Several have to be that much more: that many leak at a time is less likely
     * beforehand.
     */
    Rival of(Account account) {
        double blamed = 0;
        double[] shared = new double[accounts.size()];
        double[] led = new double[accounts.size()];
        for (int explanation = account.explanationsFrom; explanation < account.explanationsTo; explanation++) {
            int incident = candidates.incident[explanation];
            double share = candidates.blame[explanation] / total[incident];
            if (share == 0) {
                continue;
            }
            blamed += share;
            int strongest = -1;
            for (int candidate : candidates.of(incident)) {
                int index = candidates.custodian[candidate];
                shared[index] += share;
                boolean stronger = strongest < 0 || accounts.get(index).alone > accounts.get(strongest).alone;
                if (stronger && mayReplace(accounts.get(index), account)) {
                    strongest = index;
                }
            }
            if (strongest >= 0) {
                led[strongest] += share;
            }
        }
        if (blamed == 0) {
            return null;
        }
        int rival = one(account, shared, blamed);
        if (rival < 0) {
            rival = several(account, led, blamed);
        }
        return rival < 0 ? null : new Rival(accounts.get(rival).custodian, shared[rival] / blamed);
    }

    private int one(Account account, double[] shared, double blamed) {
        int strongest = -1;
        for (int index = 0; index < shared.length; index++) {
            Account other = accounts.get(index);
            boolean alone = shared[index] >= SHARE * blamed && other.alone > account.alone - MARGIN;
            boolean stronger = strongest < 0 || other.alone > accounts.get(strongest).alone;
            if (alone && stronger && mayReplace(other, account)) {
                strongest = index;
            }
        }
        return strongest;
    }

    /**
     * @param led the blame of incidents in which each is the strongest of those who could replace the custodian
     */
    private int several(Account account, double[] led, double blamed) {
        double together = 0;
        double explained = 0;
        int strongest = -1;
        for (int index = 0; index < led.length; index++) {
            Account other = accounts.get(index);
            if (led[index] == 0) {
                continue;
            }
            if (other.alone > unlikely) {
                together += led[index];
                explained += other.alone - unlikely;
            }
            strongest = strongest < 0 || other.alone > accounts.get(strongest).alone ? index : strongest;
        }
        boolean enough = together >= SHARE * blamed && explained > account.alone - unlikely - MARGIN;
        return enough ? strongest : -1;
    }

    /** Nobody who is accused already, or was found innocent, is looked for in another's place. */
    private boolean mayReplace(Account other, Account account) {
        return other != account
                && other.before.verdict() != Verdict.DISMISSED
                && !policy.reachedBy(other.statistic / EpochSolver.LN_10);
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import java.util.List;

/**
 * The custodians that could be in a suspect's place: cleared only by its blame, and without it nearly as much under
 * suspicion. No custodian is accused while it has one (docs/adr/0005).
 */
final class Rivals {

    /**
     * A rival has a part in at least this share of the blame, and would be under suspicion less than the suspect by less
     * than a factor of 20.
     */
    private static final double SHARE = 0.5;

    private static final double MARGIN = StrictMath.log(20);

    private final List<Account> accounts;
    private final Attribution attribution;
    private final Candidates candidates;
    private final AlertPolicy policy;
    private final double unlikely;

    Rivals(Attribution attribution, AlertPolicy policy) {
        EpochData data = attribution.data();
        this.accounts = data.accounts();
        this.attribution = attribution;
        this.candidates = data.candidates();
        this.policy = policy;
        this.unlikely = -StrictMath.log(data.settings().startRate());
    }

    /**
     * A custodian that could be in another's place.
     *
     * @param shared its part in what the other is blamed for, in [0, 1]
     */
    record Rival(Custodian custodian, double shared) {}

    /**
     * The strongest of a custodian's rivals, or null: one with a part in most of what it is blamed for, or several that
     * have it together. Several have to be that much stronger: that many leak at a time is less likely beforehand.
     */
    Rival of(Account account) {
        double blamed = 0;
        double[] shared = new double[accounts.size()];
        double[] led = new double[accounts.size()];
        for (int explanation = account.explanationsFrom(); explanation < account.explanationsTo(); explanation++) {
            int incident = candidates.incident[explanation];
            double share = attribution.intensities().share(explanation);
            if (share == 0) {
                continue;
            }
            blamed += share;
            int strongest = -1;
            for (int candidate : candidates.of(incident)) {
                int index = candidates.custodian[candidate];
                shared[index] += share;
                boolean stronger = strongest < 0 || alone(index) > alone(strongest);
                if (stronger && mayReplace(index, account)) {
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
        return rival < 0 ? null : new Rival(accounts.get(rival).custodian(), shared[rival] / blamed);
    }

    /** The statistic of a custodian before any was blamed for anything. */
    private double alone(int index) {
        return attribution.estimates().get(index).alone();
    }

    private int one(Account account, double[] shared, double blamed) {
        int strongest = -1;
        for (int index = 0; index < shared.length; index++) {
            boolean alone = shared[index] >= SHARE * blamed && alone(index) > alone(account.index()) - MARGIN;
            boolean stronger = strongest < 0 || alone(index) > alone(strongest);
            if (alone && stronger && mayReplace(index, account)) {
                strongest = index;
            }
        }
        return strongest;
    }

    /**
     * @param led the blame of incidents in which each is the strongest of those that could replace the custodian
     */
    private int several(Account account, double[] led, double blamed) {
        double together = 0;
        double explained = 0;
        int strongest = -1;
        for (int index = 0; index < led.length; index++) {
            if (led[index] == 0) {
                continue;
            }
            if (alone(index) > unlikely) {
                together += led[index];
                explained += alone(index) - unlikely;
            }
            strongest = strongest < 0 || alone(index) > alone(strongest) ? index : strongest;
        }
        boolean enough = together >= SHARE * blamed && explained > alone(account.index()) - unlikely - MARGIN;
        return enough ? strongest : -1;
    }

    /** Not a custodian that is accused already, nor one that was found innocent. */
    private boolean mayReplace(int other, Account account) {
        return other != account.index()
                && !accounts.get(other).isDismissed()
                && !policy.reachedBy(attribution.estimates().get(other).evidence());
    }
}

package io.leaktrace.localize;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Computes how many incidents separate a custodian's evidence from the alert threshold. */
final class RequiredIncidents {

    /** Maximum number of further incidents that is tried. */
    private static final int MAX_FURTHER = 64;

    private final Attribution attribution;
    private final LeakChain chain;
    private final AlertPolicy policy;
    private final DailyLogLikelihood likelihood;

    RequiredIncidents(Attribution attribution, LeakChain chain, AlertPolicy policy) {
        this.attribution = attribution;
        this.chain = chain;
        this.policy = policy;
        this.likelihood = new DailyLogLikelihood(attribution.data(), chain, attribution.intensities());
    }

    /** Returns the explanations in descending order of their share and, if equal, of their weight alone. */
    int[] strongestFirst(Account account) {
        LeakEstimate estimate = attribution.of(account);
        int first = account.explanationsFrom();
        int[] strongest = account.explanations();
        double[] share = new double[strongest.length];
        double[] alone = new double[strongest.length];
        for (int place = 0; place < strongest.length; place++) {
            share[place] = attribution.intensities().share(first + place);
            alone[place] = likelihood.overOthers(estimate, first + place, true);
        }
        IntArrays.quickSort(strongest, (one, other) -> {
            int byShare = Double.compare(share[other - first], share[one - first]);
            int byWeight = byShare != 0 ? byShare : Double.compare(alone[other - first], alone[one - first]);
            return byWeight != 0 ? byWeight : Integer.compare(one, other);
        });
        return strongest;
    }

    /**
     * Returns the number of further incidents that would raise an alert: copies of the strongest, each with another
     * buyer, until the threshold and the number of buyers are reached. 0 if they are reached already, or if {@link
     * #MAX_FURTHER} incidents are not enough.
     *
     * @param strongest output of {@link #strongestFirst}
     * @param buyers number of distinct buyers so far
     */
    int toRaise(Account account, int[] strongest, int buyers) {
        if (strongest.length == 0) {
            return 0;
        }
        int missingBuyers = Math.max(0, policy.leastBuyers() - buyers);
        if (isReached(account, strongest)) {
            return missingBuyers;
        }
        int missing = least(MAX_FURTHER, more -> {
            int[] with = Arrays.copyOf(strongest, strongest.length + more);
            Arrays.fill(with, strongest.length, with.length, strongest[0]);
            return isReached(account, with);
        });
        return missing == 0 ? 0 : Math.max(missing, missingBuyers);
    }

    /** Returns the number of strongest incidents without which the threshold is not reached; 0 if it is not reached. */
    int toFall(Account account, int[] strongest) {
        if (!isReached(account, strongest)) {
            return 0;
        }
        return least(strongest.length, fewer -> {
            int[] without = Arrays.copyOfRange(strongest, fewer, strongest.length);
            return !isReached(account, without);
        });
    }

    private boolean isReached(Account account, int[] explanations) {
        LeakChain.Day[] likelihoods = likelihood.of(account, attribution.of(account), explanations, false);
        LeakChain.State[] states = chain.states(account.before().checkpoint(), likelihoods);
        return policy.reachedBy(Math.max(0, states[states.length - 1].statistic()) / LeakChain.LN_10);
    }

    /**
     * Returns the least number from 1 to {@code most} from which on a condition holds, by bisection; 0 if there is
     * none.
     */
    private static int least(int most, IntPredicate holds) {
        if (most < 1 || !holds.test(most)) {
            return 0;
        }
        int no = 0;
        int yes = most;
        while (yes - no > 1) {
            int middle = (yes + no) / 2;
            if (holds.test(middle)) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return yes;
    }
}

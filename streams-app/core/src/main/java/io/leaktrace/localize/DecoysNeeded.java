package io.leaktrace.localize;

import io.leaktrace.domain.Role;
import java.util.Arrays;
import java.util.Set;

/**
 * Computes the number of decoys after which a leak would be seen: the least number of orders that touch a custodian, all
 * placed within a day, such that a leak of the suspected rate raises an alert with a probability of 90%. Only calls whose
 * facts the custodian's role can know are counted; their number is Poisson distributed, and they are weighed by the
 * {@link LeakChain}.
 */
final class DecoysNeeded {

    private static final double WANTED = 0.9;

    /** Above this number of decoys, none is returned. */
    private static final int MOST = 10_000;

    private final ModelSettings settings;
    private final LeakChain chain;
    private final AlertPolicy policy;

    DecoysNeeded(ModelSettings settings, AlertPolicy policy) {
        this.settings = settings;
        this.chain = new LeakChain(settings);
        this.policy = policy;
    }

    /**
     * What is known of a custodian.
     *
     * @param evidence log10
     * @param now share of the evidence that is of a leak that goes on, in [0, 1]
     * @param attributed number of incidents; its exposure is this number divided by the rate
     * @param rate suspected leak rate, above 0
     * @param caused number of calls that a leak of this rate causes per decoy
     * @param buyers with attributed incidents
     * @param required evidence (log10) that is needed besides the alert threshold, to be distinguished from others
     */
    record Known(
            Role role,
            double evidence,
            double now,
            double attributed,
            double rate,
            double caused,
            HorizonBlame.Buyers buyers,
            double required) {}

    /** Returns the number, or null if it is more than {@link #MOST}. */
    Integer of(Known known) {
        DecoyCalls calls = new DecoyCalls(Set.of(known.role), settings);
        LeakChain.State before = state(known);
        if (isSeen(known, before, calls, 0)) {
            return 0;
        }
        int most = 1;
        while (!isSeen(known, before, calls, most)) {
            most *= 2;
            if (most > 2 * MOST) {
                return null;
            }
        }
        int least = most / 2;
        while (most - least > 1) {
            int middle = (least + most) / 2;
            if (isSeen(known, before, calls, middle)) {
                most = middle;
            } else {
                least = middle;
            }
        }
        return most > MOST ? null : most;
    }

    /** Whether an alert is raised with the wanted probability after a number of decoys. */
    private boolean isSeen(Known known, LeakChain.State before, DecoyCalls calls, int decoys) {
        int kind = calls.kindOfAll();
        double share = calls.caused(known.role, kind);
        double mean = decoys * (known.caused * share + calls.background(kind));
        double perLevel = share / settings.reportedShare() / calls.background(kind);
        double exposure = decoys * share / settings.reportedShare();
        double fewer = 0;
        double logProbability = -mean;
        for (int number = 0; fewer <= 1 - WANTED; number++) {
            if (isRaised(known, before, perLevel, exposure, number)) {
                return true;
            }
            if (mean == 0) {
                return false;
            }
            fewer += StrictMath.exp(logProbability);
            logProbability += StrictMath.log(mean / (number + 1));
        }
        return false;
    }

    private boolean isRaised(Known known, LeakChain.State before, double perLevel, double exposure, int number) {
        double[] increments = chain.levels();
        for (int k = 0; k < increments.length; k++) {
            double level = increments[k];
            increments[k] = number * StrictMath.log(1 + level * perLevel) - level * exposure;
        }
        LeakChain.State after = exposure == 0 ? before : chain.forward(before, chain.day(increments));
        double evidence = after.statistic() / LeakChain.LN_10;
        return policy.reachedBy(evidence)
                && evidence >= known.required
                && chain.leakingNow(after) >= AlertPolicy.RAISE_SCORE
                && policy.counted(known.buyers.plusInformedDecoys(number)) >= policy.leastBuyers();
    }

    /** Returns the state of the chain: the evidence, at each level as likely as the attributed incidents are there. */
    private LeakChain.State state(Known known) {
        double[] weights = chain.levels();
        double exposure = known.attributed / known.rate;
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < weights.length; k++) {
            weights[k] = known.attributed * StrictMath.log(weights[k]) - weights[k] * exposure;
            largest = Math.max(largest, weights[k]);
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] = StrictMath.exp(weights[k] - largest);
        }
        double all = Arrays.stream(weights).sum();
        double scale = Math.max(0, known.evidence * LeakChain.LN_10);
        double total = scale > 0 ? 1 : StrictMath.exp(known.evidence * LeakChain.LN_10);
        for (int k = 0; k < weights.length; k++) {
            weights[k] *= total * known.now / all;
        }
        return new LeakChain.State(weights, total * (1 - known.now), scale);
    }
}

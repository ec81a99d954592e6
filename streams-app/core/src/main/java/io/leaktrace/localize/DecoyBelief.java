package io.leaktrace.localize;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What would be known of exclusive hypotheses after observations that are still to come: for each combination of them,
 * its probability together with each hypothesis. Combinations that lead to nearly the same probabilities of the
 * hypotheses are merged, and very unlikely ones are dropped, so that their number stays small.
 *
 * <p>The information of an observation Y about the hypotheses H, given those before it, is {@code I(H; Y) = Σ_h Σ_y
 * P(h, y) log2 (P(y | h) / P(y))}, in bits (Shannon, 1948).
 */
final class DecoyBelief {

    /**
     * Probabilities are nearly the same if their logarithms to base 2 are, rounded to a part of a bit; to a larger part if
     * there are too many combinations.
     */
    private static final double STEPS_PER_BIT = 32;

    private static final int MOST_COMBINATIONS = 250;

    private static final int LEAST_BITS = -40;

    private static final double NEGLIGIBLE = 1e-7;

    /** Probabilities of a combination together with each hypothesis; over all, they add up to 1. */
    private final List<double[]> joint;

    private DecoyBelief(List<double[]> joint) {
        this.joint = joint;
    }

    /** Returns what is known now. */
    static DecoyBelief of(double[] prior) {
        return new DecoyBelief(List.of(prior.clone()));
    }

    /** Returns the uncertainty that is expected to remain, in bits. */
    double entropy() {
        double entropy = 0;
        for (double[] state : joint) {
            double all = sum(state);
            for (double p : state) {
                entropy -= p > 0 ? p * log2(p / all) : 0;
            }
        }
        return entropy;
    }

    /**
     * Returns the expected information of one more observation, in bits.
     *
     * @param likelihood probability of each outcome, by hypothesis and outcome
     */
    double information(double[][] likelihood) {
        int outcomes = likelihood[0].length;
        double[] causes = new double[likelihood.length];
        for (int h = 0; h < causes.length; h++) {
            for (double p : likelihood[h]) {
                causes[h] += p > 0 ? p * log2(p) : 0;
            }
        }
        // I(H; Y) = Σ_h P(h) Σ_y P(y | h) log P(y | h) − Σ_y P(y) log P(y)
        double information = 0;
        for (double[] state : joint) {
            double all = sum(state);
            for (int h = 0; h < state.length; h++) {
                information += state[h] * causes[h];
            }
            for (int outcome = 0; outcome < outcomes; outcome++) {
                double seen = 0;
                for (int h = 0; h < state.length; h++) {
                    seen += state[h] * likelihood[h][outcome];
                }
                information -= seen > 0 ? seen * log2(seen / all) : 0;
            }
        }
        return information;
    }

    /**
     * One of several ways in which the next observation may be made. It is known afterwards which.
     *
     * @param probability of this way
     * @param likelihood by hypothesis and outcome; null if it tells nothing
     */
    record Way(double probability, double[][] likelihood) {}

    /** Returns what would be known after one more observation; the probabilities of the ways add up to 1. */
    DecoyBelief after(List<Way> ways) {
        List<double[]> all = new ArrayList<>();
        for (double[] state : joint) {
            for (Way way : ways) {
                int outcomes = way.likelihood == null ? 1 : way.likelihood[0].length;
                for (int outcome = 0; outcome < outcomes; outcome++) {
                    double[] next = new double[state.length];
                    for (int h = 0; h < state.length; h++) {
                        double seen = way.likelihood == null ? 1 : way.likelihood[h][outcome];
                        next[h] = state[h] * way.probability * seen;
                    }
                    if (sum(next) > NEGLIGIBLE) {
                        all.add(next);
                    }
                }
            }
        }
        double steps = STEPS_PER_BIT;
        List<double[]> merged = merged(all, steps);
        while (merged.size() > MOST_COMBINATIONS) {
            steps /= 2;
            merged = merged(merged, steps);
        }
        return new DecoyBelief(merged);
    }

    private static List<double[]> merged(List<double[]> states, double steps) {
        Map<IntBuffer, double[]> merged = new LinkedHashMap<>();
        for (double[] state : states) {
            merged.merge(rounded(state, steps), state, DecoyBelief::plus);
        }
        return new ArrayList<>(merged.values());
    }

    private static IntBuffer rounded(double[] state, double steps) {
        double all = sum(state);
        int[] rounded = new int[state.length];
        for (int h = 0; h < state.length; h++) {
            double bits = state[h] > 0 ? log2(state[h] / all) : LEAST_BITS;
            rounded[h] = (int) Math.rint(steps * Math.max(LEAST_BITS, bits));
        }
        return IntBuffer.wrap(rounded);
    }

    private static double[] plus(double[] one, double[] other) {
        double[] sums = one.clone();
        for (int h = 0; h < sums.length; h++) {
            sums[h] += other[h];
        }
        return sums;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double log2(double value) {
        return StrictMath.log(value) / StrictMath.log(2);
    }
}

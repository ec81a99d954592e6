package io.leaktrace.simulate;

import java.util.Arrays;

/** Sampler of 0 … n-1 by weight in constant time (Walker's alias method, in Vose's form). */
final class WeightedChoice {

    private final double[] stay;
    private final int[] alias;
    private final double[] share;

    /** @param weights not negative and not all 0 */
    WeightedChoice(double[] weights) {
        int n = weights.length;
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        if (!(total > 0)) {
            throw new IllegalArgumentException("at least one weight must be positive");
        }
        stay = new double[n];
        alias = new int[n];
        share = new double[n];
        int[] waiting = new int[n];
        int poor = 0;
        int rich = n;
        for (int i = 0; i < n; i++) {
            share[i] = weights[i] / total;
            stay[i] = share[i] * n;
            waiting[stay[i] < 1 ? poor++ : --rich] = i;
        }
        while (poor > 0 && rich < n) {
            int little = waiting[--poor];
            int much = waiting[rich];
            alias[little] = much;
            stay[much] -= 1 - stay[little];
            if (stay[much] < 1) {
                rich++;
                waiting[poor++] = much;
            }
        }
        // The remaining values differ from 1 only by rounding.
        while (poor > 0) {
            stay[waiting[--poor]] = 1;
        }
        while (rich < n) {
            stay[waiting[rich++]] = 1;
        }
    }

    /** Zipf-like weights {@code (rank + shift)^-exponent} for ranks 1 … n: few large and many small ones. */
    static double[] tail(int n, double exponent, double shift) {
        double[] weights = new double[n];
        Arrays.setAll(weights, i -> StrictMath.pow(i + 1 + shift, -exponent));
        return weights;
    }

    int draw(RandomStream random) {
        double at = random.uniform() * stay.length;
        int i = (int) at;
        return at - i < stay[i] ? i : alias[i];
    }

    /** The probability that {@code i} is drawn. */
    double share(int i) {
        return share[i];
    }
}

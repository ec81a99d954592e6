package io.leaktrace.localize;

import java.util.Arrays;

/**
 * The products Π (1 + θ_k s) of each day and level, from which a day's log-likelihood ratios are computed. The buffers
 * are reused: a day starts with {@link #clear}.
 */
final class DailyProducts {

    /** A larger product is replaced by its logarithm before it overflows. */
    private static final double LARGE = 1e200;

    private final double[] level;

    // By day and level.
    private final double[] products;
    private final double[] logs;

    /** @param level θ_k, ascending */
    DailyProducts(int days, double[] level) {
        this.level = level;
        this.products = new double[days * level.length];
        this.logs = new double[products.length];
    }

    /** Sets the products of a day to 1. */
    void clear(int day) {
        int from = day * level.length;
        Arrays.fill(products, from, from + level.length, 1);
        Arrays.fill(logs, from, from + level.length, 0);
    }

    /** Multiplies a day's products by 1 + θ_k s. */
    void multiply(int day, double s) {
        int levels = level.length;
        int from = day * levels;
        for (int k = 0; k < levels; k++) {
            products[from + k] *= 1 + level[k] * s;
        }
        // The largest level has the largest product.
        if (products[from + levels - 1] > LARGE) {
            for (int at = from; at < from + levels; at++) {
                logs[at] += FdLibm.log(products[at]);
                products[at] = 1;
            }
        }
    }

    /** Returns I_k of a day: the logarithm of its product less θ_k times the exposure, by level. */
    double[] logLikelihoods(int day, double exposure) {
        double[] increments = new double[level.length];
        for (int k = 0; k < increments.length; k++) {
            int at = day * level.length + k;
            increments[k] = logs[at] + FdLibm.log(products[at]) - level[k] * exposure;
        }
        return increments;
    }
}

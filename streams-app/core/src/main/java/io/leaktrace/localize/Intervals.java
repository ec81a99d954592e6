package io.leaktrace.localize;

/** 90% intervals for the rate of a Poisson process. */
final class Intervals {

    /** The 95% quantile of the standard normal distribution. */
    private static final double Z_95 = 1.6448536269514722;

    private Intervals() {}

    /**
     * Returns the lower end of the 90% interval of a rate, given a number of events and an exposure above 0, under the
     * Jeffreys prior: the 5% quantile of the gamma distribution with shape events + ½, by the cube-root normal
     * approximation of Wilson and Hilferty (1931), but at most the observed rate. For shapes of at least ½ the
     * approximation is within 4% of the exact upper quantile.
     */
    static double low(double events, double exposure) {
        return Math.min(quantile(events + 0.5, -Z_95) / exposure, events / exposure);
    }

    /** Returns the upper end of the interval whose lower end is {@link #low}. */
    static double high(double events, double exposure) {
        return quantile(events + 0.5, Z_95) / exposure;
    }

    private static double quantile(double shape, double z) {
        double root = 1 - 1 / (9 * shape) + z / (3 * StrictMath.sqrt(shape));
        return root <= 0 ? 0 : shape * root * root * root;
    }
}

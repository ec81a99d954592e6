package io.leaktrace.localize;

/** Intervals for a rate of events. */
final class Intervals {

    private static final double Z_95 = 1.6448536269514722;

    private Intervals() {}

    /**
     * A quantile of the rate of events, from so many events over so much exposure, under the Jeffreys prior: of the gamma
     * distribution with shape events + ½, by the cube-root normal approximation (Wilson and Hilferty 1931), which is
     * within 4% of the exact upper quantile from a shape of ½ on.
     */
    static double low(double events, double exposure) {
        return Math.min(quantile(events + 0.5, -Z_95) / exposure, events / exposure);
    }

    /** As {@link #low}, at the other end of the 90% interval. */
    static double high(double events, double exposure) {
        return quantile(events + 0.5, Z_95) / exposure;
    }

    private static double quantile(double shape, double z) {
        double root = 1 - 1 / (9 * shape) + z / (3 * StrictMath.sqrt(shape));
        return root <= 0 ? 0 : shape * root * root * root;
    }
}

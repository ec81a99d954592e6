package io.leaktrace.evaluate;

import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.util.FastMath;

/**
 * The lower bound of the information component, log2 of a shrunk ratio of observed to expected (Norén, Hopstadius and
 * Bate, "Shrinkage observed-to-expected ratios for robust and transparent large-scale pattern discovery", Statistical
 * Methods in Medical Research 22, 2013).
 */
final class InformationComponent {

    private static final double SHRINKAGE = 0.5;

    /** Offset that ranks custodians without a computed bound below all others. */
    private static final double LOWEST = -1e6;

    private InformationComponent() {}

    /** The 2.5% quantile of the information component. */
    static double ic025(double observed, double expected) {
        GammaDistribution posterior = new GammaDistribution(observed + SHRINKAGE, 1 / (expected + SHRINKAGE));
        return FastMath.log(2, posterior.inverseCumulativeProbability(0.025));
    }

    /**
     * Scores by custodian; the expensive lower bound is computed only for those with clearly more cases than expected.
     */
    static double[] scores(Tabulation counts) {
        double[] scores = new double[counts.custodians()];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            double observed = counts.followed(custodian);
            double expected = Disproportionality.expected(counts, custodian);
            scores[custodian] = observed >= Disproportionality.MIN_FOLLOWED && observed > 1.2 * expected
                    ? ic025(observed, expected)
                    : LOWEST + observed - expected;
        }
        return scores;
    }
}

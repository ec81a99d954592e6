package io.leaktrace.evaluate;

import java.util.Arrays;

/**
 * The likelihood of each custodian as the source of the incidents, given where it delivered. After Kaufman and others,
 * "A likelihood-based approach to identifying contaminated food products using sales data" (PLOS Computational Biology
 * 10, 2014): a food product is likely if its sales are concentrated where the cases are; the likelihood is the product,
 * over the cases, of the product's share of sales at the place of the case. Norström and others, "An adjusted likelihood
 * ratio approach analysing distribution of food products to assist the investigation of foodborne outbreaks" (PLOS ONE
 * 10, 2015), relate it to the distribution of all products, take account of time, and let a share of the cases be
 * misclassified.
 *
 * <p>This is an adaptation. The place of a case is its buyer: for an incident of buyer b, the ratio of a custodian e is
 *
 * <pre>
 * r = (orders of b touched by e / orders touched by e) / (orders of b / all orders),
 * </pre>
 *
 * where only orders of the window before the incident count. That takes the place of regions, whose sales by custodian
 * are not recorded, and of the incubation period. The score is the logarithm of the likelihood ratio to no source,
 * {@code Σ ln(u + (1 − u) r)}; u, the share of incidents that are unrelated to this custodian, is not given but has its
 * most likely value, because most incidents of a market are unrelated to any one source.
 */
final class SourceLikelihood {

    private static final int STEPS = 40;

    private SourceLikelihood() {}

    static double[] scores(Tabulation counts) {
        int[] sizes = counts.incidentsByCustodian();
        double[][] ratios = new double[sizes.length][];
        Arrays.setAll(ratios, custodian -> new double[sizes[custodian]]);
        int[] filled = new int[sizes.length];
        int incidents = 0;
        for (Tabulation.Incident incident : counts.incidents()) {
            // Incidents without a touch in the window have no place.
            incidents += incident.custodians().length > 0 ? 1 : 0;
            for (int i = 0; i < incident.custodians().length; i++) {
                int custodian = incident.custodians()[i];
                ratios[custodian][filled[custodian]++] = incident.concentrations()[i];
            }
        }
        double[] scores = new double[sizes.length];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            scores[custodian] = logRatio(ratios[custodian], incidents - ratios[custodian].length);
        }
        return scores;
    }

    /**
     * Returns the largest {@code Σ ln(u + (1 − u) r) + elsewhere · ln u} over u in [0, 1].
     *
     * @param ratios r of the incidents of buyers to whom the custodian delivered
     * @param elsewhere number of incidents of other buyers, for which r is 0
     */
    static double logRatio(double[] ratios, int elsewhere) {
        if (slope(ratios, elsewhere, 0) <= 0) {
            return 0;
        }
        // The sum is concave in the share of related incidents, so its slope has one root.
        double low = 0;
        double high = 1;
        for (int step = 0; step < STEPS; step++) {
            double middle = (low + high) / 2;
            if (slope(ratios, elsewhere, middle) > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double sum = elsewhere == 0 ? 0 : elsewhere * StrictMath.log1p(-low);
        for (double ratio : ratios) {
            sum += StrictMath.log1p(low * (ratio - 1));
        }
        return sum;
    }

    /** Returns the derivative of the sum with respect to the share of related incidents. */
    private static double slope(double[] ratios, int elsewhere, double related) {
        double slope = elsewhere == 0 ? 0 : -elsewhere / (1 - related);
        for (double ratio : ratios) {
            slope += (ratio - 1) / (1 + related * (ratio - 1));
        }
        return slope;
    }
}

package io.leaktrace.evaluate;

/**
 * Alternating estimation: blame is distributed over a victim's custodians in proportion to their compromise rates, and
 * the rates are estimated from the blame. Custodians below a minimum number of orders are left out, for a fair
 * comparison. After "BreachRadar: automatic detection of points-of-compromise" (arXiv 2009.11751). The method is
 * patented; it is used here for comparison only.
 */
final class AlternatingAttribution {

    private static final int ROUNDS = 30;

    private AlternatingAttribution() {}

    static double[] scores(Tabulation counts) {
        double[] rates = new double[counts.custodians()];
        for (int custodian = 0; custodian < rates.length; custodian++) {
            rates[custodian] = counts.touches(custodian) < Disproportionality.MIN_ORDERS ? 0 : 1;
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[] blame = new double[rates.length];
            for (Tabulation.Incident incident : counts.incidents()) {
                double sum = 0;
                for (int custodian : incident.custodians()) {
                    sum += rates[custodian];
                }
                if (sum > 0) {
                    for (int custodian : incident.custodians()) {
                        blame[custodian] += rates[custodian] / sum;
                    }
                }
            }
            for (int custodian = 0; custodian < rates.length; custodian++) {
                rates[custodian] = blame[custodian] / Math.max(1, counts.touches(custodian));
            }
        }
        return rates;
    }
}

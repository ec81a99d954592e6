package io.leaktrace.evaluate;

/**
 * Measures of disproportionality: whether a custodian's orders are followed by incidents more often than those of
 * others. They come from pharmacovigilance, which has drugs instead of custodians and reactions instead of incidents.
 */
final class Disproportionality {

    /** Minimum number of orders for a rate. */
    static final int MIN_ORDERS = 50;

    /** Minimum number of incidents after a custodian's orders for a signal. */
    static final int MIN_FOLLOWED = 3;

    private Disproportionality() {}

    /** Number of incidents that followed a touch, regardless of volume. */
    static double[] contactCount(Tabulation counts) {
        int[] incidents = counts.incidentsByCustodian();
        double[] scores = new double[incidents.length];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            scores[custodian] = incidents[custodian];
        }
        return scores;
    }

    /** The same per order touched; 0 below the minimum number of orders. */
    static double[] contactRate(Tabulation counts) {
        double[] scores = contactCount(counts);
        for (int custodian = 0; custodian < scores.length; custodian++) {
            int touches = counts.touches(custodian);
            scores[custodian] = touches < MIN_ORDERS ? 0 : scores[custodian] / touches;
        }
        return scores;
    }

    /** Orders of a custodian and of all others, followed by an incident or not. */
    private record TwoByTwo(double a, double b, double c, double d) {

        static TwoByTwo of(Tabulation counts, int custodian) {
            double a = counts.followed(custodian);
            double b = Math.max(0, counts.touches(custodian) - a);
            double c = Math.max(0, counts.ordersFollowed() - a);
            double d = Math.max(0, counts.orders() - a - b - c);
            return new TwoByTwo(a, b, c, d);
        }

        double proportionalReportingRatio() {
            return (a / (a + b)) / (c / (c + d));
        }

        /** With Yates's correction. */
        double chiSquare() {
            double n = a + b + c + d;
            double off = Math.max(0, Math.abs(a * d - b * c) - n / 2);
            return n * off * off / ((a + b) * (c + d) * (a + c) * (b + d));
        }
    }

    /**
     * χ² of custodians with a proportional reporting ratio of at least 2 and at least 3 cases, otherwise 0 (Evans,
     * Waller and Davis, "Use of proportional reporting ratios (PRRs) for signal generation", Pharmacoepidemiology and
     * Drug Safety 10, 2001).
     */
    static double[] proportionalReportingRatio(Tabulation counts) {
        double[] scores = new double[counts.custodians()];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            TwoByTwo table = TwoByTwo.of(counts, custodian);
            boolean signal = table.a >= MIN_FOLLOWED && table.c > 0 && table.proportionalReportingRatio() >= 2;
            scores[custodian] = signal ? table.chiSquare() : 0;
        }
        return scores;
    }

    /** Lower bound of the 95% interval of the logarithm of the reporting odds ratio, with 0.5 added to each cell. */
    static double[] reportingOddsRatio(Tabulation counts) {
        double[] scores = new double[counts.custodians()];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            TwoByTwo table = TwoByTwo.of(counts, custodian);
            double a = table.a + 0.5;
            double b = table.b + 0.5;
            double c = table.c + 0.5;
            double d = table.d + 0.5;
            double error = StrictMath.sqrt(1 / a + 1 / b + 1 / c + 1 / d);
            scores[custodian] = StrictMath.log(a * d / (b * c)) - 1.96 * error;
        }
        return scores;
    }

    /** Expected number of orders followed by an incident if all custodians had the same rate. */
    static double expected(Tabulation counts, int custodian) {
        return counts.orders() == 0
                ? 0
                : (double) counts.touches(custodian) * counts.ordersFollowed() / counts.orders();
    }
}

package io.leaktrace.evaluate;

/** The logarithm of the likelihood ratio of Poisson counts, as several scan and sequential tests use it. */
final class PoissonRatio {

    private PoissonRatio() {}

    /**
     * Returns {@code c ln(c/e) − (c − e)}: the log-likelihood ratio of the most likely mean, {@code c}, to the mean
     * {@code e}; 0 if there are not more cases than expected.
     *
     * @param cases number of cases, at least 0
     * @param expected expected number without an excess, above 0 if there is a case
     */
    static double log(double cases, double expected) {
        return cases > expected ? cases * StrictMath.log(cases / expected) - (cases - expected) : 0;
    }
}

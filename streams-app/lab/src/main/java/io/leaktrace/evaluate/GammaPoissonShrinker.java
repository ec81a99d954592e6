package io.leaktrace.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.hipparchus.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.hipparchus.special.Gamma;
import org.hipparchus.util.FastMath;

/**
 * DuMouchel's gamma-Poisson shrinker: the prior of the ratio of observed to expected is a mixture of two gamma
 * distributions, fitted to all custodians (DuMouchel, "Bayesian data mining in large frequency tables, with an
 * application to the FDA spontaneous reporting system", The American Statistician 53, 1999).
 */
final class GammaPoissonShrinker implements Scorer {

    /** Interval in days at which the mixture is fitted again; it changes slowly. */
    private static final int REFIT_DAYS = 7;

    private static final int MAX_EVALUATIONS = 400;
    private static final double TOLERANCE = 1e-6;
    private static final int QUANTILES = 60;

    /**
     * Largest logarithm of a parameter: a component with a shape of 1,100 hardly varies, and its quantiles are slow to
     * compute for larger shapes.
     */
    private static final double LARGEST_LOG = 7;

    /** Minimum expected number, because the likelihood is undefined at 0. */
    private static final double MIN_EXPECTED = 1e-6;

    /**
     * Parameters of the mixture.
     *
     * @param share weight of the first component
     */
    record Mixture(double alpha1, double beta1, double alpha2, double beta2, double share) {

        /** DuMouchel's starting point. */
        static final Mixture START = new Mixture(0.2, 0.1, 2, 4, 1.0 / 3);

        /** Posterior weight of the first component, given n observed and e expected cases. */
        double posteriorShare(double n, double e) {
            double first = StrictMath.log(share) + logNegativeBinomial(n, e, alpha1, beta1);
            double second = StrictMath.log(1 - share) + logNegativeBinomial(n, e, alpha2, beta2);
            return 1 / (1 + StrictMath.exp(second - first));
        }

        /** EBGM: the geometric mean of the posterior ratio. */
        double geometricMean(double n, double e) {
            double q = posteriorShare(n, e);
            double first = Gamma.digamma(alpha1 + n) - StrictMath.log(beta1 + e);
            double second = Gamma.digamma(alpha2 + n) - StrictMath.log(beta2 + e);
            return StrictMath.exp(q * first + (1 - q) * second);
        }

        /** A quantile of the posterior ratio, such as EB05 for 0.05, by bisection. */
        double quantile(double n, double e, double probability) {
            double q = posteriorShare(n, e);
            double low = 0;
            double high = 1;
            while (cumulative(high, n, e, q) < probability) {
                high *= 2;
            }
            for (int i = 0; i < 30; i++) {
                double middle = (low + high) / 2;
                if (cumulative(middle, n, e, q) < probability) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return (low + high) / 2;
        }

        private double cumulative(double ratio, double n, double e, double q) {
            double first = Gamma.regularizedGammaP(alpha1 + n, (beta1 + e) * ratio);
            double second = Gamma.regularizedGammaP(alpha2 + n, (beta2 + e) * ratio);
            return q * first + (1 - q) * second;
        }

        private double logLikelihood(double[] observed, double[] expected) {
            double[] rising1 = logRisingFactorials(alpha1, observed);
            double[] rising2 = logRisingFactorials(alpha2, observed);
            double sum = 0;
            for (int i = 0; i < observed.length; i++) {
                double n = observed[i];
                double e = expected[i];
                double first = StrictMath.log(share) + rising1[(int) n] + logShares(n, e, alpha1, beta1);
                double second = StrictMath.log(1 - share) + rising2[(int) n] + logShares(n, e, alpha2, beta2);
                double larger = Math.max(first, second);
                sum += larger + StrictMath.log(StrictMath.exp(first - larger) + StrictMath.exp(second - larger));
            }
            return sum;
        }

        /** ln Γ(α + n) − ln Γ(α) for n from 0 to the largest observed. */
        private static double[] logRisingFactorials(double alpha, double[] observed) {
            int most = (int) Arrays.stream(observed).max().orElse(0);
            double[] logs = new double[most + 1];
            for (int n = 1; n <= most; n++) {
                logs[n] = logs[n - 1] + StrictMath.log(alpha + n - 1);
            }
            return logs;
        }

        /** Logarithm of the negative binomial probability without the term that depends on n only. */
        private static double logNegativeBinomial(double n, double e, double alpha, double beta) {
            return Gamma.logGamma(alpha + n) - Gamma.logGamma(alpha) + logShares(n, e, alpha, beta);
        }

        private static double logShares(double n, double e, double alpha, double beta) {
            double all = StrictMath.log(beta + e);
            return n * (StrictMath.log(e) - all) + alpha * (StrictMath.log(beta) - all);
        }

        private double[] unbounded() {
            return new double[] {
                StrictMath.log(alpha1),
                StrictMath.log(beta1),
                StrictMath.log(alpha2),
                StrictMath.log(beta2),
                StrictMath.log(share / (1 - share))
            };
        }

        private static Mixture bounded(double[] at) {
            double[] clipped = Arrays.stream(at)
                    .map(x -> Math.min(Math.max(x, -LARGEST_LOG), LARGEST_LOG))
                    .toArray();
            return new Mixture(
                    StrictMath.exp(clipped[0]),
                    StrictMath.exp(clipped[1]),
                    StrictMath.exp(clipped[2]),
                    StrictMath.exp(clipped[3]),
                    1 / (1 + FastMath.exp(-clipped[4])));
        }

        /** The maximum-likelihood mixture from a starting point, or that point if the search does not converge. */
        static Mixture fit(double[] observed, double[] expected, Mixture start) {
            SimplexOptimizer optimizer = new SimplexOptimizer(new SimpleValueChecker(TOLERANCE, -1));
            try {
                PointValuePair best = optimizer.optimize(
                        new MaxEval(MAX_EVALUATIONS),
                        new ObjectiveFunction(at -> bounded(at).logLikelihood(observed, expected)),
                        GoalType.MAXIMIZE,
                        new InitialGuess(start.unbounded()),
                        new NelderMeadSimplex(5, 0.5));
                return bounded(best.getPoint());
            } catch (org.hipparchus.exception.MathIllegalStateException tooManyEvaluations) {
                return start;
            }
        }
    }

    /** The mixture fitted to the counts of a day, updated every {@link #REFIT_DAYS} days. */
    static final class Fit {
        private Mixture mixture = Mixture.START;
        private Tabulation fitted;
        private int day;

        Mixture of(Tabulation counts, double[] observed, double[] expected) {
            if (counts != fitted) {
                fitted = counts;
                if (day++ % REFIT_DAYS == 0) {
                    mixture = Mixture.fit(observed, expected, mixture);
                }
            }
            return mixture;
        }
    }

    private final boolean lowerBound;
    private final Fit fit;

    /**
     * @param lowerBound whether the score is EB05 instead of EBGM
     * @param fit may be shared by scorers of the same trial
     */
    GammaPoissonShrinker(boolean lowerBound, Fit fit) {
        this.lowerBound = lowerBound;
        this.fit = fit;
    }

    /** Scores by custodian; minus infinity without an order in the horizon, which the fit ignores too. */
    @Override
    public double[] scores(Tabulation counts) {
        int[] active = IntStream.range(0, counts.custodians())
                .filter(custodian -> counts.touches(custodian) > 0)
                .toArray();
        double[] observed = Arrays.stream(active).mapToDouble(counts::followed).toArray();
        double[] expected = Arrays.stream(active)
                .mapToDouble(custodian -> Math.max(MIN_EXPECTED, Disproportionality.expected(counts, custodian)))
                .toArray();
        Mixture mixture = fit.of(counts, observed, expected);
        double[] means = new double[active.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = mixture.geometricMean(observed[i], expected[i]);
        }
        double least = Arrays.stream(means)
                .sorted()
                .skip(Math.max(0, means.length - QUANTILES))
                .findFirst()
                .orElse(0);
        double[] scores = new double[counts.custodians()];
        Arrays.fill(scores, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < means.length; i++) {
            if (!lowerBound) {
                scores[active[i]] = means[i];
            } else if (means[i] >= least) {
                scores[active[i]] = mixture.quantile(observed[i], expected[i], 0.05);
            } else {
                // Quantiles are expensive, so only the custodians with the highest means are ranked by quantile, above
                // all others.
                scores[active[i]] = means[i] - least;
            }
        }
        return scores;
    }
}

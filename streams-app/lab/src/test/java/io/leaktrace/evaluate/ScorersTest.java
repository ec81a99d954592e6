package io.leaktrace.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.evaluate.GammaPoissonShrinker.Mixture;
import io.leaktrace.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scorers that Leaktrace is compared with give the figures that were published of them. */
class ScorersTest {

    /** The mixture that openEBGM fits to the CAERS data. */
    private static final Mixture CAERS = new Mixture(3.25379356, 0.39988854, 2.02612692, 1.90807970, 0.06534557);

    @ParameterizedTest
    @CsvSource({
        "16, 0.40643623, 23.26, 15.68, 33.48",
        "19, 0.89690107, 16.78, 11.65, 23.55",
        "6, 0.07866508, 18.28, 10.16, 30.83",
        "1, 0.03605483, 2.23, 0.49, 13.85"
    })
    void theGammaPoissonShrinkerIsThatOfOpenEbgm(double n, double e, double ebgm, double eb05, double eb95) {
        assertEquals(ebgm, CAERS.geometricMean(n, e), 0.015);
        assertEquals(eb05, CAERS.quantile(n, e, 0.05), 0.015);
        assertEquals(eb95, CAERS.quantile(n, e, 0.95), 0.015);
    }

    @Test
    void theInformationComponentsLowerBoundIsAsPublished() {
        assertEquals(0.2542334, InformationComponent.ic025(12, 5), 1e-6);
    }

    /** A mixture that was drawn from is found again, near enough to rank by it. */
    @Test
    void theMixtureIsFittedToWhatWasDrawnFromIt() {
        long seed = Seed.of("ScorersTest.theMixtureIsFitted");
        Random random = new Random(seed);
        int n = 4000;
        double[] observed = new double[n];
        double[] expected = new double[n];
        for (int i = 0; i < n; i++) {
            expected[i] = 1 + 9 * random.nextDouble();
            // One in ten has a ratio around 5, the others around 1; shapes 20 and 50.
            boolean high = random.nextInt(10) == 0;
            double ratio = high ? gamma(random, 20) / 4 : gamma(random, 50) / 50;
            observed[i] = poisson(random, ratio * expected[i]);
        }
        Mixture fitted = Mixture.fit(observed, expected, Mixture.START);
        assertEquals(5, fitted.geometricMean(50, 10), 0.7, fitted.toString());
        assertEquals(1, fitted.geometricMean(10, 10), 0.15, fitted.toString());
        assertTrue(fitted.quantile(50, 10, 0.05) > 3.5, fitted.toString());
    }

    /** Of a whole shape: a sum of exponentials. */
    private static double gamma(Random random, int shape) {
        double sum = 0;
        for (int i = 0; i < shape; i++) {
            sum -= Math.log(1 - random.nextDouble());
        }
        return sum;
    }

    private static int poisson(Random random, double mean) {
        double left = mean;
        int n = -1;
        while (left >= 0) {
            left += Math.log(1 - random.nextDouble());
            n++;
        }
        return n;
    }
}

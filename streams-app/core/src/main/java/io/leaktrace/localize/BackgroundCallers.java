package io.leaktrace.localize;

import io.leaktrace.domain.Field;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What background callers disclose: a mixture of latent classes of callers, in each of which the fields are disclosed
 * independently (a latent class model: Lazarsfeld and Henry, <em>Latent Structure Analysis</em>, 1968). Old leaks and
 * data of other platforms make some background callers know an order, while most know a name and a number; one class
 * for all would take every informed caller for the caller of a leak.
 *
 * <p>The mixture is fitted to weighted counts of the sets of disclosed fields by expectation maximization (Dempster,
 * Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm", J. R. Statist. Soc. B 39, 1977) from
 * a fixed start, with pseudo-incidents of each class as prior. A report without any field is not of a class: it has a
 * probability of its own, because it may be incomplete.
 */
final class BackgroundCallers {

    private static final int FIELDS = Field.values().length;
    private static final int PATTERNS = 1 << FIELDS;
    private static final int ROUNDS = 30;

    /** Weight of the prior of a class's share, and of a field's probability in a class, in incidents. */
    private static final double CLASS_WEIGHT = 5;

    private static final double FIELD_WEIGHT = 8;

    /** Prior probability that no field is reported as disclosed, and its weight in incidents. */
    private static final double NOTHING = 0.3;

    /** The same for decoys: a caller who dials at random knows nothing of an order. */
    private static final double NOTHING_OF_DECOY = 0.95;

    private static final double NOTHING_WEIGHT = 20;

    /**
     * Prior probability that a caller of a class discloses a field, by ordinal of {@link Field}: callers who know an
     * order, who know bank data, and who know a person.
     */
    private static final double[][] START = {
        {0.5, 0.4, 0.35, 0.5, 0.4, 0.4, 0.1, 0.05, 0.05},
        {0.05, 0.1, 0.1, 0.5, 0.4, 0.1, 0.05, 0.4, 0.4},
        {0.05, 0.05, 0.05, 0.4, 0.35, 0.1, 0.05, 0.05, 0.05}
    };

    private static final double[] START_SHARES = {0.2, 0.1, 0.7};

    /** Probability of each set of disclosed fields, by its bits; at 0, that nothing is disclosed. */
    private final double[] probability;

    private BackgroundCallers(double[] probability) {
        this.probability = probability;
    }

    /** Returns the probability that a background caller discloses exactly these fields. */
    double probability(int disclosedBits) {
        return probability[disclosedBits];
    }

    /** Weighted counts of the sets of disclosed fields. */
    static final class Sample {
        private final double[] counts = new double[PATTERNS];

        void add(int disclosedBits, double weight) {
            counts[disclosedBits] += weight;
        }
    }

    /** Returns the mixture that is fitted to a sample; without any incident, the prior. */
    static BackgroundCallers learn(Sample sample) {
        return learn(sample, START_SHARES, START);
    }

    /**
     * Returns the callers of decoys: most disclose nothing, and the others disclose the same as these. Which fields they
     * disclose is not learned from them, because calls that a leak causes may be most of them.
     *
     * @param sample what callers of decoys disclosed
     */
    BackgroundCallers ofDecoys(Sample sample) {
        double all = Arrays.stream(sample.counts).sum();
        double nothing = (NOTHING_WEIGHT * NOTHING_OF_DECOY + sample.counts[0]) / (NOTHING_WEIGHT + all);
        double[] ofDecoys = new double[PATTERNS];
        ofDecoys[0] = nothing;
        for (int bits = 1; bits < PATTERNS; bits++) {
            ofDecoys[bits] = probability[bits] * (1 - nothing) / (1 - probability[0]);
        }
        return new BackgroundCallers(ofDecoys);
    }

    /** Returns the same with a single class, which starts as the mean of all. */
    static BackgroundCallers learnOneClass(Sample sample) {
        double[] mean = new double[FIELDS];
        for (int c = 0; c < START.length; c++) {
            for (int field = 0; field < FIELDS; field++) {
                mean[field] += START_SHARES[c] * START[c][field];
            }
        }
        return learn(sample, new double[] {1}, new double[][] {mean});
    }

    private static BackgroundCallers learn(Sample sample, double[] startShares, double[][] start) {
        int classes = start.length;
        double[] shares = startShares.clone();
        double[][] discloses = new double[classes][];
        for (int c = 0; c < classes; c++) {
            discloses[c] = start[c].clone();
        }
        int[] seen = IntStream.range(1, PATTERNS)
                .filter(bits -> sample.counts[bits] > 0)
                .toArray();
        for (int round = 0; round < ROUNDS && seen.length > 0; round++) {
            double[] sizes = new double[classes];
            double[][] disclosed = new double[classes][FIELDS];
            double[] joint = new double[classes];
            double[][] products = products(discloses);
            for (int bits : seen) {
                double total = 0;
                for (int c = 0; c < classes; c++) {
                    joint[c] = shares[c] * products[c][bits];
                    total += joint[c];
                }
                for (int c = 0; c < classes; c++) {
                    double responsibility = sample.counts[bits] * joint[c] / total;
                    sizes[c] += responsibility;
                    double[] ofClass = disclosed[c];
                    for (int rest = bits; rest != 0; rest &= rest - 1) {
                        ofClass[Integer.numberOfTrailingZeros(rest)] += responsibility;
                    }
                }
            }
            double all = Arrays.stream(sizes).sum();
            for (int c = 0; c < classes; c++) {
                shares[c] = (CLASS_WEIGHT * startShares[c] + sizes[c]) / (CLASS_WEIGHT + all);
                for (int field = 0; field < FIELDS; field++) {
                    discloses[c][field] =
                            (FIELD_WEIGHT * start[c][field] + disclosed[c][field]) / (FIELD_WEIGHT + sizes[c]);
                }
            }
        }
        return new BackgroundCallers(probabilities(sample, shares, discloses));
    }

    private static double[] probabilities(Sample sample, double[] shares, double[][] discloses) {
        double[] probability = new double[PATTERNS];
        double[][] products = products(discloses);
        double something = 0;
        for (int bits = 1; bits < PATTERNS; bits++) {
            for (int c = 0; c < shares.length; c++) {
                probability[bits] += shares[c] * products[c][bits];
            }
            something += probability[bits];
        }
        double all = Arrays.stream(sample.counts).sum();
        double nothing = (NOTHING_WEIGHT * NOTHING + sample.counts[0]) / (NOTHING_WEIGHT + all);
        for (int bits = 1; bits < PATTERNS; bits++) {
            probability[bits] *= (1 - nothing) / something;
        }
        probability[0] = nothing;
        return probability;
    }

    /**
     * Returns the probability of exactly these fields, if each is disclosed independently of the others, by class and set
     * of fields. Sets that differ in the last fields only have the product over the first ones in common.
     */
    private static double[][] products(double[][] discloses) {
        double[][] products = new double[discloses.length][PATTERNS];
        for (int c = 0; c < discloses.length; c++) {
            double[] ofClass = products[c];
            ofClass[0] = 1;
            for (int field = 0; field < FIELDS; field++) {
                int sets = 1 << field;
                double disclosed = discloses[c][field];
                double hidden = 1 - disclosed;
                for (int bits = 0; bits < sets; bits++) {
                    ofClass[sets + bits] = ofClass[bits] * disclosed;
                }
                for (int bits = 0; bits < sets; bits++) {
                    ofClass[bits] *= hidden;
                }
            }
        }
        return products;
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;

/**
 * How much what a caller knew speaks for a role and against the background: the likelihood ratio g.
 *
 * <p>A caller who has a role's data discloses each field that the role knows with {@link #TELLS} and any other with
 * {@link #GUESSES}; background callers disclose each field as often as they were found to. A report that names no field
 * says less: it may only be incomplete.
 */
final class Knowledge {

    /** Probability that a caller discloses a field that the leak gave away. */
    private static final double TELLS = 0.5;

    /** Probability that a caller discloses a field that the leak did not give away. */
    private static final double GUESSES = 0.03;

    /** Probability that nothing is reported to have been disclosed, given a leak. */
    private static final double SAYS_NOTHING = 0.2;

    /** Prior of the same two for background callers, and the incidents it is worth. */
    private static final double BACKGROUND_TELLS = 0.15;

    private static final double BACKGROUND_SAYS_NOTHING = 0.3;
    private static final double PRIOR_WEIGHT = 20;

    private static final int FIELDS = Field.values().length;

    private final double[] background;
    private final double backgroundSaysNothing;
    private final ModelSettings settings;

    private Knowledge(double[] background, double backgroundSaysNothing, ModelSettings settings) {
        this.background = background;
        this.backgroundSaysNothing = backgroundSaysNothing;
        this.settings = settings;
    }

    /** Background incidents, each with the share that the background carries. */
    static final class Sample {
        private final double[] disclosed = new double[FIELDS];
        private double saidSomething;
        private double all;

        void add(int disclosedBits, double share) {
            all += share;
            if (disclosedBits == 0) {
                return;
            }
            saidSomething += share;
            for (int field = 0; field < FIELDS; field++) {
                if ((disclosedBits & 1 << field) != 0) {
                    disclosed[field] += share;
                }
            }
        }
    }

    static Knowledge learn(Sample sample, ModelSettings settings) {
        double[] background = new double[FIELDS];
        for (int field = 0; field < FIELDS; field++) {
            background[field] =
                    (PRIOR_WEIGHT * BACKGROUND_TELLS + sample.disclosed[field]) / (PRIOR_WEIGHT + sample.saidSomething);
        }
        double saysNothing = (PRIOR_WEIGHT * BACKGROUND_SAYS_NOTHING + sample.all - sample.saidSomething)
                / (PRIOR_WEIGHT + sample.all);
        return new Knowledge(background, saysNothing, settings);
    }

    /** The ratio g for a role and the fields that were disclosed, clipped as the settings say. */
    double ratio(Role role, int disclosedBits) {
        double ratio;
        if (disclosedBits == 0) {
            ratio = SAYS_NOTHING / backgroundSaysNothing;
        } else {
            ratio = (1 - SAYS_NOTHING) / (1 - backgroundSaysNothing);
            for (Field field : Field.values()) {
                double leaked = settings.knows().get(role).contains(field) ? TELLS : GUESSES;
                double usual = background[field.ordinal()];
                boolean disclosed = (disclosedBits & 1 << field.ordinal()) != 0;
                ratio *= disclosed ? leaked / usual : (1 - leaked) / (1 - usual);
            }
        }
        return Math.min(Math.max(ratio, settings.knowledgeLow()), settings.knowledgeHigh());
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * Computes the likelihood ratio g of an incident's disclosed fields: callers with a custodian's data against background
 * callers ({@link BackgroundCallers}). Both are probabilities of the whole set of disclosed fields, so the expectation of
 * g under the background is 1, apart from its limits.
 *
 * <p>Callers with a custodian's data disclose a field that the custodian's role cannot know only by a guess; they
 * disclose each field that it knows with a probability (their habit) that is estimated from the custodian's incidents
 * in the order of time. Each incident is judged by the incidents before it, so that the product of the ratios is the
 * ratio of the series (a prequential likelihood: Dawid, "Statistical theory: the prequential approach", J. R. Statist.
 * Soc. A 147, 1984).
 */
final class DisclosureLikelihood {

    /** Prior probability that a caller discloses a field that the custodian knows, and its weight in incidents. */
    private static final double DISCLOSES = 0.5;

    private static final double DISCLOSES_WEIGHT = 3;

    /** Probability that a caller discloses a field that the custodian does not know. */
    private static final double GUESS = 0.03;

    /** Prior probability that no field is reported as disclosed, given a leak, and its weight in incidents. */
    private static final double DISCLOSES_NOTHING = 0.2;

    private static final double DISCLOSES_NOTHING_WEIGHT = 3;

    /** Leak level that is assumed when habits are estimated, in reported contacts per order touched. */
    static final double HABIT_LEVEL = 0.01;

    private static final int FIELDS = Field.values().length;

    private final BackgroundCallers background;
    private final ModelSettings settings;
    private final double[][] guessesByRole;
    private final int[][] knownByRole;

    DisclosureLikelihood(BackgroundCallers background, ModelSettings settings) {
        this.background = background;
        this.settings = settings;
        this.guessesByRole = new double[Role.values().length][];
        this.knownByRole = new int[Role.values().length][];
        for (Role role : Role.values()) {
            Set<Field> known = settings.knows().get(role);
            guessesByRole[role.ordinal()] = guesses(known);
            knownByRole[role.ordinal()] =
                    known.stream().mapToInt(Field::ordinal).sorted().toArray();
        }
    }

    /** Returns, for each set of disclosed fields, the probability of those that a role cannot know. */
    private static double[] guesses(Set<Field> known) {
        double[] probabilities = new double[1 << FIELDS];
        for (int bits = 0; bits < probabilities.length; bits++) {
            probabilities[bits] = 1;
            for (Field field : Field.values()) {
                if (!known.contains(field)) {
                    probabilities[bits] *= (bits & 1 << field.ordinal()) != 0 ? GUESS : 1 - GUESS;
                }
            }
        }
        return probabilities;
    }

    /**
     * Returns the likelihood ratios with background callers that are learned from an epoch's incidents.
     *
     * @param shares background share of an incident, by its index
     */
    static DisclosureLikelihood learn(EpochData data, IntToDoubleFunction shares) {
        BackgroundCallers.Sample sample = new BackgroundCallers.Sample();
        for (Incident incident : data.incidents()) {
            double age = (data.days().end() - incident.at) / (double) EventTime.DAY;
            double weight = StrictMath.pow(0.5, age / data.settings().knowledgeHalfLife());
            sample.add(incident.disclosed, weight * shares.applyAsDouble(incident.index));
        }
        boolean classes = data.settings().has(ModelComponent.CALLER_CLASSES);
        BackgroundCallers callers = classes ? BackgroundCallers.learn(sample) : BackgroundCallers.learnOneClass(sample);
        return new DisclosureLikelihood(callers, data.settings());
    }

    /**
     * Writes the ratio g of each candidate. A custodian's explanations are judged by the habit of the callers who use
     * its data. To estimate the habit, the share of an incident that comes from the custodian is computed as if it
     * leaked at {@link #HABIT_LEVEL} and no other custodian did. The ratio is 1 for candidates of incidents whose
     * attribution is final, and for all candidates if this model component is switched off.
     *
     * @param background background intensity by incident, per day
     * @param shares background share by incident, in [0, 1]
     * @param ratios by candidate
     */
    static void ratios(EpochData data, double[] background, double[] shares, double[] ratios) {
        Candidates candidates = data.candidates();
        Arrays.fill(ratios, 1);
        if (!data.settings().has(ModelComponent.FIELD_KNOWLEDGE)) {
            return;
        }
        DisclosureLikelihood likelihood = learn(data, incident -> shares[incident]);
        for (Account account : data.accounts()) {
            Habit habit = likelihood.new Habit(account.custodian().role());
            for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
                int i = candidates.incident[c];
                int disclosed = data.incidents().get(i).disclosed;
                ratios[c] = habit.ratio(disclosed);
                double rate = HABIT_LEVEL * candidates.weight[c] * ratios[c];
                habit.learn(disclosed, rate / (rate + background[i]));
            }
        }
    }

    /** The habit of the callers who use one custodian's data, estimated from the incidents so far. */
    final class Habit {
        private final int[] known;
        private final double[] guesses;
        private final double[] disclosures = new double[FIELDS];
        private double withDisclosure;
        private double all;

        Habit(Role role) {
            known = knownByRole[role.ordinal()];
            guesses = guessesByRole[role.ordinal()];
        }

        /**
         * Returns the ratio g for an incident, given the incidents before it; clipped to the limits of the settings.
         */
        double ratio(int disclosedBits) {
            double disclosesNothing = (DISCLOSES_NOTHING_WEIGHT * DISCLOSES_NOTHING + all - withDisclosure)
                    / (DISCLOSES_NOTHING_WEIGHT + all);
            double leak;
            if (disclosedBits == 0) {
                leak = disclosesNothing;
            } else {
                double each = 1 / (DISCLOSES_WEIGHT + withDisclosure);
                double product = guesses[disclosedBits];
                double nothing = guesses[0];
                for (int field : known) {
                    double discloses = (DISCLOSES_WEIGHT * DISCLOSES + disclosures[field]) * each;
                    product *= (disclosedBits & 1 << field) != 0 ? discloses : 1 - discloses;
                    nothing *= 1 - discloses;
                }
                leak = (1 - disclosesNothing) * product / (1 - nothing);
            }
            double ratio = leak / background.probability(disclosedBits);
            return Math.min(Math.max(ratio, settings.knowledgeLow()), settings.knowledgeHigh());
        }

        /** Adds an incident, weighted by the share that comes from this custodian. */
        void learn(int disclosedBits, double share) {
            all += share;
            if (disclosedBits == 0) {
                return;
            }
            withDisclosure += share;
            for (int field = 0; field < FIELDS; field++) {
                if ((disclosedBits & 1 << field) != 0) {
                    disclosures[field] += share;
                }
            }
        }
    }
}

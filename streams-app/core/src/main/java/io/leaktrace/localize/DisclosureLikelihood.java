package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.Set;

/**
 * Computes the likelihood ratio g of an incident's disclosed fields: callers with a custodian's data against background
 * callers.
 *
 * <p>Background callers disclose each field with its observed frequency. Callers with a custodian's data disclose a
 * field that the custodian's role cannot know only by a guess; they disclose each field that it knows with a
 * probability (their habit) that is estimated from the custodian's incidents in the order of time. Each incident is
 * judged by the incidents before it, so that the product of the ratios is the ratio of the series (a prequential
 * likelihood: Dawid, "Statistical theory: the prequential approach", J. R. Statist. Soc. A 147, 1984). A report without
 * any field has its own probability, because it may be incomplete.
 */
final class DisclosureLikelihood {

    /** Prior probability that a caller discloses a field that the custodian knows, and its weight in incidents. */
    private static final double DISCLOSES = 0.45;

    private static final double DISCLOSES_WEIGHT = 4;

    /** Probability that a caller discloses a field that the custodian does not know. */
    private static final double GUESS = 0.03;

    /** Prior probability that no field is reported as disclosed, given a leak, and its weight in incidents. */
    private static final double DISCLOSES_NOTHING = 0.2;

    private static final double DISCLOSES_NOTHING_WEIGHT = 4;

    /** The same prior probabilities for background callers, and their weight in incidents. */
    private static final double BACKGROUND_DISCLOSES = 0.15;

    private static final double BACKGROUND_DISCLOSES_NOTHING = 0.3;
    private static final double PRIOR_WEIGHT = 20;

    /** Leak level that is assumed when habits are estimated, in reported contacts per order touched. */
    private static final double HABIT_LEVEL = 0.01;

    private static final int FIELDS = Field.values().length;

    private final double[] background;
    private final double backgroundDisclosesNothing;
    private final ModelSettings settings;
    private final double[][] guessesByRole;

    private DisclosureLikelihood(double[] background, double backgroundDisclosesNothing, ModelSettings settings) {
        this.background = background;
        this.backgroundDisclosesNothing = backgroundDisclosesNothing;
        this.settings = settings;
        this.guessesByRole = new double[Role.values().length][];
        for (Role role : Role.values()) {
            guessesByRole[role.ordinal()] = guesses(settings.knows().get(role));
        }
    }

    /** Returns, for each set of disclosed fields, the ratio of the fields that a role cannot know. */
    private double[] guesses(Set<Field> known) {
        double[] ratios = new double[1 << FIELDS];
        for (int bits = 0; bits < ratios.length; bits++) {
            ratios[bits] = 1;
            for (Field field : Field.values()) {
                double usual = background[field.ordinal()];
                boolean disclosed = (bits & 1 << field.ordinal()) != 0;
                if (!known.contains(field)) {
                    ratios[bits] *= disclosed ? GUESS / usual : (1 - GUESS) / (1 - usual);
                }
            }
        }
        return ratios;
    }

    /** Sums over incidents, each weighted by a share. */
    static final class Sample {
        private final double[] disclosed = new double[FIELDS];
        private double withDisclosure;
        private double all;

        void add(int disclosedBits, double share) {
            all += share;
            if (disclosedBits == 0) {
                return;
            }
            withDisclosure += share;
            for (int field = 0; field < FIELDS; field++) {
                if ((disclosedBits & 1 << field) != 0) {
                    disclosed[field] += share;
                }
            }
        }
    }

    /** Returns the frequencies of background callers, estimated from a sample. */
    static DisclosureLikelihood learn(Sample sample, ModelSettings settings) {
        double[] background = new double[FIELDS];
        for (int field = 0; field < FIELDS; field++) {
            background[field] = (PRIOR_WEIGHT * BACKGROUND_DISCLOSES + sample.disclosed[field])
                    / (PRIOR_WEIGHT + sample.withDisclosure);
        }
        double disclosesNothing = (PRIOR_WEIGHT * BACKGROUND_DISCLOSES_NOTHING + sample.all - sample.withDisclosure)
                / (PRIOR_WEIGHT + sample.all);
        return new DisclosureLikelihood(background, disclosesNothing, settings);
    }

    /**
     * Returns the ratio g of each candidate. A custodian's explanations are judged by the habit of the callers who use
     * its data. To estimate the habit, the share of an incident that comes from the custodian is computed as if it
     * leaked at {@link #HABIT_LEVEL} and no other custodian did. The ratio is 1 for candidates of incidents whose
     * attribution is final, and for all candidates if this model component is switched off.
     *
     * @param background background intensity by incident, per day
     */
    static double[] ratios(EpochData data, double[] background) {
        Candidates candidates = data.candidates();
        double[] ratios = new double[candidates.size()];
        Arrays.fill(ratios, 1);
        if (!data.settings().has(ModelComponent.FIELD_KNOWLEDGE)) {
            return ratios;
        }
        int[] disclosed = new int[background.length];
        Sample sample = new Sample();
        for (Incident incident : data.incidents()) {
            double age = (data.days().end() - incident.at) / (double) EventTime.DAY;
            double weight = StrictMath.pow(0.5, age / data.settings().knowledgeHalfLife());
            disclosed[incident.index] = incident.disclosed;
            sample.add(incident.disclosed, weight);
        }
        DisclosureLikelihood knowledge = learn(sample, data.settings());
        for (Account account : data.accounts()) {
            Habit habit = knowledge.new Habit(account.custodian().role());
            for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
                int i = candidates.incident[c];
                double rate = HABIT_LEVEL * candidates.weight[c];
                ratios[c] = habit.ratio(disclosed[i]);
                habit.learn(disclosed[i], rate / (rate + background[i]));
            }
        }
        return ratios;
    }

    /** The habit of the callers who use one custodian's data, estimated from the incidents so far. */
    final class Habit {
        private final int[] known;
        private final double[] guesses;
        private final double[] disclosures = new double[FIELDS];
        private double withDisclosure;
        private double all;

        Habit(Role role) {
            known = settings.knows().get(role).stream()
                    .mapToInt(Field::ordinal)
                    .sorted()
                    .toArray();
            guesses = guessesByRole[role.ordinal()];
        }

        /**
         * Returns the ratio g for an incident, given the incidents before it; clipped to the limits of the settings.
         */
        double ratio(int disclosedBits) {
            double disclosesNothing = (DISCLOSES_NOTHING_WEIGHT * DISCLOSES_NOTHING + all - withDisclosure)
                    / (DISCLOSES_NOTHING_WEIGHT + all);
            double ratio;
            if (disclosedBits == 0) {
                ratio = disclosesNothing / backgroundDisclosesNothing;
            } else {
                ratio = (1 - disclosesNothing) / (1 - backgroundDisclosesNothing) * guesses[disclosedBits];
                double each = 1 / (DISCLOSES_WEIGHT + withDisclosure);
                for (int field : known) {
                    double discloses = (DISCLOSES_WEIGHT * DISCLOSES + disclosures[field]) * each;
                    boolean disclosed = (disclosedBits & 1 << field) != 0;
                    ratio *= disclosed ? discloses / background[field] : (1 - discloses) / (1 - background[field]);
                }
            }
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

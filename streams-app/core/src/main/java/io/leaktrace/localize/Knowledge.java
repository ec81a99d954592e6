package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.Set;

/**
 * How much what a caller knew speaks for a custodian and against the background: the likelihood ratio g.
 *
 * <p>Background callers disclose each field as often as they were found to. Callers who have a custodian's data disclose
 * none that its role cannot know, but for a guess, and of those it knows each as often as is the habit of those who use
 * this leak. The habit is learned from the custodian's incidents one after the other: each is judged by those before it,
 * so that the ratios of a series multiply to that of the whole (a prequential likelihood: Dawid, "Statistical theory: the
 * prequential approach", J. R. Statist. Soc. A 147, 1984). A report that names no field says less: it may be incomplete.
 */
final class Knowledge {

    /** Probability that a caller discloses a field that the leak gave away: a prior, and the incidents it is worth. */
    private static final double TELLS = 0.45;

    private static final double TELLS_WEIGHT = 4;

    /** Probability that a caller discloses a field that the leak did not give away. */
    private static final double GUESSES = 0.03;

    /** Probability that nothing is reported to have been disclosed, given a leak; a prior and its weight. */
    private static final double SAYS_NOTHING = 0.2;

    private static final double SAYS_NOTHING_WEIGHT = 4;

    /** Prior of the same two for background callers, and the incidents it is worth. */
    private static final double BACKGROUND_TELLS = 0.15;

    private static final double BACKGROUND_SAYS_NOTHING = 0.3;
    private static final double PRIOR_WEIGHT = 20;

    /** Leak level at which the habits of callers are learned, in reported contacts per order touched. */
    private static final double HABIT_LEVEL = 0.01;

    private static final int FIELDS = Field.values().length;

    private final double[] background;
    private final double backgroundSaysNothing;
    private final ModelSettings settings;
    private final double[][] guessesByRole;

    private Knowledge(double[] background, double backgroundSaysNothing, ModelSettings settings) {
        this.background = background;
        this.backgroundSaysNothing = backgroundSaysNothing;
        this.settings = settings;
        this.guessesByRole = new double[Role.values().length][];
        for (Role role : Role.values()) {
            guessesByRole[role.ordinal()] = guesses(settings.knows().get(role));
        }
    }

    /** For each set of disclosed fields, the ratio of those that a role cannot know. */
    private double[] guesses(Set<Field> known) {
        double[] ratios = new double[1 << FIELDS];
        for (int bits = 0; bits < ratios.length; bits++) {
            ratios[bits] = 1;
            for (Field field : Field.values()) {
                double usual = background[field.ordinal()];
                boolean disclosed = (bits & 1 << field.ordinal()) != 0;
                if (!known.contains(field)) {
                    ratios[bits] *= disclosed ? GUESSES / usual : (1 - GUESSES) / (1 - usual);
                }
            }
        }
        return ratios;
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

    /**
     * The ratio g of each candidate. Each custodian's explanations are judged by the habit of those who use its data;
     * how much of an incident comes from the custodian is taken as if it leaked at a middling level and no other did.
     * The ratio is 1 for candidates of incidents that are over, and for all if the settings leave out this part of the
     * model.
     *
     * @param background intensity of the background by incident, per day
     */
    static double[] ratios(EpochData data, double[] background) {
        Candidates candidates = data.candidates();
        double[] ratios = new double[candidates.size()];
        Arrays.fill(ratios, 1);
        if (!data.settings().has(Part.FIELD_KNOWLEDGE)) {
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
        Knowledge knowledge = learn(sample, data.settings());
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

    /** The habit of the callers who use one custodian's data, as far as it has been seen. */
    final class Habit {
        private final int[] known;
        private final double[] guesses;
        private final double[] told = new double[FIELDS];
        private double saidSomething;
        private double all;

        Habit(Role role) {
            known = settings.knows().get(role).stream()
                    .mapToInt(Field::ordinal)
                    .sorted()
                    .toArray();
            guesses = guessesByRole[role.ordinal()];
        }

        /** The ratio g for an incident, from the incidents before it; clipped as the settings say. */
        double ratio(int disclosedBits) {
            double saysNothing =
                    (SAYS_NOTHING_WEIGHT * SAYS_NOTHING + all - saidSomething) / (SAYS_NOTHING_WEIGHT + all);
            double ratio;
            if (disclosedBits == 0) {
                ratio = saysNothing / backgroundSaysNothing;
            } else {
                ratio = (1 - saysNothing) / (1 - backgroundSaysNothing) * guesses[disclosedBits];
                double each = 1 / (TELLS_WEIGHT + saidSomething);
                for (int field : known) {
                    double tells = (TELLS_WEIGHT * TELLS + told[field]) * each;
                    boolean disclosed = (disclosedBits & 1 << field) != 0;
                    ratio *= disclosed ? tells / background[field] : (1 - tells) / (1 - background[field]);
                }
            }
            return Math.min(Math.max(ratio, settings.knowledgeLow()), settings.knowledgeHigh());
        }

        /** Learns from an incident, as far as it comes from this custodian. */
        void learn(int disclosedBits, double share) {
            all += share;
            if (disclosedBits == 0) {
                return;
            }
            saidSomething += share;
            for (int field = 0; field < FIELDS; field++) {
                if ((disclosedBits & 1 << field) != 0) {
                    told[field] += share;
                }
            }
        }
    }
}

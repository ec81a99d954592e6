package io.leaktrace.localize;

import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
 *
 * <p>If an order says what the custodian saw of it, these fields replace those that its role can know.
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

    /**
     * By how much more a caller's knowledge may weigh for a custodian if a decoy was called: nobody else has the number, so
     * far fewer other callers know anything of an order.
     */
    private static final double DECOY_LIMIT = 10;

    private final BackgroundCallers background;
    private final BackgroundCallers ofDecoys;
    private final ModelSettings settings;
    private final Known[] knownByRole = new Known[Role.values().length];

    /** By bits of fields: what callers can know who have data with these fields; null until it is needed. */
    private static final AtomicReferenceArray<Known> KNOWN = new AtomicReferenceArray<>(1 << FIELDS);

    DisclosureLikelihood(BackgroundCallers background, ModelSettings settings) {
        this(background, new BackgroundCallers.Sample(), settings);
    }

    /** @param ofDecoys what background callers of decoys disclosed */
    private DisclosureLikelihood(
            BackgroundCallers background, BackgroundCallers.Sample ofDecoys, ModelSettings settings) {
        this.background = background;
        this.ofDecoys = background.ofDecoys(ofDecoys);
        this.settings = settings;
        for (Role role : Role.values()) {
            knownByRole[role.ordinal()] = known(Fields.bits(settings.knows().get(role)));
        }
    }

    /**
     * What callers can know who have data with some fields.
     *
     * @param fields their ordinals, ascending
     * @param guesses by set of disclosed fields, the probability of those that are not among these fields
     */
    private record Known(int bits, int[] fields, double[] guesses) {

        static Known of(int bits) {
            Set<Field> known = Fields.of(bits);
            return new Known(
                    bits, known.stream().mapToInt(Field::ordinal).sorted().toArray(), guesses(known));
        }

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
    }

    private static Known known(int bits) {
        Known known = KNOWN.get(bits);
        if (known == null) {
            known = Known.of(bits);
            KNOWN.set(bits, known);
        }
        return known;
    }

    /**
     * Returns the likelihood ratios with background callers that are learned from an epoch's incidents.
     *
     * @param shares background share of an incident, by its index
     */
    static DisclosureLikelihood learn(EpochData data, IntToDoubleFunction shares) {
        BackgroundCallers.Sample sample = new BackgroundCallers.Sample();
        BackgroundCallers.Sample sampleOfDecoys = new BackgroundCallers.Sample();
        IncidentColumns columns = data.columns();
        for (int i = 0; i < columns.size(); i++) {
            (columns.decoy[i] ? sampleOfDecoys : sample)
                    .add(columns.disclosed[i], columns.recency[i] * shares.applyAsDouble(i));
        }
        boolean classes = data.settings().has(ModelComponent.CALLER_CLASSES);
        BackgroundCallers callers = classes ? BackgroundCallers.learn(sample) : BackgroundCallers.learnOneClass(sample);
        return new DisclosureLikelihood(callers, sampleOfDecoys, data.settings());
    }

    /**
     * Writes the ratio g of each candidate. A custodian's explanations are judged by the habit of the callers who use
     * its data. To estimate the habit, the share of an incident that comes from the custodian is computed as if it
     * leaked at {@link #HABIT_LEVEL} and no other custodian did. Calls to decoys are judged by the habit,
     * but it is not learned from them: it would come to resemble what is said by those who dial at random, since that is
     * not learned either. The ratio is 1 for candidates of incidents whose attribution is final, and for all candidates if
     * this model component is switched off.
     *
     * @param background background intensity by incident, per day
     * @param shares background share by incident, in [0, 1]
     * @param ratios by candidate
     */
    static void ratios(EpochData data, double[] background, double[] shares, double[] ratios) {
        Arrays.fill(ratios, 1);
        if (!data.settings().has(ModelComponent.FIELD_KNOWLEDGE)) {
            return;
        }
        DisclosureLikelihood likelihood = learn(data, incident -> shares[incident]);
        data.workers().overCustodians(data.accounts().size(), (from, to) -> {
            likelihood.ratios(data.accounts().subList(from, to), data, background, ratios);
        });
    }

    /**
     * Writes the ratios of some custodians' candidates. The custodians take turns: each step of one waits for its step
     * before, and the processor does those of others meanwhile.
     */
    private void ratios(List<Account> accounts, EpochData data, double[] backgroundRate, double[] ratios) {
        Habit[] habits = new Habit[accounts.size()];
        int[] next = new int[habits.length];
        int[] end = new int[habits.length];
        int most = 0;
        for (int place = 0; place < habits.length; place++) {
            Account account = accounts.get(place);
            habits[place] = new Habit(account.custodian().role());
            next[place] = account.explanationsFrom();
            end[place] = account.explanationsTo();
            most = Math.max(most, end[place] - next[place]);
        }
        for (int turn = 0; turn < most; turn++) {
            for (int place = 0; place < habits.length; place++) {
                if (next[place] < end[place]) {
                    setRatio(habits[place], next[place]++, data, backgroundRate, ratios);
                }
            }
        }
    }

    private static void setRatio(Habit habit, int c, EpochData data, double[] backgroundRate, double[] ratios) {
        Candidates candidates = data.candidates();
        int i = candidates.incident[c];
        int disclosed = data.columns().disclosed[i];
        boolean decoy = data.columns().decoy[i];
        ratios[c] = candidates.hasSaw(c)
                ? candidates.weighSaw(c, saw -> habit.ratio(disclosed, decoy, saw))
                : habit.ratio(disclosed, decoy, Fields.OF_ROLE);
        if (!decoy) {
            double rate = HABIT_LEVEL * candidates.weight[c] * ratios[c];
            learn(habit, disclosed, rate / (rate + backgroundRate[i]), candidates, c);
        }
    }

    /** Adds a candidate's incident to a habit, with the share that comes from the custodian. */
    private static void learn(Habit habit, int disclosed, double share, Candidates candidates, int candidate) {
        if (!candidates.hasSaw(candidate) || candidates.weight[candidate] <= 0) {
            habit.learn(disclosed, share);
            return;
        }
        for (int number = 0; number < candidates.days(candidate); number++) {
            double part = candidates.weight(candidate, number) / candidates.weight[candidate];
            habit.learn(disclosed, candidates.saw(candidate, number), share * part);
        }
    }

    /** The habit of the callers who use one custodian's data, estimated from the incidents so far. */
    final class Habit {
        private final Known ofRole;
        private final double[] disclosures = new double[FIELDS];
        private double withDisclosure;
        private double all;

        /**
         * By field: the part of {@link #withDisclosure} without the field among the data; null if all incidents were of
         * data with the fields of the role.
         */
        private double[] unseen;

        Habit(Role role) {
            ofRole = knownByRole[role.ordinal()];
        }

        /** As the other method, of data with the fields that the role can know. */
        double ratio(int disclosedBits) {
            return ratio(disclosedBits, Fields.OF_ROLE);
        }

        /**
         * Returns the ratio g for an incident, given the incidents before it; clipped to the limits of the settings.
         *
         * <p>If the custodian saw less of an order than its role can know, fewer callers have anything to disclose. The
         * others are taken not to have called, so the probabilities of all sets of fields add up to less than 1.
         *
         * @param saw bits of the fields that the custodian saw of the order, or {@link Fields#OF_ROLE}
         */
        double ratio(int disclosedBits, int saw) {
            double ratio = probability(disclosedBits, saw) / background.probability(disclosedBits);
            return Math.min(Math.max(ratio, settings.knowledgeLow()), settings.knowledgeHigh());
        }

        /** Returns the ratio for an incident, which may be a decoy's; otherwise as the other method. */
        double ratio(int disclosedBits, boolean decoy, int saw) {
            return decoy ? ratioOfDecoy(disclosedBits, saw) : ratio(disclosedBits, saw);
        }

        /** Returns the ratio for an incident of a decoy, against callers of decoys. */
        double ratioOfDecoy(int disclosedBits, int saw) {
            double ratio = probability(disclosedBits, saw) / ofDecoys.probability(disclosedBits);
            return Math.min(Math.max(ratio, settings.knowledgeLow()), DECOY_LIMIT * settings.knowledgeHigh());
        }

        /** Returns the probability that a caller with the custodian's data discloses exactly these fields. */
        double probability(int disclosedBits, int saw) {
            Known known = seen(saw);
            double disclosesNothing = (DISCLOSES_NOTHING_WEIGHT * DISCLOSES_NOTHING + all - withDisclosure)
                    / (DISCLOSES_NOTHING_WEIGHT + all);
            if (known == ofRole && disclosedBits == 0) {
                return disclosesNothing;
            }
            double each = 1 / (DISCLOSES_WEIGHT + withDisclosure);
            double product = known.guesses[disclosedBits];
            double nothing = known.guesses[0];
            for (int field : known.fields) {
                double discloses = discloses(field, each);
                // Without a branch, which could not be predicted: d, or 1 − d.
                int disclosed = disclosedBits >> field & 1;
                product *= (1 - disclosed) + (2 * disclosed - 1) * discloses;
                nothing *= 1 - discloses;
            }
            double something = known == ofRole ? 1 - nothing : Math.max(1 - nothing, 1 - nothingOfRole(each));
            return disclosedBits == 0
                    ? disclosesNothing * (1 - nothing) / something
                    : (1 - disclosesNothing) * product / something;
        }

        private Known seen(int saw) {
            return saw == Fields.OF_ROLE ? ofRole : known(saw);
        }

        /** Returns the probability that a caller who has a field among the data discloses it. */
        private double discloses(int field, double each) {
            double disclosed = DISCLOSES_WEIGHT * DISCLOSES + disclosures[field];
            return unseen == null ? disclosed * each : disclosed / (DISCLOSES_WEIGHT + withDisclosure - unseen[field]);
        }

        /** Returns the probability that a caller with the fields of the role would disclose none. */
        private double nothingOfRole(double each) {
            double nothing = ofRole.guesses[0];
            for (int field : ofRole.fields) {
                nothing *= 1 - discloses(field, each);
            }
            return nothing;
        }

        /** As the other method, of data with the fields that the role can know. */
        void learn(int disclosedBits, double share) {
            learn(disclosedBits, Fields.OF_ROLE, share);
        }

        /**
         * Adds an incident, weighted by the share that comes from this custodian.
         *
         * @param saw bits of the fields that the custodian saw of the order, or {@link Fields#OF_ROLE}
         */
        void learn(int disclosedBits, int saw, double share) {
            all += share;
            if (disclosedBits == 0) {
                return;
            }
            if (unseen == null && saw != Fields.OF_ROLE) {
                unseen = new double[FIELDS];
                addUnseen(ofRole, withDisclosure);
            }
            withDisclosure += share;
            Known known = seen(saw);
            for (int field : known.fields) {
                // Without a branch, which could not be predicted.
                disclosures[field] += share * (disclosedBits >> field & 1);
            }
            if (unseen != null) {
                addUnseen(known, share);
            }
        }

        private void addUnseen(Known known, double share) {
            for (int field = 0; field < FIELDS; field++) {
                if ((known.bits & 1 << field) == 0) {
                    unseen[field] += share;
                }
            }
        }
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/**
 * The calls that are expected at the number of a decoy within the window after its order, by kind: those in which nothing
 * is disclosed, and those with facts, by the roles that can know all of these facts. They are Poisson distributed with
 * the densities of the model before it has learned from any incident ({@link DisclosureLikelihood}, {@link
 * BackgroundCallers}); the time of a call is not used.
 */
final class DecoyCalls {

    /** Kind of the calls in which nothing is disclosed; the others have facts. */
    static final int WITHOUT_FACTS = 0;

    private static final double DAYS_OF_MONTH = 30;

    private final List<Role> roles;
    private final double[] background;
    private final Map<Role, double[]> caused = new EnumMap<>(Role.class);

    /**
     * Creates the expectations of calls.
     *
     * @param distinguished the roles by which facts are distinguished
     */
    DecoyCalls(Collection<Role> distinguished, ModelSettings settings) {
        SortedSet<Role> sorted = new TreeSet<>(distinguished);
        this.roles = List.copyOf(sorted);
        BackgroundCallers callers = BackgroundCallers.learn(new BackgroundCallers.Sample());
        DisclosureLikelihood likelihood = new DisclosureLikelihood(callers, settings);
        for (Role role : Role.values()) {
            DisclosureLikelihood.Habit habit = likelihood.new Habit(role);
            caused.put(role, byKind(settings, bits -> habit.probability(bits, Fields.OF_ROLE)));
        }
        BackgroundCallers ofDecoys = callers.ofDecoys(new BackgroundCallers.Sample());
        this.background = byKind(settings, ofDecoys::probability);
        double calls = settings.decoyBackground() * settings.windowDays() / DAYS_OF_MONTH;
        for (int kind = 0; kind < background.length; kind++) {
            background[kind] *= calls;
        }
    }

    private double[] byKind(ModelSettings settings, IntToDoubleFunction probability) {
        double[] kinds = new double[1 + (1 << roles.size())];
        for (int bits = 0; bits < 1 << Field.values().length; bits++) {
            kinds[kind(bits, settings)] += probability.applyAsDouble(bits);
        }
        return kinds;
    }

    private int kind(int disclosed, ModelSettings settings) {
        if (disclosed == 0) {
            return WITHOUT_FACTS;
        }
        int able = 0;
        for (int i = 0; i < roles.size(); i++) {
            int knows = Fields.bits(settings.knows().get(roles.get(i)));
            able |= (disclosed & ~knows) == 0 ? 1 << i : 0;
        }
        return 1 + able;
    }

    /** Returns the number of kinds. */
    int kinds() {
        return background.length;
    }

    /** Returns the kind of a call whose facts all of these roles can know. */
    int kindOfAll() {
        return 1 << roles.size();
    }

    /** Returns the number of calls of a kind that are expected without a leak. */
    double background(int kind) {
        return background[kind];
    }

    /** Returns the probability that a call that a custodian of this role caused is of a kind. */
    double caused(Role role, int kind) {
        return caused.get(role)[kind];
    }

    /**
     * Returns the probabilities of what is observed at a decoy: the first call with facts, by its kind; if there is none,
     * a call without facts; and at the last index, no call.
     *
     * @param expected number of calls, by kind
     */
    static double[] outcomes(double[] expected) {
        double facts = 0;
        for (int kind = WITHOUT_FACTS + 1; kind < expected.length; kind++) {
            facts += expected[kind];
        }
        double none = StrictMath.exp(-facts);
        double[] outcomes = new double[expected.length + 1];
        for (int kind = WITHOUT_FACTS + 1; kind < expected.length; kind++) {
            outcomes[kind] = facts > 0 ? (1 - none) * expected[kind] / facts : 0;
        }
        double silent = StrictMath.exp(-expected[WITHOUT_FACTS]);
        outcomes[WITHOUT_FACTS] = none * (1 - silent);
        outcomes[expected.length] = none * silent;
        return outcomes;
    }
}

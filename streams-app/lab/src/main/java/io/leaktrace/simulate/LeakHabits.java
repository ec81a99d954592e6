package io.leaktrace.simulate;

import io.leaktrace.domain.Field;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Behaviour of the scammers who have the data of one leak.
 *
 * @param leadTime distribution of the time from a touch to the call
 * @param longestLead maximum lead time, in seconds; longer ones are drawn again
 * @param discloses for each field that was leaked, the probability that a caller discloses it
 * @param quotes probability that a caller names the order
 * @param byDay whether calls that would come at night are moved to the daytime
 */
record LeakHabits(LeadTime leadTime, long longestLead, Map<Field, Double> discloses, double quotes, boolean byDay) {

    /** A distribution of lead times, in days. */
    @FunctionalInterface
    interface LeadTime {
        double days(RandomStream random);
    }

    LeakHabits {
        discloses = inOrder(discloses);
    }

    /** A copy in the order of the fields, so that equal seeds draw equal numbers. */
    static Map<Field, Double> inOrder(Map<Field, Double> probabilities) {
        Map<Field, Double> sorted = new EnumMap<>(Field.class);
        sorted.putAll(probabilities);
        return Collections.unmodifiableMap(sorted);
    }

    /** Seconds from touch to call, above 0 and at most {@link #longestLead}. */
    long seconds(RandomStream random) {
        while (true) {
            double seconds = leadTime.days(random) * ContactMaker.DAY;
            if (seconds <= longestLead) {
                return Math.max(1, (long) seconds);
            }
        }
    }

    /** The fields that a caller discloses. */
    Set<Field> disclosed(RandomStream random) {
        return disclosed(discloses, random);
    }

    /** Returns the probability that a caller discloses exactly these fields, and names the order or does not. */
    double probability(Set<Field> disclosed, boolean quoting) {
        return probability(discloses, disclosed) * (quoting ? quotes : 1 - quotes);
    }

    /** Returns the probability that exactly these fields are drawn. */
    static double probability(Map<Field, Double> probabilities, Set<Field> disclosed) {
        if (!probabilities.keySet().containsAll(disclosed)) {
            return 0;
        }
        double product = 1;
        for (Map.Entry<Field, Double> field : probabilities.entrySet()) {
            product *= disclosed.contains(field.getKey()) ? field.getValue() : 1 - field.getValue();
        }
        return product;
    }

    /** Fields drawn independently, each with its probability. */
    static Set<Field> disclosed(Map<Field, Double> probabilities, RandomStream random) {
        Set<Field> disclosed = EnumSet.noneOf(Field.class);
        probabilities.forEach((field, probability) -> {
            if (random.chance(probability)) {
                disclosed.add(field);
            }
        });
        return disclosed;
    }
}

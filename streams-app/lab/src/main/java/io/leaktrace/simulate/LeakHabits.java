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

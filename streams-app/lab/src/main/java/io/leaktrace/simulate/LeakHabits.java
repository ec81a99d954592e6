package io.leaktrace.simulate;

import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Behaviour of scammers with leaked orders. A lead time is log-normal or, for some victims, exponential.
 *
 * @param quickShare share of the victims whose lead time is log-normal
 * @param quickMedian median of the log-normal lead time, in days; its σ is 1
 * @param slowMean mean of the exponential lead time, in days
 * @param disclosure probability that a caller discloses a field that was leaked
 * @param quotes probability that a caller names the order
 * @param gives the fields that a leak at a role contains
 */
record LeakHabits(
        double quickShare,
        double quickMedian,
        double slowMean,
        double disclosure,
        double quotes,
        Map<Role, Set<Field>> gives) {

    private static final double QUICK_SIGMA = 1.0;
    private static final double USUAL_TELLS = 0.6;
    private static final double USUAL_QUOTES = 0.25;

    /** The model's assumptions about lead times and the fields known to a role. */
    static final LeakHabits USUAL = new LeakHabits(0.8, 1, 5, USUAL_TELLS, USUAL_QUOTES, known());

    /** Everything takes twice as long. */
    static final LeakHabits TWICE_AS_SLOW = new LeakHabits(0.8, 2, 10, USUAL_TELLS, USUAL_QUOTES, known());

    /** Callers who disclose nothing about the order and call late. */
    static final LeakHabits SLOW_AND_SILENT = new LeakHabits(0, 1, 10, 0, 0, known());

    /** Nodes that know the product, and sellers that know neither phone number nor address. */
    static final LeakHabits OTHER_KNOWLEDGE = new LeakHabits(0.8, 1, 5, USUAL_TELLS, USUAL_QUOTES, otherKnowledge());

    LeakHabits {
        gives = Collections.unmodifiableMap(new EnumMap<>(gives));
    }

    private static Map<Role, Set<Field>> known() {
        Map<Role, Set<Field>> known = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            known.put(role, role.knows());
        }
        return known;
    }

    private static Map<Role, Set<Field>> otherKnowledge() {
        Map<Role, Set<Field>> known = known();
        known.put(
                Role.LOGISTICS_NODE,
                EnumSet.of(Field.PRODUCT, Field.PRICE, Field.NAME, Field.PHONE, Field.ADDRESS, Field.TRACKING_NUMBER));
        known.put(Role.SELLER, EnumSet.of(Field.PRODUCT, Field.ORDER_TIME, Field.PRICE, Field.NAME));
        return known;
    }

    /** Seconds from touch to call, above 0 and at most {@link LeakCalls#LONGEST_LEAD}. */
    long leadTime(RandomStream random) {
        while (true) {
            double seconds = random.chance(quickShare)
                    ? random.logNormal(quickMedian * ContactMaker.DAY, QUICK_SIGMA)
                    : random.exponential(slowMean * ContactMaker.DAY);
            if (seconds <= LeakCalls.LONGEST_LEAD) {
                return Math.max(1, (long) seconds);
            }
        }
    }

    /** The fields that a caller discloses after a leak at this role. */
    Set<Field> disclosed(Role role, RandomStream random) {
        Set<Field> disclosed = EnumSet.noneOf(Field.class);
        for (Field field : Field.values()) {
            if (gives.get(role).contains(field) && random.chance(disclosure)) {
                disclosed.add(field);
            }
        }
        return disclosed;
    }
}

package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.simulate.LeakHabits.LeadTime;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Kinds of scammers who use leaked orders. A kind decides the habits of the callers of each leak; the densities of
 * {@link #VARIED} are of families that the model does not contain.
 */
enum LeakCallers {
    /** The same habits for every leak: log-normal and exponential lead times, all fields equally often. */
    UNIFORM,
    /** Fields, quoted orders and the shape of the lead times differ from leak to leak. */
    VARIED,
    /** As {@link #VARIED}, but all lead times are twice as long. */
    TWICE_AS_SLOW,
    /** As {@link #VARIED}, but nodes know the product, and sellers know neither phone number nor address. */
    OTHER_KNOWLEDGE,
    /** As {@link #VARIED}, of orders whose buyer is encrypted for most sellers. */
    ENCRYPTED,
    /** Callers who disclose nothing about the order and call after ten days in the mean, at most 14. */
    SLOW_AND_SILENT,
    /** Callers who know name and phone number as most background callers do, and call after eight days in the mean. */
    SILENT,
    /** Callers who call 15 to 70 minutes after the order, by day and night. */
    WITHIN_THE_HOUR,
    /** Callers who call six hours after the order in the mean. */
    WITHIN_A_DAY;

    /** Maximum time from a touch to the call that it causes, for most kinds: 14 days, in seconds. */
    static final long LONGEST_LEAD = 14L * ContactMaker.DAY;

    private static final long LONGEST_SILENT_LEAD = 60L * ContactMaker.DAY;

    private static final double MINUTES_OF_DAY = 24 * 60;

    /** The habits of the callers who have the data of this custodian. */
    LeakHabits habits(Custodian leaking, long seed) {
        Set<Field> leaked =
                switch (this) {
                    case OTHER_KNOWLEDGE -> otherKnowledge(leaking.role());
                    case ENCRYPTED -> EncryptedOrders.seenBy(leaking, seed);
                    default -> leaking.role().knows();
                };
        RandomStream random = RandomStream.of(seed, "habits of the callers of", leaking.toString());
        return switch (this) {
            case UNIFORM ->
                new LeakHabits(
                        r -> r.chance(0.8) ? r.logNormal(1, 1) : r.exponential(5),
                        LONGEST_LEAD,
                        all(leaked, 0.6),
                        0.25,
                        true);
            case VARIED, OTHER_KNOWLEDGE, ENCRYPTED -> varied(leaked, leadTime(random, 1), random, true);
            case TWICE_AS_SLOW -> varied(leaked, leadTime(random, 2), random, true);
            case SLOW_AND_SILENT -> new LeakHabits(r -> r.exponential(10), LONGEST_LEAD, Map.of(), 0, true);
            case SILENT ->
                new LeakHabits(
                        r -> r.exponential(8),
                        LONGEST_SILENT_LEAD,
                        Map.of(Field.NAME, 0.45, Field.PHONE, 0.35),
                        0,
                        true);
            case WITHIN_THE_HOUR -> varied(leaked, r -> r.uniform(15, 70) / MINUTES_OF_DAY, random, false);
            case WITHIN_A_DAY -> varied(leaked, r -> r.gamma(2, 6 / 24.0), random, true);
        };
    }

    private static Map<Field, Double> all(Set<Field> fields, double probability) {
        Map<Field, Double> discloses = new EnumMap<>(Field.class);
        fields.forEach(field -> discloses.put(field, probability));
        return discloses;
    }

    /** Some fields are not in the thieves' copy or not in their script; the others are used more or less often. */
    private static LeakHabits varied(Set<Field> leaked, LeadTime leadTime, RandomStream random, boolean byDay) {
        Map<Field, Double> discloses = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            boolean used = !random.chance(0.15);
            double probability = random.uniform(0.35, 0.95);
            if (used && leaked.contains(field)) {
                discloses.put(field, probability);
            }
        }
        double quotes = random.chance(0.5) ? random.uniform(0, 0.1) : random.uniform(0.1, 0.6);
        return new LeakHabits(leadTime, LONGEST_LEAD, discloses, quotes, byDay);
    }

    /** One of three shapes with random parameters: gamma, Weibull, or a peak on the next day with a flat rest. */
    private static LeadTime leadTime(RandomStream random, double factor) {
        int family = random.below(3);
        double scale = factor * 0.7 * StrictMath.pow(6, random.uniform());
        double form = random.uniform();
        return switch (family) {
            case 0 -> r -> r.gamma(1.5 + 2.5 * form, scale);
            case 1 -> r -> r.weibull(0.6 + 1.4 * form, scale);
            default -> r -> factor * (r.chance(0.4 + 0.4 * form) ? r.triangular(0.65, 1.4) : r.uniform(0.1, 12));
        };
    }

    private static Set<Field> otherKnowledge(Role role) {
        return switch (role) {
            case LOGISTICS_NODE ->
                EnumSet.of(Field.PRODUCT, Field.PRICE, Field.NAME, Field.PHONE, Field.ADDRESS, Field.TRACKING_NUMBER);
            case SELLER -> EnumSet.of(Field.PRODUCT, Field.ORDER_TIME, Field.PRICE, Field.NAME);
            default -> role.knows();
        };
    }
}

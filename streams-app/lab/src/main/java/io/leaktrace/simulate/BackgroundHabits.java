package io.leaktrace.simulate;

import io.leaktrace.domain.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What background callers know. They use sources of data outside of this market, each of which has its own habits: old
 * leaks and data of other platforms, data of banks, lists of names and phone numbers.
 */
final class BackgroundHabits {

    /** Fields of an order, of which a caller from an informed source discloses at least one. */
    static final Set<Field> ORDER_FACTS = Set.of(Field.PRODUCT, Field.ORDER_TIME, Field.PRICE, Field.ADDRESS);

    /** Fields of which a caller from a bank-like source discloses at least one. */
    static final Set<Field> BANK_FACTS = Set.of(Field.ID_NUMBER, Field.BANK_CARD);

    static final double INFORMED_SHARE = 0.3;
    static final double BANK_LIKE_SHARE = 0.1;

    private static final int INFORMED_SOURCES = 15;
    private static final int BANK_LIKE_SOURCES = 6;
    private static final int SPAM_SOURCES = 30;

    private static final double ORDER_FACT_IS_MISSING = 0.25;

    /**
     * A source of data and the habits of those who use it.
     *
     * @param quotes probability that a caller names an order of the buyer
     * @param knows for each field that can be known, the probability that a caller discloses it
     * @param required fields of which each call discloses at least one; empty for none
     */
    record Source(String name, double quotes, Map<Field, Double> knows, Set<Field> required) {

        Source {
            knows = LeakHabits.inOrder(knows);
        }

        /** The fields that a caller discloses. */
        Set<Field> disclosed(RandomStream random) {
            while (true) {
                Set<Field> disclosed = LeakHabits.disclosed(knows, random);
                if (required.isEmpty() || !Collections.disjoint(disclosed, required)) {
                    return disclosed;
                }
            }
        }

        /** The probability that a caller discloses exactly these fields, and names one of the buyer's orders or none. */
        double probability(Set<Field> disclosed, boolean quoting) {
            if (!required.isEmpty() && Collections.disjoint(disclosed, required)) {
                return 0;
            }
            double noneRequired = required.isEmpty() ? 0 : 1;
            for (Field field : required) {
                noneRequired *= 1 - knows.getOrDefault(field, 0.0);
            }
            return LeakHabits.probability(knows, disclosed) / (1 - noneRequired) * (quoting ? quotes : 1 - quotes);
        }
    }

    private final List<Source> sources;
    private final WeightedChoice choice;

    private BackgroundHabits(List<Source> sources, double[] weights) {
        this.sources = List.copyOf(sources);
        this.choice = new WeightedChoice(weights);
    }

    /** One source with little knowledge of every kind, in which fields are independent. */
    static BackgroundHabits plain() {
        Map<Field, Double> knows = Map.of(
                Field.NAME, 0.35,
                Field.PHONE, 0.3,
                Field.ADDRESS, 0.1,
                Field.PRODUCT, 0.08,
                Field.ORDER_TIME, 0.05,
                Field.PRICE, 0.03,
                Field.TRACKING_NUMBER, 0.03,
                Field.ID_NUMBER, 0.04,
                Field.BANK_CARD, 0.03);
        return new BackgroundHabits(List.of(new Source("plain", 0.02, knows, Set.of())), new double[] {1});
    }

    /**
     * Sources drawn by the seed: 30% of the calls disclose something about an order, 10% an ID number or bank card, and
     * the rest at most name and phone number.
     */
    static BackgroundHabits informed(long seed) {
        List<Source> sources = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (int i = 0; i < INFORMED_SOURCES; i++) {
            RandomStream random = RandomStream.of(seed, "informed source", Integer.toString(i));
            Map<Field, Double> knows = new EnumMap<>(Field.class);
            // Without a field that is not rare, most draws would be repeated.
            while (knows.values().stream().noneMatch(probability -> probability > 0.3)) {
                for (Field field : ORDER_FACTS.stream().sorted().toList()) {
                    if (!random.chance(ORDER_FACT_IS_MISSING)) {
                        knows.put(field, random.uniform(0.2, 0.9));
                    }
                }
            }
            knows.put(Field.NAME, random.uniform(0.3, 0.9));
            knows.put(Field.PHONE, random.uniform(0.3, 0.9));
            knows.put(Field.TRACKING_NUMBER, random.uniform(0, 0.2));
            sources.add(new Source("informed-" + i, 0.05, knows, ORDER_FACTS));
        }
        add(weights, INFORMED_SOURCES, INFORMED_SHARE);
        for (int i = 0; i < BANK_LIKE_SOURCES; i++) {
            RandomStream random = RandomStream.of(seed, "bank-like source", Integer.toString(i));
            Map<Field, Double> knows = new EnumMap<>(Field.class);
            knows.put(Field.NAME, random.uniform(0.5, 0.95));
            knows.put(Field.PHONE, random.uniform(0.2, 0.8));
            knows.put(Field.ID_NUMBER, random.uniform(0.2, 0.9));
            knows.put(Field.BANK_CARD, random.uniform(0.2, 0.9));
            sources.add(new Source("bank-like-" + i, 0, knows, BANK_FACTS));
        }
        add(weights, BANK_LIKE_SOURCES, BANK_LIKE_SHARE);
        for (int i = 0; i < SPAM_SOURCES; i++) {
            RandomStream random = RandomStream.of(seed, "spam source", Integer.toString(i));
            Map<Field, Double> knows = new EnumMap<>(Field.class);
            knows.put(Field.NAME, random.uniform(0.1, 0.8));
            knows.put(Field.PHONE, random.uniform(0.1, 0.6));
            sources.add(new Source("spam-" + i, 0, knows, Set.of()));
        }
        add(weights, SPAM_SOURCES, 1 - INFORMED_SHARE - BANK_LIKE_SHARE);
        return new BackgroundHabits(
                sources, weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Adds weights of few large and many small sources, which add up to the share. */
    private static void add(List<Double> weights, int sources, double share) {
        double[] sizes = WeightedChoice.tail(sources, 1, 1);
        double total = Arrays.stream(sizes).sum();
        for (double size : sizes) {
            weights.add(share * size / total);
        }
    }

    /** The probability that a caller discloses exactly these fields, and names one of the buyer's orders or none. */
    double probability(Set<Field> disclosed, boolean quoting) {
        double sum = 0;
        for (int i = 0; i < sources.size(); i++) {
            sum += choice.share(i) * sources.get(i).probability(disclosed, quoting);
        }
        return sum;
    }

    /** The source of a call. */
    Source source(RandomStream random) {
        // A single source needs no draw.
        return sources.get(sources.size() == 1 ? 0 : choice.draw(random));
    }
}

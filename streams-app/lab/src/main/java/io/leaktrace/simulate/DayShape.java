package io.leaktrace.simulate;

/** A distribution over the hours of the local day. */
final class DayShape {

    static final int SECONDS_OF_DAY = 86_400;

    /** Orders: few at night, most in the late morning and in the evening. */
    static final DayShape SHOPPING = new DayShape(
            new double[] {8, 4, 2, 1, 1, 2, 5, 12, 25, 45, 55, 50, 42, 42, 46, 46, 44, 40, 36, 44, 58, 62, 48, 22});

    private final WeightedChoice hours;

    /** @param weights 24 weights, not negative and not all 0 */
    DayShape(double[] weights) {
        if (weights.length != 24) {
            throw new IllegalArgumentException("a day has 24 hours, not " + weights.length);
        }
        hours = new WeightedChoice(weights);
    }

    /** A random second of the local day. */
    int secondOfDay(RandomStream random) {
        return hours.draw(random) * 3600 + random.below(3600);
    }
}

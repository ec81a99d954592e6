package io.leaktrace.testing;

import java.util.Random;

/** Seeds of random tests: new each time and printed, or given by {@code -Dseed=N}, so that a failure can be repeated. */
public final class Seed {

    /** Short enough to be typed. */
    private static final int SEEDS = 1_000_000_000;

    private Seed() {}

    /**
     * Returns the seed of a test and prints it: the one given by {@code -Dseed=N}, or a new one.
     *
     * @param test name under which the seed is printed
     */
    public static long of(String test) {
        long seed = of(System.getProperty("seed"), new Random());
        System.out.println(test + ", seed " + seed + "; -Dseed=" + seed + " repeats it");
        return seed;
    }

    /**
     * Returns the seed that was given, or a new one.
     *
     * @param given a whole number, or null
     * @throws IllegalArgumentException if it is no whole number: a seed that is not used would not repeat anything
     */
    static long of(String given, Random random) {
        if (given == null) {
            return random.nextInt(SEEDS);
        }
        try {
            return Long.parseLong(given);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-Dseed takes a whole number, not '" + given + "'", e);
        }
    }
}

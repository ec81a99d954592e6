package io.leaktrace.simulate;

import java.util.SplittableRandom;

/**
 * A stream of random numbers that belongs to one concern (this seller's region, that buyer's nuisance calls), so that
 * drawing more of the one changes nothing of the other. Only the raw bits come from the JDK; everything is made of them
 * here and with StrictMath, so that a seed gives the same market on every machine and every Java version.
 */
final class RandomStream {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final SplittableRandom bits;

    private RandomStream(long seed) {
        this.bits = new SplittableRandom(seed);
    }

    /** The stream of a concern under a seed. */
    static RandomStream of(long seed, String concern) {
        return new RandomStream(mixed(seed ^ mixed(hash(FNV_OFFSET, concern))));
    }

    /** The stream of one among many under a concern: a day, a buyer, a touch. */
    static RandomStream of(long seed, String concern, String one) {
        return new RandomStream(mixed(seed ^ mixed(hash(hash(FNV_OFFSET, concern) * FNV_PRIME, one))));
    }

    /** A number that is the same for the same text, in [0, bound). */
    static int hashed(String text, int bound) {
        return (int) (((mixed(hash(FNV_OFFSET, text)) >>> 32) * bound) >>> 32);
    }

    /** Evenly in [0, 1). */
    double uniform() {
        return (bits.nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Evenly in [from, to). */
    double uniform(double from, double to) {
        return from + (to - from) * uniform();
    }

    boolean chance(double probability) {
        return uniform() < probability;
    }

    /** Evenly among 0 … bound-1. */
    int below(int bound) {
        return (int) (((bits.nextLong() >>> 32) * bound) >>> 32);
    }

    double exponential(double mean) {
        return -mean * StrictMath.log(1 - uniform());
    }

    double gaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
        return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
    }

    double logNormal(double median, double sigma) {
        return median * StrictMath.exp(sigma * gaussian());
    }

    /** A Poisson number; above a mean of 60 the nearest normal one, not below 0. */
    int poisson(double mean) {
        if (mean > 60) {
            return (int) Math.max(0, StrictMath.rint(mean + StrictMath.sqrt(mean) * gaussian()));
        }
        double u = uniform();
        if (u < 1 - mean) {
            return 0; // exp(-mean) is at least 1 - mean; sparing the exponential makes rare events cheap
        }
        double probability = StrictMath.exp(-mean);
        double sum = probability;
        int n = 0;
        while (u >= sum && n < 1000) {
            n++;
            probability *= mean / n;
            sum += probability;
        }
        return n;
    }

    /** 0 … n-1 in random order. */
    int[] shuffled(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long hash(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** The finalizer of SplitMix64: neighbouring seeds give unrelated streams. */
    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}

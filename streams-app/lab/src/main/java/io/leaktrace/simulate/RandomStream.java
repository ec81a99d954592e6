package io.leaktrace.simulate;

import java.util.SplittableRandom;

/**
 * A stream of random numbers for one concern (a seller's hub, a buyer's background calls), so that additional draws
 * from one stream do not change another. Only the raw bits come from the JDK; distributions are computed here with
 * StrictMath, so that a seed gives the same market on every machine and Java version.
 */
final class RandomStream {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final SplittableRandom bits;

    private RandomStream(long seed) {
        this.bits = new SplittableRandom(seed);
    }

    /** The stream of a concern for a seed. */
    static RandomStream of(long seed, String concern) {
        return new RandomStream(mixed(seed ^ mixed(hash(FNV_OFFSET, concern))));
    }

    /** The stream of one item of a concern for a seed: a day, a buyer, a touch. */
    static RandomStream of(long seed, String concern, String one) {
        return new RandomStream(mixed(seed ^ mixed(hash(hash(FNV_OFFSET, concern) * FNV_PRIME, one))));
    }

    /** A hash of the text, in [0, bound). */
    static int hashed(String text, int bound) {
        return (int) (((mixed(hash(FNV_OFFSET, text)) >>> 32) * bound) >>> 32);
    }

    /** Uniform in [0, 1). */
    double uniform() {
        return (bits.nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [from, to). */
    double uniform(double from, double to) {
        return from + (to - from) * uniform();
    }

    boolean chance(double probability) {
        return uniform() < probability;
    }

    /** Uniform in 0 … bound-1. */
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

    /** A gamma number with this shape, at least 1, and mean (Marsaglia and Tsang 2000). */
    double gamma(double shape, double mean) {
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = gaussian();
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            if (v > 0 && StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                return mean / shape * d * v;
            }
        }
    }

    double weibull(double shape, double scale) {
        return scale * StrictMath.pow(-StrictMath.log(1 - uniform()), 1 / shape);
    }

    /** A number in [from, to) with a symmetric triangular density. */
    double triangular(double from, double to) {
        return from + (to - from) * (uniform() + uniform()) / 2;
    }

    /** A Poisson number; for means above 60 a rounded normal number, at least 0. */
    int poisson(double mean) {
        if (mean > 60) {
            return (int) Math.max(0, StrictMath.rint(mean + StrictMath.sqrt(mean) * gaussian()));
        }
        double u = uniform();
        if (u < 1 - mean) {
            return 0; // exp(-mean) is at least 1 - mean; avoiding the exponential makes rare events cheap
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

    /** The finalizer of SplitMix64, so that adjacent seeds give unrelated streams. */
    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}

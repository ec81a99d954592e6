package io.leaktrace.localize;

/**
 * The logarithm with the same bits as that of {@link StrictMath}, which calls C up to JDK 20. Each epoch takes a million
 * logarithms.
 *
 * <p>Written from the algorithm and with the coefficients of fdlibm (Sun Microsystems, 1993, e_log.c), by which StrictMath
 * is specified. Arguments that do not occur here go to StrictMath itself.
 */
final class FdLibm {

    /** The high part of ln 2 has 33 bits, so that its product with an exponent is exact. */
    private static final double LN2_HIGH = 0x1.62e42feep-1;

    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

    private static final double L1 = 0x1.5555555555593p-1;
    private static final double L2 = 0x1.999999997fa04p-2;
    private static final double L3 = 0x1.2492494229359p-2;
    private static final double L4 = 0x1.c71c51d8e78afp-3;
    private static final double L5 = 0x1.7466496cb03dep-3;
    private static final double L6 = 0x1.39a09d078c69fp-3;
    private static final double L7 = 0x1.2f112df3e5244p-3;

    private static final int MANTISSA_BITS = 52;
    private static final int BIAS = 1023;
    private static final long LEAST_NORMAL = 1L << MANTISSA_BITS;
    private static final long INFINITE = 0x7ffL << MANTISSA_BITS;

    private FdLibm() {}

    /** Returns what {@link StrictMath#log} returns. */
    static double log(double x) {
        long bits = Double.doubleToRawLongBits(x);
        if (bits < LEAST_NORMAL || bits >= INFINITE) {
            return StrictMath.log(x);
        }
        // x = 2^k (1 + f), with 1 + f between √½ and √2.
        int mantissa = (int) (bits >>> 32) & 0xfffff;
        int carry = mantissa + 0x95f64 & 0x100000;
        int k = (int) (bits >>> MANTISSA_BITS) - BIAS + (carry >> 20);
        long exponent = (long) (carry ^ 0x3ff00000) << 32;
        double f = Double.longBitsToDouble(bits & LEAST_NORMAL - 1 | exponent) - 1;
        if ((mantissa + 2 & 0xfffff) < 3) {
            return nearPowerOfTwo(f, k);
        }
        double s = f / (2 + f);
        double z = s * s;
        double w = z * z;
        double even = w * (L2 + w * (L4 + w * L6));
        double odd = z * (L1 + w * (L3 + w * (L5 + w * L7)));
        double rest = odd + even;
        if (mantissa >= 0x6147a && mantissa <= 0x6b851) {
            double half = 0.5 * f * f;
            return k == 0
                    ? f - (half - s * (half + rest))
                    : k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f);
        }
        return k == 0 ? f - s * (f - rest) : k * LN2_HIGH - (s * (f - rest) - k * LN2_LOW - f);
    }

    /** Returns ln 2^k (1 + f) for an f that is smaller than about 2^−20. */
    private static double nearPowerOfTwo(double f, int k) {
        if (f == 0) {
            return k == 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
        }
        double rest = f * f * (0.5 - 0.33333333333333333 * f);
        return k == 0 ? f - rest : k * LN2_HIGH - (rest - k * LN2_LOW - f);
    }
}

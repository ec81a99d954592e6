package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.testing.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FdLibmTest {

    private static final int DRAWS = 2_000_000;

    private static final double[] SPECIAL = {
        0,
        -0.0,
        1,
        -1,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        Math.E,
        Math.sqrt(2),
        Math.sqrt(0.5),
        1 + 0x1p-20,
        1 - 0x1p-20
    };

    /** Any bits, numbers around 1 and powers of two, usual ones, and subnormal ones. */
    private static double draw(SplittableRandom random) {
        double fraction = random.nextDouble();
        return switch (random.nextInt(4)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> Math.scalb(1 + (fraction - 0.5) * 0x1p-18, random.nextInt(-1030, 1030));
            case 2 -> Math.scalb(1 + fraction, random.nextInt(-4, 4));
            default -> fraction * Double.MIN_NORMAL;
        };
    }

    private static void checkSame(double x) {
        double expected = StrictMath.log(x);
        double actual = FdLibm.log(x);
        if (Double.doubleToLongBits(expected) != Double.doubleToLongBits(actual)) {
            assertEquals(expected, actual, "of " + x + " = " + Double.toHexString(x));
        }
    }

    @Test
    void logarithmHasTheBitsOfStrictMath() {
        SplittableRandom random = new SplittableRandom(Seed.of("FdLibmTest"));
        for (double special : SPECIAL) {
            for (double near : new double[] {special, -special, Math.nextUp(special), Math.nextDown(special)}) {
                checkSame(near);
            }
        }
        for (int i = 0; i < DRAWS; i++) {
            checkSame(draw(random));
        }
    }
}

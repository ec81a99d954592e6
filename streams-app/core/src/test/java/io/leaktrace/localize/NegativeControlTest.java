package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.localize.NegativeControl.Wave;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NegativeControlTest {

    private static final int DAYS = 28;
    private static final int WAVE_FROM = 20;
    private static final int WAVE_TO = 26;

    private static double[] always(double value) {
        double[] values = new double[DAYS];
        Arrays.fill(values, value);
        return values;
    }

    private static double[] inDays(double usual, double during) {
        double[] values = always(usual);
        Arrays.fill(values, WAVE_FROM, WAVE_TO, during);
        return values;
    }

    @Test
    void whoeverIsCalledAsOthersAreHasNoWave() {
        Wave none = NegativeControl.wave(always(2), always(2), always(2));

        assertEquals(0, none.evidence(), 1e-12);
        assertTrue(Arrays.stream(none.factors()).allMatch(factor -> factor == 1));
        assertFalse(none.rivals(0), "and nothing is explained by it");
    }

    @Test
    void aBurstOfCallsOnOnesBuyersRivalsALeak() {
        Wave wave = NegativeControl.wave(inDays(2, 12), inDays(2, 12), always(2));

        assertTrue(wave.factors()[23] > 4, Arrays.toString(wave.factors()));
        assertTrue(wave.factors()[5] < 1.1, Arrays.toString(wave.factors()));
        // 6 days of 12 instead of 2: at the true factor, 72 ln 6 − 60 = 69.
        assertTrue(wave.evidence() > 40 && wave.evidence() < 69, "" + wave.evidence());
        assertTrue(wave.rivals(40), "a leak that explains less");
        assertFalse(wave.rivals(90), "but not one that explains much more");
    }

    /** A leak goes on: buyers who are called more often all the time are no wave. */
    @Test
    void aLastingExcessIsNoWave() {
        Wave lasting = NegativeControl.wave(always(4), always(4), always(2));

        assertTrue(lasting.evidence() > 15, "" + lasting.evidence());
        assertTrue(lasting.burst() < 1, "" + lasting.burst());
        assertFalse(lasting.rivals(10));
    }

    /** Buyers with many orders make many pairs of one incident, which are evidence only once. */
    @Test
    void anIncidentIsEvidenceOnlyOnce() {
        Wave once = NegativeControl.wave(inDays(2, 12), inDays(2, 12), always(2));
        Wave often = NegativeControl.wave(inDays(2, 12), inDays(6, 36), always(6));

        assertEquals(once.evidence(), often.evidence(), 0.15 * once.evidence());
    }
}

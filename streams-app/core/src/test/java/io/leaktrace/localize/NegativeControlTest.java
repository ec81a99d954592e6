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

    private static double[] constant(double value) {
        double[] values = new double[DAYS];
        Arrays.fill(values, value);
        return values;
    }

    private static double[] withBurst(double usual, double during) {
        double[] values = constant(usual);
        Arrays.fill(values, WAVE_FROM, WAVE_TO, during);
        return values;
    }

    @Test
    void buyersCalledAsOftenAsOthersHaveNoWave() {
        Wave none = NegativeControl.wave(constant(2), constant(2), constant(2));

        assertEquals(0, none.evidence(), 1e-12);
        assertTrue(Arrays.stream(none.factors()).allMatch(factor -> factor == 1));
        assertFalse(none.rivals(0), "no rival explanation");
    }

    @Test
    void aBurstOfCallsIsARivalExplanation() {
        Wave wave = NegativeControl.wave(withBurst(2, 12), withBurst(2, 12), constant(2));

        assertTrue(wave.factors()[23] > 4, Arrays.toString(wave.factors()));
        assertTrue(wave.factors()[5] < 1.1, Arrays.toString(wave.factors()));
        // 6 days of 12 instead of 2: at the true factor, 72 ln 6 − 60 = 69.
        assertTrue(wave.evidence() > 40 && wave.evidence() < 69, "" + wave.evidence());
        assertTrue(wave.rivals(40), "rival of a weaker leak");
        assertFalse(wave.rivals(90), "no rival of a much stronger leak");
    }

    /** Calls that are more frequent on all days are no wave, because a leak lasts too. */
    @Test
    void aLastingExcessIsNoWave() {
        Wave lasting = NegativeControl.wave(constant(4), constant(4), constant(2));

        assertTrue(lasting.evidence() > 15, "" + lasting.evidence());
        assertTrue(lasting.burst() < 1, "" + lasting.burst());
        assertFalse(lasting.rivals(10));
    }

    /** Buyers with many orders add several pairs per incident, which are evidence only once. */
    @Test
    void anIncidentIsEvidenceOnlyOnce() {
        Wave once = NegativeControl.wave(withBurst(2, 12), withBurst(2, 12), constant(2));
        Wave often = NegativeControl.wave(withBurst(2, 12), withBurst(6, 36), constant(6));

        assertEquals(once.evidence(), often.evidence(), 0.15 * once.evidence());
    }
}

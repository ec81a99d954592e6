package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.CHAIN;
import static io.leaktrace.localize.AnEpoch.FIRST_DAY;
import static io.leaktrace.localize.AnEpoch.SETTINGS;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Compares with a day computed by hand: one incident, a background of 0.01 per day, and the exposure of the day. */
class DailyLogLikelihoodTest {

    private static final double BACKGROUND = 0.01;
    private static final int DAY_OF_TOUCH = 1;

    private final EpochData data = new AnEpoch()
            .order(3, seller("s"))
            .contact(60, "b", 30, seller("s"), node("n"))
            .endingAt(72);
    private final Account seller = data.account(seller("s"));
    private final int explanation = seller.explanations()[0];
    private final double weight = data.candidates().weight[explanation];

    /** @param othersBlame intensity λ of the node */
    private DailyLogLikelihood likelihood(double othersBlame) {
        double[] blame = new double[data.candidates().size()];
        blame[data.account(node("n")).explanations()[0]] = othersBlame;
        double[] knowledge = new double[blame.length];
        Arrays.fill(knowledge, 1);
        Intensities intensities = new Intensities(
                data.candidates(),
                new double[] {BACKGROUND},
                new double[] {0},
                new double[] {BACKGROUND + othersBlame},
                knowledge,
                blame);
        return new DailyLogLikelihood(data, CHAIN, intensities);
    }

    private LeakEstimate estimate(NegativeControl.Factor control) {
        return LeakEstimate.initial(LeakLevels.NONE).withControl(control);
    }

    private void assertIncrements(IntToDoubleFunction expected, LeakChain.Day day) {
        for (int k = 0; k < SETTINGS.levels(); k++) {
            double increment = Math.log(day.likelihood()[k]) + day.top();
            assertEquals(expected.applyAsDouble(k), increment, 1e-10 * (1 + Math.abs(increment)), "level " + k);
        }
    }

    private double exposure(int day) {
        return seller.exposure()[(int) (FIRST_DAY + day - data.days().touchesFrom())];
    }

    private IntToDoubleFunction incidents(int count, double s) {
        return k -> count * Math.log(1 + SETTINGS.level(k) * s) - SETTINGS.level(k) * exposure(DAY_OF_TOUCH);
    }

    @Test
    void anIncidentCountsOnTheDayOfItsTouch() {
        LeakChain.Day[] days = likelihood(0).of(seller, estimate(NegativeControl.Factor.NONE), true);

        assertEquals(3, days.length);
        assertIncrements(k -> -SETTINGS.level(k) * exposure(0), days[0]);
        assertIncrements(incidents(1, weight / BACKGROUND), days[DAY_OF_TOUCH]);
        assertIncrements(k -> 0, days[2]);
    }

    /** A lead time of 30 hours, no quoted order, and a report of the buyer. */
    @Test
    void aReportCountsByItsReliability() {
        double density = data.leadTimes().density(Role.SELLER, 30 * EventTime.HOUR);
        double reliability = SETTINGS.reliability(ReportSource.BUYER);
        assertTrue(reliability < 1);
        assertEquals(density * SETTINGS.noOrderQuoted() * reliability, weight, 1e-12);
    }

    @Test
    void blameOnAnotherCustodianReducesTheWeightUnlessWeighedAlone() {
        DailyLogLikelihood likelihood = likelihood(0.04);
        LeakEstimate estimate = estimate(NegativeControl.Factor.NONE);

        assertIncrements(incidents(1, weight / 0.05), likelihood.of(seller, estimate, false)[DAY_OF_TOUCH]);
        assertIncrements(incidents(1, weight / 0.01), likelihood.of(seller, estimate, true)[DAY_OF_TOUCH]);
    }

    @Test
    void theNegativeControlMultipliesTheBackgroundOnly() {
        DailyLogLikelihood likelihood = likelihood(0.04);
        LeakEstimate thrice = estimate(new NegativeControl.Factor(3, null));

        assertIncrements(incidents(1, weight / 0.03), likelihood.of(seller, thrice, true)[DAY_OF_TOUCH]);
        assertIncrements(incidents(1, weight / 0.07), likelihood.of(seller, thrice, false)[DAY_OF_TOUCH]);
    }

    /** The incident is on the third day: only the factor of that day counts. */
    @Test
    void aWaveCountsOnTheDayOfTheIncident() {
        double[] wave = new double[data.days().touchDays()];
        Arrays.fill(wave, 9);
        wave[(int) (FIRST_DAY + 2 - data.days().touchesFrom())] = 4;
        LeakEstimate inWave = estimate(new NegativeControl.Factor(2, wave));

        assertIncrements(incidents(1, weight / 0.04), likelihood(0).of(seller, inWave, true)[DAY_OF_TOUCH]);
    }

    /** The product over ten thousand incidents would overflow a double. */
    @Test
    void overwhelmingEvidenceStaysFinite() {
        int[] many = new int[10_000];
        Arrays.fill(many, explanation);
        LeakChain.Day[] days = likelihood(0).of(seller, estimate(NegativeControl.Factor.NONE), many, true);

        int strongest = SETTINGS.levels() - 1;
        assertEquals(incidents(many.length, weight / BACKGROUND).applyAsDouble(strongest), days[1].top(), 1e-6);
    }
}

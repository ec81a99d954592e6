package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.testing.Seed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeakChainTest {

    private static final ModelSettings SETTINGS = ModelSettings.defaults();

    private final LeakChain chain = new LeakChain(SETTINGS);

    /** Computed by hand with q = 1/20, w = 1/10 and δ = 0.07. */
    @Test
    void twoDaysWithoutInformation() {
        LeakChain.Day quiet = chain.dayWithoutIncident(0);

        LeakChain.State first = chain.forward(chain.start(), quiet);
        assertEquals(1.0, first.sumLeaking(), 1e-15, "ten levels of 1/10");
        assertEquals(0, first.statistic(), 1e-15);

        LeakChain.State second = chain.forward(first, quiet);
        assertEquals(0.95 + 1, second.sumLeaking(), 1e-15);
        assertEquals(0.05 * 0.93, second.ended() * Math.exp(second.scale()), 1e-15);
    }

    /** One day with the increments ln 2 for every level: each A is w·2 = 0.2. */
    @Test
    void oneDayOfEvidence() {
        double[] increments = new double[SETTINGS.levels()];
        Arrays.fill(increments, Math.log(2));
        LeakChain.State state = chain.forward(chain.start(), chain.day(increments));

        assertEquals(Math.log(2), state.statistic(), 1e-14);
        double ever = 1e-4 * 2 / (1 + 1e-4 * 2);
        assertEquals(ever, chain.everLeaked(state), 1e-15);
        assertEquals(ever, chain.leakingNow(state), 1e-15);
    }

    /** Compares the recursion with a sum over all paths of the hidden state. */
    @Test
    void theRecursionIsTheSumOverAllPaths() {
        long seed = Seed.of("LeakChainTest.theRecursionIsTheSumOverAllPaths");
        Random random = new Random(seed);
        int days = 5;
        LeakChain.Day[] likelihoods = new LeakChain.Day[days];
        double[][] increments = new double[days][SETTINGS.levels()];
        LeakChain.State[] states = new LeakChain.State[days + 1];
        states[0] = chain.start();
        for (int day = 0; day < days; day++) {
            for (int k = 0; k < SETTINGS.levels(); k++) {
                increments[day][k] = random.nextGaussian() * 2;
            }
            likelihoods[day] = chain.day(increments[day]);
            states[day + 1] = chain.forward(states[day], likelihoods[day]);
        }

        // A path starts on a day at a level, and may end; after its end only its weight fades.
        double all = 0;
        double[] leakingOn = new double[days];
        double[] levelOn = new double[days];
        for (int start = 0; start < days; start++) {
            for (int k = 0; k < SETTINGS.levels(); k++) {
                for (int end = start + 1; end <= days; end++) {
                    double weight = SETTINGS.startWeight();
                    for (int day = start; day < days; day++) {
                        if (day > start && day < end) {
                            weight *= 1 - SETTINGS.endRate();
                        }
                        if (day == end) {
                            weight *= SETTINGS.endRate();
                        }
                        if (day < end) {
                            weight *= Math.exp(increments[day][k]);
                        } else {
                            weight *= 1 - SETTINGS.fade();
                        }
                    }
                    all += weight;
                    for (int day = start; day < end; day++) {
                        leakingOn[day] += weight;
                        levelOn[day] += weight * SETTINGS.level(k);
                    }
                }
            }
        }
        assertEquals(Math.log(all), states[days].statistic(), 1e-9);

        double start = SETTINGS.startRate();
        LeakChain.Smoothed smoothed = chain.backward(states, likelihoods, false);
        for (int day = 0; day < days; day++) {
            assertEquals(start * leakingOn[day] / (1 + start * all), smoothed.leaking()[day], 1e-9, "day " + day);
            assertEquals(start * levelOn[day] / (1 + start * all), smoothed.level()[day], 1e-9, "day " + day);
        }
    }

    /** Evidence beyond the range of a double neither overflows nor loses the state. */
    @Test
    void overwhelmingEvidenceStaysFinite() {
        double[] increments = new double[SETTINGS.levels()];
        for (int k = 0; k < increments.length; k++) {
            increments[k] = 1500 + k;
        }
        LeakChain.State state = chain.start();
        for (int day = 0; day < 10; day++) {
            state = chain.forward(state, chain.day(increments));
        }
        assertTrue(state.statistic() > 15_000 && Double.isFinite(state.statistic()), "" + state.statistic());
        assertEquals(1, chain.everLeaked(state), 1e-12);
    }

    @Test
    void theShortcutForADayWithoutIncidentsIsExact() {
        double exposure = 137.5;
        double[] increments = new double[SETTINGS.levels()];
        for (int k = 0; k < increments.length; k++) {
            increments[k] = -SETTINGS.level(k) * exposure;
        }
        double[] slow = chain.day(increments).likelihood();
        double[] quick = chain.dayWithoutIncident(exposure).likelihood();
        for (int k = 0; k < slow.length; k++) {
            assertEquals(slow[k], quick[k], 1e-12 * slow[k]);
        }
    }
}

package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.CHAIN;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A seller whose five buyers reported calls, with a given estimate, after the learning period. */
class ConcluderTest {

    private static final Custodian SELLER = seller("s");
    private static final AlertPolicy POLICY = new AlertPolicy(4, 5);
    private static final int LEARNING_HOURS = 24 * AnEpoch.SETTINGS.learningDays();

    private final AnEpoch epoch = new AnEpoch();

    private EpochData dataEndingAt(int hour) {
        for (int i = 0; i < 5; i++) {
            epoch.contact(hour - 10, "b" + i, hour - 20, SELLER);
        }
        return epoch.endingAt(hour);
    }

    /**
     * @param evidence log10
     * @param leaking A of the lowest level, times e to the −scale of 0: 1e4 is a score of 0.5
     */
    private static EpochConclusion conclude(EpochData data, double evidence, double leaking) {
        int incidents = data.incidents().size();
        double[] half = new double[incidents];
        double[] total = new double[incidents];
        double[] blames = new double[data.candidates().size()];
        Arrays.fill(half, 0.5);
        Arrays.fill(total, 2);
        Arrays.fill(blames, 1);
        Intensities intensities = new Intensities(data.candidates(), half, half, total, blames, blames);
        double[] byLevel = new double[AnEpoch.SETTINGS.levels()];
        byLevel[0] = leaking;
        LeakChain.State state = new LeakChain.State(byLevel, 0, 0);
        LeakEstimate estimate = new LeakEstimate(
                NegativeControl.Factor.NONE,
                LeakLevels.NONE,
                state,
                state,
                evidence * LeakChain.LN_10,
                evidence * LeakChain.LN_10,
                null);
        Attribution attribution = new Attribution(data, null, intensities, List.of(estimate));
        return Concluder.conclude(attribution, CHAIN, HorizonBlame.of(attribution), POLICY, Map.of());
    }

    @Test
    void anAlertIsRaisedWithTheFiguresOfTheEpoch() {
        EpochData data = dataEndingAt(LEARNING_HOURS + 24);
        EpochConclusion conclusion = conclude(data, 4, 1e4);

        Alert alert = conclusion.alerts().get(0);
        assertEquals(1, conclusion.alerts().size());
        assertEquals("m/SELLER:s/" + conclusion.suspects().get(0).asOf(), alert.alertId());
        assertEquals(Alert.Change.RAISED, alert.change());
        assertEquals(0.5, alert.score(), 1e-12);
        assertEquals(4, alert.evidence(), 1e-12);
        assertEquals(4, alert.threshold());
        assertEquals(5, alert.contacts());
        assertEquals(2.5, alert.attributed(), 1e-12);
        assertEquals(5, alert.buyers());
        assertEquals(Suspect.Status.SUSPECT, conclusion.suspects().get(0).status());
        assertEquals(1, conclusion.openAlerts());
        assertEquals(alert.alertId(), conclusion.states().get(SELLER).openAlert());
        assertEquals(data.days().end(), conclusion.states().get(SELLER).firstAlertedAt());
        assertTrue(conclusion.suspected().contains(SELLER));
        assertTrue(conclusion.statusChanged().contains(SELLER));
    }

    @Test
    void nobodyIsAccusedInTheLearningPeriod() {
        int end = LEARNING_HOURS - 24;
        dataEndingAt(end);
        long learnedOn = AnEpoch.FIRST_DAY + AnEpoch.SETTINGS.learningDays();
        MarketState before = new MarketState(
                AnEpoch.FIRST_DAY,
                learnedOn,
                AnEpoch.time(end) - AnEpoch.SETTINGS.epoch(),
                new LeadTimes.Sample(),
                new java.util.TreeMap<>());
        EpochConclusion conclusion = conclude(epoch.read(before, end), 10, 1e8);

        assertEquals(List.of(), conclusion.alerts());
        assertEquals(0, conclusion.suspects().get(0).score());
        assertEquals(Suspect.Status.CLEAR, conclusion.suspects().get(0).status());
    }

    @Test
    void aDismissalResolvesTheAlert() {
        epoch.carried.put(
                SELLER,
                new CustodianState(
                        CHAIN.start(),
                        new double[0],
                        0,
                        AnEpoch.FIRST_DAY,
                        Suspect.Status.SUSPECT,
                        1L,
                        "a1",
                        true,
                        Verdict.DISMISSED,
                        null));
        EpochConclusion conclusion = conclude(dataEndingAt(LEARNING_HOURS + 24), 10, 1e8);

        assertEquals(
                List.of(Alert.Change.RESOLVED),
                conclusion.alerts().stream().map(Alert::change).toList());
        assertEquals("a1", conclusion.alerts().get(0).alertId());
        assertEquals(Suspect.Status.DISMISSED, conclusion.suspects().get(0).status());
        assertNull(conclusion.states().get(SELLER).openAlert());
        assertEquals(1L, conclusion.states().get(SELLER).firstAlertedAt(), "when it was first accused is kept");
    }

    @Test
    void aCustodianWithoutATouchInTheHorizonIsForgotten() {
        int later = LEARNING_HOURS + 24 * (AnEpoch.SETTINGS.slidingDays() + 1);
        epoch.order(0, SELLER);
        epoch.carried.put(SELLER, CustodianState.unknown(CHAIN));
        EpochConclusion conclusion = conclude(epoch.endingAt(later), 0, 0);

        assertEquals(0, conclusion.suspects().get(0).exposures());
        assertTrue(conclusion.forgotten().contains(SELLER));
        assertTrue(conclusion.states().isEmpty());
    }
}

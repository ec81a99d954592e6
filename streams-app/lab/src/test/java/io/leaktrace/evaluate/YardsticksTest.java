package io.leaktrace.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedContacts;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scorers from other fields, on figures that were published or computed by hand, and on a planted leak. */
class YardsticksTest {

    private static final Custodian HUB = new Custodian(Role.LOGISTICS_NODE, "hub");
    private static final Custodian LEAKER = new Custodian(Role.SELLER, "leaker");
    private static final Custodian OTHER = new Custodian(Role.SELLER, "other");
    private static final Custodian VENDOR = new Custodian(Role.SERVICE_PROVIDER, "vendor");

    /** 300 orders: 20 of the leaker, 200 of the other, and 80 of sellers that are not among the custodians. */
    private static final Map<Custodian, Integer> TOUCHES = Map.of(HUB, 210, LEAKER, 20, OTHER, 200, VENDOR, 100);

    private final List<ContactEvidence> contacts = new ArrayList<>();

    /** Adds a contact on day 10 of a buyer with one order, which these custodians touched on day 9. */
    private void contact(Custodian... custodians) {
        int number = contacts.size();
        List<ContactTouch> touches = new ArrayList<>();
        for (Custodian custodian : custodians) {
            touches.add(new ContactTouch(custodian, "order-" + number, 9 * EventTime.DAY + touches.size()));
        }
        long at = 10 * EventTime.DAY;
        contacts.add(new ContactEvidence(
                "0/c-" + number,
                "buyer-" + number,
                at,
                at + 1,
                0,
                null,
                null,
                false,
                1,
                List.of(24, 0, 0, 0, 0),
                touches,
                List.of()));
    }

    /** The counts on day 10. All orders were placed on day 9. */
    private Tabulation tabulation() {
        Exposures exposures = Exposures.none();
        exposures.orders().put(9L, 300);
        TOUCHES.forEach((custodian, count) -> exposures.touches().put(custodian, new TreeMap<>(Map.of(9L, count))));
        List<Correlation> correlations = new ArrayList<>(contacts);
        correlations.add(exposures);
        Trial trial = new Trial(
                new Cell("cell", "market", true),
                1,
                1,
                correlations,
                new SimulatedContacts(List.of(), List.of(), 0, 0));
        assertEquals(List.of(HUB, LEAKER, OTHER, VENDOR), trial.custodians());
        return new Tabulation.Series(trial).at(11 * EventTime.DAY);
    }

    /** Six contacts after orders of the leaker, two after orders of the other, one after an order of neither. */
    private Tabulation leak() {
        for (int i = 0; i < 6; i++) {
            contact(LEAKER, HUB);
        }
        contact(OTHER, HUB);
        contact(OTHER);
        contact(VENDOR);
        return tabulation();
    }

    @Test
    void aGuiltyAgentHoldsLeakedObjectsThatFewOthersHold() {
        // The factors 1 − (1 − p) / |V| are 3/4 with two holders and 1/2 with one.
        double[] expected = {-7 * Math.log(0.75), -6 * Math.log(0.75), -Math.log(0.75) - Math.log(0.5), -Math.log(0.5)};
        assertArrayEquals(expected, GuiltyAgent.scores(leak()), 1e-12);
    }

    @Test
    void aHubIsScannedTogetherWithItsSellers() {
        // 9 of 300 orders were followed: 3 per 100. The hub itself has 7 cases of 6.3 expected, and with its two
        // sellers,
        // who have 220 orders, 8 of 6.6; so has the role of the two. The role of vendors has one case of 3.
        double sellers = 8 * Math.log(8 / 6.6) - 1.4;
        double[] expected = {sellers, 6 * Math.log(6 / 0.6) - 5.4, sellers / 2, 0};
        assertTrue(sellers > 7 * Math.log(7 / 6.3) - 0.7, "the hub alone has less");
        assertArrayEquals(expected, TreeScan.scores(leak()), 1e-12);
    }

    /** A role that touches only a part of the orders shares the ratio of its cut, here among one custodian. */
    @Test
    void aRoleIsACut() {
        contact(VENDOR);
        contact(VENDOR);
        contact(VENDOR);
        contact(OTHER, HUB);
        double vendor = 3 * Math.log(3 / (4.0 / 3)) - (3 - 4.0 / 3);
        assertEquals(vendor, TreeScan.scores(tabulation())[3], 1e-12);
    }

    /**
     * Of 9 incidents, 6 are of buyers of the leaker, who have all their orders from it: the ratio is 1 / (20 / 300) = 15.
     * The most likely share of related incidents, x, solves 6 · 14 / (1 + 14 x) = 3 / (1 − x): x = 9 / 14.
     */
    @Test
    void theSourceDeliveredWhereTheIncidentsAre() {
        double leaker = 6 * Math.log(10) + 3 * Math.log(5.0 / 14);
        assertEquals(leaker, SourceLikelihood.scores(leak())[1], 1e-9);
        assertEquals(leaker, SourceLikelihood.logRatio(new double[] {15, 15, 15, 15, 15, 15}, 3), 1e-9);
        // Deliveries that are spread as those of all others are no evidence.
        assertEquals(0, SourceLikelihood.logRatio(new double[] {1, 1, 1}, 0), 1e-9);
        assertEquals(0, SourceLikelihood.logRatio(new double[] {2, 2}, 2), 1e-9);
        // All incidents are of its buyers: all are related.
        assertEquals(3 * Math.log(4), SourceLikelihood.logRatio(new double[] {4, 4, 4}, 0), 1e-6);
    }

    /** Table 1 of Kulldorff and others (2011), as the R package Sequential has it. */
    @ParameterizedTest
    @CsvSource({
        "0.05, 0.1, 2.044069",
        "0.05, 1, 2.853937",
        "0.05, 2, 3.046977",
        "0.05, 5, 3.297183",
        "0.05, 10, 3.467952",
        "0.05, 100, 3.952321",
        "0.05, 1000, 4.324917",
        "0.01, 1, 4.670428",
        "0.01, 10, 5.260513"
    })
    void criticalValuesOfMaxSprtAreAsPublished(double alpha, double expectedAtEnd, double criticalValue) {
        assertEquals(criticalValue, MaxSprt.criticalValue(expectedAtEnd, alpha), 1e-6);
        assertEquals(alpha, MaxSprt.signalProbability(criticalValue, expectedAtEnd), 1e-6);
    }

    /** Here τ_1 is 0.01 and τ_2 is above 0.02: no signal means no case up to 0.01 and at most one up to 0.02. */
    @Test
    void aSignalUpToTheSecondCaseHasTheProbabilityComputedByHand() {
        double first = 0.01;
        double criticalValue = -Math.log(first) - 1 + first;
        assertEquals(1 - Math.exp(-0.02) * 1.01, MaxSprt.signalProbability(criticalValue, 0.02), 1e-12);
        assertEquals(0, MaxSprt.criticalValue(0.01, 0.05), 1e-9);
    }

    /** 8 cases where 20 · 11 / 300 are expected, which are projected to 55 on 75 days: the value for T = 64 counts. */
    @Test
    void aSignalOfMaxSprtIsFinal() {
        contact(LEAKER, HUB);
        contact(LEAKER, HUB);
        Tabulation counts = leak();
        MaxSprt sprt = new MaxSprt();
        double[] scores = sprt.scores(counts);
        double expected = 8 * Math.log(8 / (2.2 / 3)) - (8 - 2.2 / 3) - MaxSprt.criticalValue(64, 1.0 / 2100);
        assertEquals(expected, scores[1], 1e-9);
        assertTrue(expected > 0, "a signal: " + expected);
        double[] alarms = sprt.alarms(scores);
        assertEquals(expected, alarms[1], 1e-9);
        assertEquals(Double.NEGATIVE_INFINITY, alarms[2]);
        contacts.clear();
        contact(OTHER);
        assertEquals(expected, sprt.scores(tabulation())[1], 1e-9);
    }

    /**
     * Each gives a big seller that leaks at least twice the score of any other seller, in a small market with many
     * victims. In 200 such markets the smallest factor was 4.2. The hub and the vendor of the leaking seller touch the
     * same orders, and none of these scorers explains one custodian's cases by another.
     */
    @Test
    void aBigSellerThatLeaksIsTheFirstOfTheSellers() {
        long seed = Seed.of("YardsticksTest.aBigSeller");
        // The leak starts on one of the days 20 to 35, so it lasts for at least 25 days. In a market of 45 days, and
        // with fewer orders of each seller, a leak that started late was sometimes not the first.
        MarketOverrides small = new MarketOverrides(250, 60, 4000, 60, 40, null, null, 0.4);
        SimulatedMarket market = Scenario.BIG_SELLER.market(seed, small, CallHabits.assumed());
        Trial trial = Recorder.record(
                        seed,
                        market::orderEvents,
                        List.of(new Recorder.Case(new Cell("big-seller", "small", false), market.contacts())),
                        14 * EventTime.DAY)
                .get(0);
        Map<String, List<DayScores>> days = new CountScorers().run(trial);
        int leaker = trial.custodians().indexOf(market.truth().get(0).custodian());
        for (String name : List.of("guilty agent", "source likelihood", "tree scan", "MaxSPRT")) {
            double[] last = days.get(name).get(days.get(name).size() - 1).scores();
            int second = IntStream.range(0, last.length)
                    .filter(custodian -> trial.custodians().get(custodian).role() == Role.SELLER)
                    .filter(custodian -> custodian != leaker)
                    .boxed()
                    .max(Comparator.comparingDouble(custodian -> last[custodian]))
                    .orElseThrow();
            assertTrue(
                    last[leaker] > 0 && last[leaker] >= 2 * last[second],
                    () -> name + ": " + last[leaker] + " of the leaking "
                            + trial.custodians().get(leaker) + ", " + last[second] + " of "
                            + trial.custodians().get(second));
        }
    }
}

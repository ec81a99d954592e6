package io.leaktrace.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.EventTime;
import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecorderTest {

    private static final MarketOverrides SMALL = new MarketOverrides(250, 48, 4_000, 250, 40, null, null, null);

    private static final long WINDOW = 14 * EventTime.DAY;

    private static List<Trial> recorded(long seed, SimulatedMarket... markets) {
        List<Recorder.Case> cases = Arrays.stream(markets)
                .map(market -> new Recorder.Case(
                        new Cell(
                                market.scenario().title(),
                                "small",
                                market.truth().isEmpty()),
                        market.contacts()))
                .toList();
        return Recorder.record(seed, markets[0]::orderEvents, cases, WINDOW);
    }

    /** Markets that share their orders are recorded together: each scorer gives what it gives to each alone. */
    @Test
    void marketsRecordedTogetherAreScoredAsIfRecordedAlone() {
        long seed = Seed.of("RecorderTest");
        SimulatedMarket hub = Scenario.LEAKING_HUB.market(seed, SMALL, CallHabits.assumed());
        SimulatedMarket festival = Scenario.FESTIVAL.market(seed, SMALL, CallHabits.assumed());
        assertTrue(hub.hasOrdersOf(festival));
        List<Trial> together = recorded(seed, hub, festival);
        Trial alone = recorded(seed, festival).get(0);

        assertSameScores(new CountScorers(), alone, together.get(1));
        assertSameScores(
                new ModelContestant("ours", ModelSettings.defaults(), (cell, any) -> true), alone, together.get(1));
    }

    private static void assertSameScores(Contestant contestant, Trial expected, Trial found) {
        Map<String, List<DayScores>> once = contestant.run(expected);
        Map<String, List<DayScores>> again = contestant.run(found);
        for (String name : contestant.names()) {
            List<DayScores> days = once.get(name);
            assertEquals(days.size(), again.get(name).size(), name);
            for (int day = 0; day < days.size(); day++) {
                assertEquals(days.get(day).end(), again.get(name).get(day).end(), name);
                assertEquals(
                        Arrays.toString(days.get(day).scores()),
                        Arrays.toString(again.get(name).get(day).scores()),
                        name + " on day " + day);
            }
        }
    }

    /** Nobody knows on a day what is reported later: without the later contacts the day's scores are the same. */
    @Test
    void scoresOfADayDependOnWhatWasReportedByThen() {
        long seed = Seed.of("RecorderTest.scoresOfADay");
        SimulatedMarket quiet = Scenario.QUIET.market(seed, SMALL, CallHabits.assumed());
        SimulatedMarket festival = Scenario.FESTIVAL_QUIET.market(seed, SMALL, CallHabits.assumed());
        List<Trial> trials = recorded(seed, quiet, festival);
        Contestant tables = new CountScorers();
        Map<String, List<DayScores>> ofQuiet = tables.run(trials.get(0));
        Map<String, List<DayScores>> ofFestival = tables.run(trials.get(1));
        // The festival begins on day 40; before it, the same calls were made and reported.
        for (String name : tables.names()) {
            assertEquals(
                    Arrays.toString(ofQuiet.get(name).get(38).scores()),
                    Arrays.toString(ofFestival.get(name).get(38).scores()),
                    name);
        }
    }
}

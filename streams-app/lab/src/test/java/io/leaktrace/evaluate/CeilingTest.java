package io.leaktrace.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.localize.LeakChain;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.CausedContact;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedContacts;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.simulate.TrueCalls;
import io.leaktrace.simulate.TrueCalls.Disclosure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits of what the data can tell. */
class CeilingTest {

    private static final ModelSettings SETTINGS = ModelSettings.defaults();
    private static final double LN_10 = Math.log(10);

    private static final int LAST_DAY = 60;
    private static final int TOUCHED_ON = 5;
    private static final double LEVEL = 0.1;
    private static final Custodian LEAKER = new Custodian(Role.SELLER, "leaker");

    /** Background: one incident in 1000 days, a fifth of them with these fields; after a leak, a half of them. */
    private static final double BACKGROUND = 0.001;

    private static final TrueCalls CALLS = new TrueCalls(
            (buyer, at, in7, in14) -> buyer.equals("liar") ? 0 : BACKGROUND,
            (fields, quoting) -> quoting ? 0.05 : 0.2,
            custodian -> (fields, quoting) -> 0.5,
            new double[] {0, 1});

    private final List<Correlation> correlations = new ArrayList<>();
    private final List<CausedContact> caused = new ArrayList<>();

    /** A seller that leaks from the start touches 50 orders on day 5. */
    CeilingTest() {
        Exposures exposures = Exposures.none();
        exposures.orders().put(0L, 1);
        exposures.orders().put((long) TOUCHED_ON, 50);
        exposures.touches().put(LEAKER, new TreeMap<>(Map.of((long) TOUCHED_ON, 50)));
        correlations.add(progress(0));
        correlations.add(exposures);
    }

    private static Progress progress(int day) {
        return new Progress(0, day * EventTime.DAY, day * EventTime.DAY, day == LAST_DAY, new TreeMap<>());
    }

    /** Adds a call 30 hours after the touch. */
    private void call(String buyer, String quoted, Custodian cause) {
        long touchedAt = TOUCHED_ON * EventTime.DAY + EventTime.HOUR;
        long at = touchedAt + 30 * EventTime.HOUR;
        Set<Field> disclosed = EnumSet.of(Field.PRODUCT, Field.NAME);
        List<ContactTouch> touches = List.of(new ContactTouch(LEAKER, "o", touchedAt));
        String id = "c-" + caused.size();
        correlations.add(new ContactEvidence(
                "3/" + id,
                buyer,
                at,
                at + 1,
                Fields.bits(disclosed),
                quoted,
                null,
                false,
                1,
                List.of(0, 24, 0, 0, 0),
                touches,
                List.of()));
        caused.add(new CausedContact(
                new ScamContact(
                        id,
                        buyer,
                        Instant.ofEpochMilli(at),
                        Instant.ofEpochMilli(at + 1),
                        Channel.CALL,
                        null,
                        null,
                        disclosed,
                        quoted,
                        null),
                cause));
    }

    private Trial trial() {
        List<Correlation> all = new ArrayList<>(correlations);
        all.add(progress(LAST_DAY));
        List<Leak> leaks = List.of(new Leak(LEAKER, Instant.EPOCH, null, LEVEL));
        return new Trial(
                new Cell("cell", "market", false), 1, 1, all, new SimulatedContacts(caused, leaks, 0, 0, CALLS));
    }

    private static double at(Trial trial, String name, int day) {
        List<DayScores> days = new Ceiling(SETTINGS).run(trial).get(name);
        assertEquals((day + 1) * EventTime.DAY, days.get(day).end());
        return days.get(day).scores()[0];
    }

    /** Checks both statistics at the end, by the definition, for a call with this s or none, and this exposure. */
    private void assertScores(double s, double exposure) {
        Trial trial = trial();
        assertEquals((Math.log1p(LEVEL * s) - LEVEL * exposure) / LN_10, at(trial, Ceiling.ORACLE, LAST_DAY), 1e-9);
        LeakChain chain = new LeakChain(SETTINGS);
        double[] increments = IntStream.range(0, SETTINGS.levels())
                .mapToDouble(SETTINGS::level)
                .map(level -> Math.log1p(level * s) - level * exposure)
                .toArray();
        LeakChain.State state = chain.start();
        for (int day = 0; day <= LAST_DAY; day++) {
            state = chain.forward(state, day == TOUCHED_ON ? chain.day(increments) : chain.dayWithoutIncident(0));
        }
        assertEquals(state.statistic() / LN_10, at(trial, Ceiling.CEILING, LAST_DAY), 1e-9);
        assertEquals(0, at(trial, Ceiling.ORACLE, TOUCHED_ON - 1), 1e-12);
    }

    /** Without a call, the ratio is that of 50 orders after which nobody called. */
    @Test
    void silenceSpeaksForTheCustodian() {
        assertScores(0, 50);
    }

    /**
     * A victim, and the assumed one in each of 11 bins, of which the one from 24 to 48 hours has 2 of 12: per day, 1/6.
     * Both disclosures are divided by those of the background: 0.5 / 0.2.
     */
    @Test
    void aVictimSpeaksAgainstTheCustodian() {
        call("b", null, LEAKER);
        assertScores(2 / 12.0 * 0.5 / 0.2 / BACKGROUND, 50);
    }

    /** Of callers who name the buyer's only order, 0.5 / 0.05. */
    @Test
    void aVictimWhoseOrderWasNamedSpeaksMoreAgainstTheCustodian() {
        call("b", "o", LEAKER);
        assertScores(2 / 12.0 * 0.5 / 0.05 / BACKGROUND, 50);
    }

    @Test
    void anotherOrderWasNotLeaked() {
        call("b", "another", null);
        assertScores(0, 50);
    }

    @Test
    void reportsThatAreMadeUpAreLeftOut() {
        call("liar", null, null);
        assertScores(0, 50);
    }

    @Test
    void onlyCellsWithLeaksOfTodayHaveACeiling() {
        Ceiling ceiling = new Ceiling(SETTINGS);
        assertTrue(ceiling.takesPart(new Cell(Scenario.FAINT_LEAKS.title(), "usual", false), 1));
        assertFalse(ceiling.takesPart(new Cell(Scenario.STOLEN_ARCHIVE_LONG.title(), "long", false), 1));
        assertFalse(ceiling.takesPart(new Cell(Scenario.HIDDEN_LEAKER.title(), "usual", true, false), 1));
    }

    /** Records a market once for each of these assumptions about its callers. */
    private static List<Trial> recorded(SimulatedMarket market, TrueCalls... calls) {
        Cell cell = new Cell(market.scenario().title(), "small", market.truth().isEmpty());
        List<Recorder.Case> cases = Arrays.stream(calls)
                .map(assumed -> new SimulatedContacts(market.contacts().caused(), market.truth(), 0, 0, assumed))
                .map(contacts -> new Recorder.Case(cell, contacts))
                .toList();
        return Recorder.record(1, market::orderEvents, cases, SETTINGS.window());
    }

    /**
     * Waves are no leaks to a scorer that knows them: with this seed, no alert is raised. With the usual rate for all buyers
     * and days, alerts are raised. All callers disclose the same, so that only the number of calls counts.
     */
    @ParameterizedTest
    @EnumSource(names = {"FESTIVAL", "REGIONAL_WAVE"})
    void theBackgroundIsNotTakenForALeak(Scenario scenario) {
        double usual = 0.01;
        MarketOverrides manyCalls = new MarketOverrides(250, 50, 4_000, 120, 20, usual, null, null);
        SimulatedMarket market = scenario.marketWithoutLeaks(1, manyCalls, CallHabits.assumed());
        Disclosure same = (fields, quoting) -> 0.5;
        double[] delays = market.contacts().trueCalls().reportedWithin();
        TrueCalls known = new TrueCalls(market.contacts().trueCalls().rate(), same, custodian -> same, delays);
        TrueCalls flat = new TrueCalls((buyer, at, in7, in14) -> usual, same, custodian -> same, delays);
        List<Trial> trials = recorded(market, known, flat);
        assertEquals(0, alarms(trials.get(0)));
        assertTrue(alarms(trials.get(1)) > 0);
    }

    /** Number of custodians and days with an alarm of the ceiling. */
    private static long alarms(Trial trial) {
        return new Ceiling(SETTINGS)
                .run(trial).get(Ceiling.CEILING).stream()
                        .flatMapToDouble(day -> Arrays.stream(day.alarms()))
                        .filter(alarm -> alarm > Double.NEGATIVE_INFINITY)
                        .count();
    }

    /** Over some seeds, leaks are ranked as precisely and noticed as often as by Leaktrace, or better. */
    @Test
    void leaktraceIsBelowTheCeiling() {
        List<String> names = List.of(Contestants.OURS, Ceiling.CEILING, Ceiling.ORACLE);
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            MarketOverrides small = new MarketOverrides(300, 50, 5_000, 150, 24, null, null, 0.2);
            SimulatedMarket market = Scenario.FAINT_LEAKS.market(seed, small, CallHabits.assumed());
            Trial trial = recorded(market, market.contacts().trueCalls()).get(0);
            Map<String, List<DayScores>> scores = new HashMap<>(new Ceiling(SETTINGS).run(trial));
            scores.putAll(new ModelContestant(Contestants.OURS, SETTINGS, (cell, any) -> true).run(trial));
            names.forEach(name -> outcomes.add(Outcome.of(trial, name, scores.get(name))));
        }
        // No leak-free trial: Leaktrace and the limits have alert rules of their own.
        double[] precision = names.stream()
                .mapToDouble(name -> mean(outcomes, name, Outcome::averagePrecision))
                .toArray();
        double[] noticed = names.stream()
                .mapToDouble(name -> mean(outcomes, name, outcome -> outcome.tracks().stream()
                        .filter(track -> track.victimsBeforeAlert(-Double.MAX_VALUE) >= 0)
                        .count()))
                .toArray();
        assertTrue(precision[0] < precision[1], Arrays.toString(precision));
        assertTrue(noticed[0] < noticed[1] && noticed[1] <= noticed[2], Arrays.toString(noticed));
    }

    private static double mean(List<Outcome> outcomes, String contestant, ToDoubleFunction<Outcome> figure) {
        return outcomes.stream()
                .filter(outcome -> outcome.contestant().equals(contestant))
                .mapToDouble(figure)
                .average()
                .orElseThrow();
    }
}

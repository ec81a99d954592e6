package io.leaktrace.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.evaluate.Outcome.Track;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.SimulatedContacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final Cell QUIET = new Cell("quiet", "usual", true);
    private static final Cell LEAKS = new Cell("leaks", "usual", false);

    private static Outcome outcome(Cell cell, int[] ranks, double[] peaks, Track... tracks) {
        return new Outcome(cell, 1, "scorer", ranks, List.of(tracks), peaks, 60, 2100);
    }

    private static Track track(double[] alarms, int... victims) {
        return new Track(new Custodian(Role.SELLER, "s"), alarms, victims, victims[victims.length - 1]);
    }

    /** Leaks on places 1 and 4: (1/1 + 2/4) / 2. */
    @Test
    void averagePrecisionIsTheMeanPrecisionAtTheLeaks() {
        assertEquals(0.75, outcome(LEAKS, new int[] {1, 4}, new double[0]).averagePrecision(), 1e-12);
        assertEquals(1, outcome(LEAKS, new int[] {1, 2, 3}, new double[0]).averagePrecision(), 1e-12);
    }

    @Test
    void aLeakIsNoticedWhenItsAlarmFirstReachesTheThreshold() {
        Track track = track(new double[] {1, 3, 2, 7}, 2, 5, 6, 9);
        assertEquals(5, track.victimsBeforeAlert(3));
        assertEquals(9, track.victimsBeforeAlert(3.5));
        assertEquals(-1, track.victimsBeforeAlert(8));
    }

    @Test
    void evidenceIsComparedWithTheSameMarketsWithoutIt() {
        double none = Double.NEGATIVE_INFINITY;
        Cell with = new Cell("marks", "usual", false);
        Cell without = new Cell("marks" + EvaluatedMarkets.WITHOUT_EVIDENCE, "usual", false);
        Cell leakFree = new Cell("marks" + EvaluatedMarkets.LEAK_FREE, "usual", true);
        EvidenceGains gains = EvidenceGains.of(List.of(
                outcome(
                        with,
                        new int[] {1, 2},
                        new double[] {2, none},
                        track(new double[] {none, 4, 4}, 1, 2, 5),
                        track(new double[] {none, none, 4}, 3, 3, 4)),
                outcome(
                        without,
                        new int[] {1, 2},
                        new double[] {none},
                        track(new double[] {none, none, 4}, 1, 2, 5),
                        track(new double[] {none, none}, 3, 4)),
                outcome(leakFree, new int[0], new double[] {none, none})));
        assertEquals(
                List.of(new EvidenceGains.Gain(
                        "marks",
                        new EvidenceGains.Alerts(2, 2, 3, 2.5, 1),
                        new EvidenceGains.Alerts(2, 1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0),
                        0,
                        1)),
                gains.gains());
        assertEquals("""
                | evidence | leaks | noticed | without | victims until the alert | without | days | without \
                | innocents accused | without | nobody leaks: accused, in markets |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                | marks | 2 | 2 | 1 | 3.0 | – | 2.5 | – | 1 | 0 | 0, 1 |

                Medians are over all leaks; – where fewer than half were noticed.
                """, gains.markdown());
    }

    @Test
    void falseAlertsAreCountedByBackgroundWithTheTimeInWhichTheyWereRaised() {
        double none = Double.NEGATIVE_INFINITY;
        Cell other = new Cell("other", "usual", true);
        FalseAlerts counted = FalseAlerts.of(List.of(
                outcome(QUIET, new int[0], new double[] {9, none}),
                outcome(QUIET, new int[0], new double[] {none, none}),
                outcome(other, new int[0], new double[] {5, 6})));
        assertEquals("""
                | background, nobody leaks | markets | false alerts |
                |---|---:|---:|
                | other | 1 | 2 |
                | quiet | 2 | 1 |

                3 false alerts in 3 markets: 0.5 years of markets, 1,035 years of custodians; 1.00 in 60 days over 2,100 \
                custodians.
                """, counted.markdown());
    }

    /** Two trials without leaks allow two false alerts: the threshold lies just above the third highest peak. */
    @Test
    void theThresholdKeepsToTheBudget() {
        Outcome one = outcome(QUIET, new int[0], new double[] {9, 4, 3});
        Outcome other = outcome(QUIET, new int[0], new double[] {6, 5, 1});
        Outcome judged = outcome(LEAKS, new int[] {1}, new double[0]);
        double threshold = new Thresholds(List.of(one, other)).of(judged);
        assertTrue(threshold > 5 && threshold < 5.0001, "" + threshold);
        assertEquals(2, one.falseAlerts(threshold) + other.falseAlerts(threshold), 1e-12);
    }

    /** False reports lead scorers to accuse; a threshold that was raised for them would hide that. */
    @Test
    void cellsWithFalseReportsDoNotRaiseTheThreshold() {
        Cell lies = new Cell("lies", "usual", true, false);
        Outcome quiet = outcome(QUIET, new int[0], new double[] {4, 3, 2});
        Outcome framed = outcome(lies, new int[0], new double[] {9, 8, 7});
        double threshold = new Thresholds(List.of(quiet, framed)).of(framed);
        assertTrue(threshold > 3 && threshold < 3.0001, "" + threshold);
        assertEquals(3, framed.falseAlerts(threshold), 1e-12);
    }

    /** A rule for alerts of one's own counts: where it raises fewer than the budget, nothing is added to it. */
    @Test
    void whoeverRaisesFewAlertsNeedsNoThreshold() {
        double[] none = new double[5];
        Arrays.fill(none, Double.NEGATIVE_INFINITY);
        Outcome quiet = outcome(QUIET, new int[0], none);
        double threshold = new Thresholds(List.of(quiet)).of(outcome(LEAKS, new int[] {1}, none));
        assertEquals(0, quiet.falseAlerts(threshold), 1e-12);
        assertEquals(3, track(new double[] {Double.NEGATIVE_INFINITY, 2}, 1, 3).victimsBeforeAlert(threshold));
    }

    @Test
    void halfOfTheLeaksAreNoticedAfterTheMedianOfVictims() {
        Outcome found = outcome(LEAKS, new int[] {1}, new double[0], track(new double[] {5}, 4));
        Outcome later = outcome(LEAKS, new int[] {1}, new double[0], track(new double[] {0, 5}, 4, 10));
        Outcome missed = outcome(LEAKS, new int[] {1}, new double[0], track(new double[] {0}, 4));
        assertEquals(7, Result.medianVictims(List.of(found, later), 5), 1e-12);
        assertEquals(10, Result.medianVictims(List.of(found, later, missed), 5), 1e-12);
        assertTrue(Double.isInfinite(Result.medianVictims(List.of(found, missed, missed), 5)));
    }

    /** The first 15 days are for learning, but not all days of a short trial. */
    @Test
    void aTrialThatIsShorterThanTheDaysToLearnIsEvaluatedAsAWhole() {
        for (int days : new int[] {5, 15, 16, 20}) {
            Exposures exposures = Exposures.none();
            Custodian seller = new Custodian(Role.SELLER, "s");
            exposures.touches().put(seller, new TreeMap<>(Map.of(0L, 1)));
            Leak leak = new Leak(seller, Instant.EPOCH, null, 0.1);
            SimulatedContacts contacts = new SimulatedContacts(List.of(), List.of(leak), 0, 0);
            List<DayScores> scores = new ArrayList<>();
            for (int day = 1; day <= days; day++) {
                scores.add(new DayScores(day * EventTime.DAY, new double[1], new double[1]));
            }
            Outcome outcome = Outcome.of(new Trial(LEAKS, 1, 1, List.of(exposures), contacts), "scorer", scores);
            assertEquals(days > 15 ? days - 15 : days, outcome.tracks().get(0).alarms().length);
        }
    }
}

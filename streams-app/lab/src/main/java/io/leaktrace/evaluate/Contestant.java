package io.leaktrace.evaluate;

import java.util.List;
import java.util.Map;

/** One or several scorers that score the custodians of a trial day by day; several share intermediate results. */
interface Contestant {

    /** Names of the scorers, as in the tables. */
    List<String> names();

    /** Whether it is evaluated in a cell on a seed; expensive scorers are left out of less informative ones. */
    default boolean takesPart(Cell cell, long seed) {
        return true;
    }

    /** The scores at the end of each day of the trial, in the order of days, by name of the scorer. */
    Map<String, List<DayScores>> run(Trial trial);

    /**
     * Scores at the end of a day.
     *
     * @param end end of the day, in epoch milliseconds
     * @param scores scores for the ranking, in the order of the trial's custodians
     * @param alarms scores for alerts: the same, but minus infinity if the scorer has an alert rule that is not
     *     satisfied
     */
    record DayScores(long end, double[] scores, double[] alarms) {}
}

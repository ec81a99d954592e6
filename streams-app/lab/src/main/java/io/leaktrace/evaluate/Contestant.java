package io.leaktrace.evaluate;

import java.util.List;
import java.util.Map;

/** Something that scores the custodians of a trial, day by day; or several of them that share the work. */
interface Contestant {

    /** As in the table. */
    List<String> names();

    /** Whether it takes part in a cell; those that cost much and say little there do not. */
    default boolean takesPart(Cell cell) {
        return true;
    }

    /** By name, the scores at the end of each day of the trial, in the order of days. */
    Map<String, List<DayScores>> run(Trial trial);

    /**
     * @param end of the day
     * @param scores by custodian, as the trial lists them: what the ranking goes by
     * @param alarms the same, but for a contestant with a rule of its own for alerts: minus infinity where that is not
     *     satisfied
     */
    record DayScores(long end, double[] scores, double[] alarms) {}
}

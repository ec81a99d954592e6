package io.leaktrace.evaluate;

/**
 * A row of the tables: a kind of market with its planted leaks.
 *
 * @param name as in the tables
 * @param market cells with the same market share their thresholds, which are determined on cells that calibrate
 * @param leakFree whether no custodian in the data leaks, so that all alerts are false
 * @param calibrates whether thresholds are determined on this leak-free cell; not where contacts are false, or written
 *     wrongly, so that the other scorers are not excused for accusing a custodian
 */
record Cell(String name, String market, boolean leakFree, boolean calibrates) {

    Cell {
        if (calibrates && !leakFree) {
            throw new IllegalArgumentException("thresholds are determined without leaks, not on " + name);
        }
    }

    /** A cell that calibrates if it is leak-free. */
    Cell(String name, String market, boolean leakFree) {
        this(name, market, leakFree, leakFree);
    }
}

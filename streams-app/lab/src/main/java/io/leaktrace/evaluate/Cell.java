package io.leaktrace.evaluate;

/**
 * A row of the table: a kind of market and what is planted in it.
 *
 * @param name as in the table
 * @param market cells of the same market share their thresholds, which are found on its leak-free cells
 * @param leakFree whether nobody leaks: the cell finds thresholds, and counts false alerts
 */
record Cell(String name, String market, boolean leakFree) {}

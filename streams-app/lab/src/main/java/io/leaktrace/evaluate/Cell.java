package io.leaktrace.evaluate;

/**
 * A row of the tables: a kind of market with its planted leaks.
 *
 * @param name as in the tables
 * @param market cells with the same market share their thresholds, which are determined on its leak-free cells
 * @param leakFree whether no custodian leaks, so that the cell serves for thresholds and false alerts
 */
record Cell(String name, String market, boolean leakFree) {}

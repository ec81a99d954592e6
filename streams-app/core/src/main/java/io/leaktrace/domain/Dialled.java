package io.leaktrace.domain;

/** Which number of the buyer a contact reached. */
public enum Dialled {
    /** The number of the buyer's phone. */
    REAL,
    /** A number that stood for the buyer's in one order. */
    VIRTUAL
}

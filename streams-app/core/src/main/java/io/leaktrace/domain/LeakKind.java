package io.leaktrace.domain;

/** The kind of a leak. Add kinds at the end only: Avro records refer to them by name. */
public enum LeakKind {
    /** Orders leak as they are placed; calls follow each order within the join window. */
    LEAKS_NOW,
    /** Orders were copied at some time, and are called through in a campaign, whatever their age. */
    ARCHIVE
}

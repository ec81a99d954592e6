package io.leaktrace.runs;

/** Forms in which a run's findings are written. */
public enum Format {
    /** {@code suspects.csv} and {@code alerts.csv}, which every run writes. */
    CSV,
    /** {@code suspects}, {@code alerts}, {@code epochs} and {@code evidence} as JSON, one object a line. */
    NDJSON,
    /** The same as Parquet. */
    PARQUET
}

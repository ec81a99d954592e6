package io.leaktrace.runs;

/** File formats of a run's findings. */
public enum RunFormat {
    /** {@code suspects.csv} and {@code alerts.csv}, which every run writes. */
    CSV,
    /** {@code suspects}, {@code alerts}, {@code epochs} and {@code evidence} as JSON, one object per line. */
    NDJSON,
    /** The same tables as Parquet. */
    PARQUET
}

package io.leaktrace.domain;

/** What a person decided about a custodian. */
public enum Verdict {
    CONFIRMED,
    DISMISSED,
    REMEDIATED
}

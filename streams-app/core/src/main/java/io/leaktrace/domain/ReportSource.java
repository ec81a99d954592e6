package io.leaktrace.domain;

/**
 * Who reported a contact. {@code ReportSource.avsc} has the same names in the same order, and {@code UNKNOWN} behind
 * them. State refers to a source by its ordinal, so new ones are added at the end; the buyer log has room for seven.
 */
public enum ReportSource {
    /** The buyer reported it to the platform. */
    BUYER,
    /** The platform recorded it itself, as a call or message through its own service. */
    PLATFORM,
    /** It comes from a report to the police. */
    POLICE
}

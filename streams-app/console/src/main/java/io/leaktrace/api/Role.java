package io.leaktrace.api;

/** What a person may do. */
enum Role {
    /** See what was found. */
    READ,
    /** Give verdicts. */
    DECIDE,
    /** Look behind pseudonyms. */
    REVEAL
}

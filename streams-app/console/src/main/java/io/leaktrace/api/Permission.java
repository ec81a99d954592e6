package io.leaktrace.api;

/** Permissions of a person. */
enum Permission {
    /** Read findings. */
    READ,
    /** Give verdicts. */
    DECIDE,
    /** See the ids of buyers and orders. */
    REVEAL
}

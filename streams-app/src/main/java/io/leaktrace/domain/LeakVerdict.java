package io.leaktrace.domain;

import java.time.Instant;

/**
 * A person's decision on a suspect.
 *
 * @param at when it was decided, and from when it holds
 * @param note why, or null
 * @param expiresAt when a dismissal ends, or null if it does not
 */
public record LeakVerdict(
        Custodian custodian, Verdict verdict, String by, Instant at, String note, Instant expiresAt) {}

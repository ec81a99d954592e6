package io.leaktrace.domain;

import java.time.Instant;

/**
 * Somebody looked behind a pseudonym.
 *
 * @param by who
 * @param contactId whose buyer and orders were shown
 * @param reason as the person gave it
 */
public record Audit(String by, Instant at, String contactId, String reason) {}

package io.leaktrace.domain;

import java.time.Instant;

/**
 * An audit record: a person resolved a pseudonym.
 *
 * @param by name of the person
 * @param contactId whose buyer and orders were shown
 * @param reason as given by the person
 */
public record Audit(String by, Instant at, String contactId, String reason) {}

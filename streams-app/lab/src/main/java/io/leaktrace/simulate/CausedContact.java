package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.ScamContact;

/**
 * A simulated contact with its true cause, which the pipeline does not see.
 *
 * @param cause the custodian whose leak caused it, or null if no leak did
 */
public record CausedContact(ScamContact contact, Custodian cause) {}

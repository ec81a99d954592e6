package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.ScamContact;

/**
 * A simulated contact and what no pipeline gets to see: who is to blame.
 *
 * @param cause the custodian whose leak it came from, or null if nobody's
 */
public record CausedContact(ScamContact contact, Custodian cause) {}

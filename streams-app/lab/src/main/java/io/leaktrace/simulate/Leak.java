package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.time.Instant;

/**
 * A custodian that leaks: part of the truth of a simulation.
 *
 * @param from start of the leak (inclusive): touches from then on are leaked
 * @param to end of the leak (exclusive), or null if it lasts to the end of the market
 * @param ratePerOrder probability, in (0, 1], that the buyer of an order touched during the leak reports a scam call;
 *     further calls to the same victim are added
 */
public record Leak(Custodian custodian, Instant from, Instant to, double ratePerOrder) {

    /** @throws IllegalArgumentException if the leak ends before it starts, or the rate is not in (0, 1] */
    public Leak {
        if (to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("the leak of " + custodian + " ends before it starts");
        }
        if (!(ratePerOrder > 0 && ratePerOrder <= 1)) {
            throw new IllegalArgumentException(
                    "the leak rate of " + custodian + " must be above 0 and at most 1, not " + ratePerOrder);
        }
    }

    /** Whether an order touched at this moment is leaked. */
    public boolean covers(Instant touchedAt) {
        return !touchedAt.isBefore(from) && (to == null || touchedAt.isBefore(to));
    }
}

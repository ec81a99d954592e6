package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.time.Instant;

/**
 * A custodian that leaks: the truth of a simulation.
 *
 * @param from first moment of a touch that is leaked
 * @param to first moment again of a touch that is not, or null if it still leaks at the end
 * @param ratePerOrder the probability that an order touched meanwhile makes its buyer report a scam call; further calls
 *     to the same victim come on top
 */
public record Leak(Custodian custodian, Instant from, Instant to, double ratePerOrder) {

    /** @throws IllegalArgumentException if the leak ends before it starts, or the rate is no probability */
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

package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.time.Instant;

/**
 * A custodian that leaks: part of the truth of a simulation. Either its touches are leaked as they come, or an archive
 * of its orders was copied once and is called through later.
 *
 * @param from start of the leak (inclusive): touches from then on are leaked. Of an archive, the first day of the
 *     calls, because the copying cannot be seen
 * @param to end of the leak or of the calls (exclusive), or null if it lasts to the end of the market
 * @param ratePerOrder probability, in (0, 1], that the buyer of an order touched during the leak, or in the archive,
 *     reports a scam call; further calls to the same victim are added
 * @param archive the copied orders, or null if touches are leaked as they come
 */
public record Leak(Custodian custodian, Instant from, Instant to, double ratePerOrder, Archive archive) {

    /**
     * The orders that were copied in one go.
     *
     * @param copiedFrom touches from then on (inclusive) are in the archive
     * @param copiedAt touches from then on are not
     */
    public record Archive(Instant copiedFrom, Instant copiedAt) {}

    /** @throws IllegalArgumentException if the leak ends before it starts, or the rate is not in (0, 1] */
    public Leak {
        if (to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("the leak of " + custodian + " ends before it starts");
        }
        if (archive != null && (to == null || from.isBefore(archive.copiedAt()))) {
            throw new IllegalArgumentException(
                    "the calls to the archive of " + custodian + " must start after the copy and end");
        }
        if (!(ratePerOrder > 0 && ratePerOrder <= 1)) {
            throw new IllegalArgumentException(
                    "the leak rate of " + custodian + " must be above 0 and at most 1, not " + ratePerOrder);
        }
    }

    /** A leak of touches as they come. */
    public Leak(Custodian custodian, Instant from, Instant to, double ratePerOrder) {
        this(custodian, from, to, ratePerOrder, null);
    }

    /** Whether an order touched at this moment is leaked. */
    public boolean covers(Instant touchedAt) {
        Instant first = archive == null ? from : archive.copiedFrom();
        Instant end = archive == null ? to : archive.copiedAt();
        return !touchedAt.isBefore(first) && (end == null || touchedAt.isBefore(end));
    }
}

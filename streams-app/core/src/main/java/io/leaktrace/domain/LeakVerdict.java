package io.leaktrace.domain;

import java.time.Instant;

/**
 * The decision of a person on a custodian.
 *
 * @param at time of the decision, from which it is in force
 * @param note reason, or null
 * @param expiresAt when a dismissal ends, or null if it does not
 */
public record LeakVerdict(Custodian custodian, Verdict verdict, String by, Instant at, String note, Instant expiresAt)
        implements InputRecord {

    /**
     * Returns whether the verdict is in force. Null is not.
     *
     * @param verdict or null
     * @param at current event time; if null, no verdict counts as expired
     */
    public static boolean isInForce(LeakVerdict verdict, Instant at) {
        if (verdict == null || verdict.verdict == Verdict.REMEDIATED) {
            return false;
        }
        return verdict.expiresAt == null || at == null || !verdict.expiresAt.isBefore(at);
    }

    @Override
    public String key() {
        return custodian.toString();
    }

    @Override
    public Instant eventTime() {
        return at;
    }
}

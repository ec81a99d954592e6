package io.leaktrace.domain;

import java.time.Instant;

/**
 * A person's decision on a suspect.
 *
 * @param at when it was decided, and from when it holds
 * @param note why, or null
 * @param expiresAt when a dismissal ends, or null if it does not
 */
public record LeakVerdict(Custodian custodian, Verdict verdict, String by, Instant at, String note, Instant expiresAt)
        implements InputRecord {

    /**
     * Whether a verdict holds still; none does not.
     *
     * @param verdict or null
     * @param at a time, or null if that is not known, when nothing has expired
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

package io.leaktrace.domain;

import java.time.Instant;

/**
 * A change of an alert on a custodian.
 *
 * @param alertId the same in all changes of the alert
 * @param at end of the estimated epoch
 * @param reporters the buyers whose reports the attributed incidents rest on
 * @param kind the kind of the leak, or null if no incident is attributed to the custodian
 * @param threshold the evidence (base-10 logarithm) at which alerts are raised
 */
public record Alert(
        String alertId,
        String market,
        Custodian custodian,
        Change change,
        Instant at,
        double score,
        double evidence,
        double threshold,
        long contacts,
        double attributed,
        long exposures,
        Reporters reporters,
        LeakKind kind)
        implements Finding {

    @Override
    public String key() {
        return custodian.toString();
    }

    /** Returns the number of distinct buyers that {@link Reporters#buyers} describes. */
    public int buyers() {
        return reporters.buyers();
    }

    /** Kinds of changes. */
    public enum Change {
        RAISED,
        ESCALATED,
        RESOLVED
    }
}

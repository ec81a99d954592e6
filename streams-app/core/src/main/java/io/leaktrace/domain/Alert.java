package io.leaktrace.domain;

import java.time.Instant;

/**
 * A change of an alert on a custodian.
 *
 * @param alertId the same in all changes of the alert
 * @param at end of the estimated epoch
 * @param buyers number of distinct buyers with an incident of which the custodian carries at least a tenth of the blame
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
        int buyers)
        implements Finding {

    @Override
    public String key() {
        return custodian.toString();
    }

    /** Kinds of changes. */
    public enum Change {
        RAISED,
        ESCALATED,
        RESOLVED
    }
}

package io.leaktrace.domain;

import java.time.Instant;
import java.util.Comparator;

/**
 * A custodian with its score at the end of an epoch.
 *
 * @param market name of the market
 * @param score probability that the custodian leaks now, in [0,1]
 * @param evidence base-10 logarithm of the sequential evidence that it leaks or leaked within the horizon
 * @param exposures number of orders touched in the horizon
 * @param contacts number of contacts within the window after a touch, in the horizon
 * @param attributed incidents attributed to it: a sum of shares
 * @param expected number of incidents expected after its orders without a leak
 * @param leakRate reported incidents caused per order touched, with a 90% interval from low to high
 * @param onset start of the most likely first day of the leak, or null
 * @param firstAlertedAt event time at which an alert was first raised, or null
 * @param sharedWith a custodian that the data cannot distinguish from this one, or null
 * @param shared share of the incidents attributed to this custodian in which the other was involved, or 0
 * @param reporters the buyers whose reports the attributed incidents rest on
 * @param kind the kind of the leak, or null if no incident is attributed to it
 * @param copied the most likely span of the copied orders; null unless the kind is an archive
 * @param inCommon number of custodians of its role, itself included, that seem to leak because of one source that the
 *     orders do not name; 0 if it seems to leak of its own
 * @param asOf end of the estimated epoch
 */
public record Suspect(
        String market,
        Custodian custodian,
        Status status,
        double score,
        double evidence,
        long exposures,
        long contacts,
        double attributed,
        double expected,
        double leakRate,
        double leakRateLow,
        double leakRateHigh,
        Instant onset,
        Instant firstAlertedAt,
        Custodian sharedWith,
        double shared,
        Reporters reporters,
        LeakKind kind,
        Copied copied,
        int inCommon,
        Instant asOf)
        implements Finding {

    /** Strongest evidence first; ties by score, then by name. */
    public static final Comparator<Suspect> RANKING = Comparator.comparingDouble(Suspect::evidence)
            .reversed()
            .thenComparing(Comparator.comparingDouble(Suspect::score).reversed())
            .thenComparing(suspect -> suspect.custodian().toString());

    @Override
    public String key() {
        return custodian.toString();
    }

    /** Returns the number of distinct buyers that {@link Reporters#buyers} describes. */
    public int buyers() {
        return reporters.buyers();
    }

    /**
     * A time span of copied orders.
     *
     * @param from start of the first day
     * @param to end of the last day, exclusive
     */
    public record Copied(Instant from, Instant to) {}

    /** Status of a custodian; the last two are decisions of a person. */
    public enum Status {
        CLEAR,
        WATCH,
        SUSPECT,
        CONFIRMED,
        DISMISSED
    }
}

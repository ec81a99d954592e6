package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Suspect;
import java.time.Instant;

/**
 * The estimate of the archive of one custodian, copied at some time and called through now.
 *
 * @param statistic natural logarithm of the Shiryaev–Roberts sum less the logarithm of a wave's likelihood ratio,
 *     given the blame on other archives
 * @param score probability that a campaign goes on, in [0, 1]
 * @param attributed sum of the shares of incidents in the horizon
 * @param buyers number of distinct buyers with a share of at least {@link AlertPolicy#COUNTED_SHARE}
 * @param campaignFrom most likely first day of the campaign, in days since 1970-01-01
 * @param copiedFrom first day of the most likely span of the copied orders, likewise
 * @param copiedTo its last day, likewise
 * @param rival a custodian that could explain at least half of the attributed incidents as well, and has as much
 *     evidence alone, or null
 * @param shared share of the attributed incidents that it could explain
 * @param contributions what each attributed incident adds to the statistic, in descending order
 */
record ArchiveEstimate(
        double statistic,
        double score,
        double attributed,
        int buyers,
        long campaignFrom,
        long copiedFrom,
        long copiedTo,
        Custodian rival,
        double shared,
        double[] contributions) {

    /** Returns the estimate of a custodian to which no incident is attributed. */
    static ArchiveEstimate without(double statistic) {
        return new ArchiveEstimate(statistic, 0, 0, 0, 0, 0, 0, null, 0, new double[0]);
    }

    /** Returns the evidence in log10. */
    double evidence() {
        return statistic / LeakChain.LN_10;
    }

    /** Returns the span of the copied orders. */
    Suspect.Copied copied() {
        return new Suspect.Copied(
                Instant.ofEpochMilli(copiedFrom * EventTime.DAY), Instant.ofEpochMilli((copiedTo + 1) * EventTime.DAY));
    }

    /** Returns about how many of the strongest incidents would have to be false for the evidence to fall below this. */
    int toFall(double least) {
        double left = statistic;
        int count = 0;
        while (count < contributions.length && left >= least * LeakChain.LN_10) {
            left -= contributions[count++];
        }
        return count;
    }
}

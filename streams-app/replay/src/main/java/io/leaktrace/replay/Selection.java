package io.leaktrace.replay;

import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.LeakVerdict;
import java.time.Instant;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * The records of a history that are replayed.
 *
 * @param from earliest event time (inclusive), or null; earlier verdicts and erasures are replayed too, since they last
 * @param to latest event time (exclusive), or null
 * @param sample the share of buyers, in (0,1]; equal shares select the same buyers, and a smaller one a subset of them
 */
public record Selection(Instant from, Instant to, double sample) {

    public static final Selection ALL = new Selection(null, null, 1);

    private static final double UNIT = 0x1p-53;

    /** @throws IllegalArgumentException if no record could be selected */
    public Selection {
        if (!(sample > 0 && sample <= 1)) {
            throw new IllegalArgumentException("a sample must be more than 0% and at most 100%");
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("from " + from + " is not before to " + to);
        }
    }

    /** @param key of a record, which is its buyer; null if the record will be rejected */
    public boolean takesBuyer(byte[] key) {
        return sample == 1 || key == null || (MurmurHash3.hash128x64(key)[0] >>> 11) * UNIT < sample;
    }

    /** @param record a record that is not rejected, with this event time */
    public boolean takes(Object record, Instant time) {
        boolean lasts = record instanceof LeakVerdict || record instanceof Erasure;
        return (lasts || from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }
}

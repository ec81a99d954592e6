package io.leaktrace.replay;

import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.LeakVerdict;
import java.time.Instant;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Which records of a history are replayed.
 *
 * @param from event time of the first, or null; verdicts from before still hold, and are taken
 * @param to event time of the first that are not, or null
 * @param sample the share of buyers, in (0,1]; the same share is always of the same buyers, and a smaller one of some of
 *     these
 */
public record Selection(Instant from, Instant to, double sample) {

    public static final Selection ALL = new Selection(null, null, 1);

    private static final double UNIT = 0x1p-53;

    /** @throws IllegalArgumentException if it can hold nothing */
    public Selection {
        if (!(sample > 0 && sample <= 1)) {
            throw new IllegalArgumentException("a sample is more than 0% and at most 100%");
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("from " + from + " to " + to + " there is nothing");
        }
    }

    /** @param key of a record, which is its buyer; null for one that will be refused */
    public boolean takesBuyer(byte[] key) {
        return sample == 1 || key == null || (MurmurHash3.hash128x64(key)[0] >>> 11) * UNIT < sample;
    }

    /** @param record one that is not refused, of this event time */
    boolean takes(Object record, Instant time) {
        boolean lasts = record instanceof LeakVerdict || record instanceof Erasure;
        return (lasts || from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }
}

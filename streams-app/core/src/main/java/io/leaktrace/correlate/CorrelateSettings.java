package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;

/**
 * Spans of event time, in milliseconds.
 *
 * @param window how long before a contact a touch can explain it
 * @param epoch length of an epoch; divides a day
 * @param lateness how far behind the latest record of its partition a record may come and still be on time
 */
public record CorrelateSettings(long window, long epoch, long lateness) {

    /**
     * How far back from a record the same buyer's past is looked at: a window, and a day for order ids, which later
     * entries refer to. What is older is not looked at even if it has not been forgotten yet, because when a block is
     * forgotten depends on the partition.
     */
    public long past() {
        return window + EventTime.DAY;
    }

    /**
     * How long the buyers' log remembers: evidence is gathered again for touches up to a window after the contact, and
     * then the contact's past is looked at.
     */
    public long retention() {
        return window + past() + EventTime.DAY + lateness;
    }
}

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
     * How long the buyers' log remembers: evidence is gathered again for touches up to a window after the contact, and
     * then reaches back a window before it. A day each for lateness and for order ids, which later entries refer to.
     */
    public long retention() {
        return 2 * window + 2 * EventTime.DAY + lateness;
    }
}

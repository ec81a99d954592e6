package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;

/**
 * Time spans of the first stage, in milliseconds of event time.
 *
 * @param window how long before a contact a touch can explain it
 * @param epoch length of an epoch; divides a day
 * @param lateness how far behind the latest record of its partition a record may come and still be on time
 */
public record CorrelateSettings(long window, long epoch, long lateness) {

    /**
     * Returns how far back from a record the buyer history is used, in ms: a window, plus a day for order ids that
     * later entries refer to. Older entries are ignored even if their block has not expired, since this depends on the
     * partition.
     */
    public long lookBack() {
        return window + EventTime.DAY;
    }

    /**
     * Returns how far back from the report of a contact the buyer's orders are known, in ms: their entries have not
     * expired when a report arrives in time.
     */
    public long memory() {
        return window + lookBack() + EventTime.DAY;
    }

    /**
     * Returns the retention of the buyer log in ms: touches up to a window after a contact update its evidence, which
     * needs the buyer history before the contact.
     */
    public long retention() {
        return memory() + lateness;
    }
}

package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;

/**
 * Time spans of the first stage, in milliseconds of event time, but for the memory.
 *
 * @param window how long before a contact a touch can explain it
 * @param epoch length of an epoch; divides a day
 * @param lateness how far behind the latest record of its partition a record may come and still be on time
 * @param memoryDays for how many days before a contact the custodians that touched an order of its buyer are known, by
 *     week; 0 for none, at most {@link #MAX_MEMORY_DAYS}
 */
public record CorrelateSettings(long window, long epoch, long lateness, int memoryDays) {

    /** Its weeks and that of the contact fit in the bits of an int. */
    public static final int MAX_MEMORY_DAYS = 210;

    public CorrelateSettings {
        if (memoryDays < 0 || memoryDays > MAX_MEMORY_DAYS) {
            throw new IllegalArgumentException(
                    "the memory is " + memoryDays + " days; it must be from 0 to " + MAX_MEMORY_DAYS);
        }
    }

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
    public long knownBack() {
        return window + lookBack() + EventTime.DAY;
    }

    /**
     * Returns the retention of the buyer log in ms: touches up to a window after a contact update its evidence, which
     * needs the buyer history before the contact.
     */
    public long retention() {
        return knownBack() + lateness;
    }

    /** Returns whether the custodians of a buyer are known for longer than its orders. */
    public boolean hasMemory() {
        return memoryDays > 0;
    }

    /** Returns the number of the first week whose touches are known for a contact; the memory is rounded up to weeks. */
    public long firstWeekOfMemory(long contactedAt) {
        return EventTime.weekOf(contactedAt) - (memoryDays + 6) / 7;
    }
}

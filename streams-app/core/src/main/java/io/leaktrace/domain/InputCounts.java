package io.leaktrace.domain;

/**
 * Numbers of input records by outcome, for the quality figures of an epoch.
 *
 * @param orderEvents accepted
 * @param scamContacts accepted
 * @param late accepted after their epoch was complete
 * @param expired too old to be used
 * @param duplicate already processed
 * @param bad sent to dead-letters
 */
public record InputCounts(long orderEvents, long scamContacts, long late, long expired, long duplicate, long bad) {

    public static final InputCounts NONE = new InputCounts(0, 0, 0, 0, 0, 0);

    public InputCounts plus(InputCounts other) {
        return new InputCounts(
                orderEvents + other.orderEvents,
                scamContacts + other.scamContacts,
                late + other.late,
                expired + other.expired,
                duplicate + other.duplicate,
                bad + other.bad);
    }
}

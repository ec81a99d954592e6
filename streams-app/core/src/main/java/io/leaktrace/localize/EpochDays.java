package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;

/**
 * The calendar of one epoch: which days are observed, estimated and counted. A day is a number of UTC days since
 * 1970-01-01. The sliding window is the days of touch whose leak levels are re-estimated at every epoch.
 *
 * @param end end of the epoch, exclusive, in epoch milliseconds
 * @param today the epoch's day, which is the last one of the sliding window and of the horizon
 * @param firstDay day of the market's first order
 * @param slidingFrom first day of the sliding window; earlier days are in the custodians' checkpoints. It is after
 *     {@code today} during the learning period
 * @param nextSlidingFrom first day of the next epoch's sliding window; days before it go into the checkpoints that are
 *     carried to that epoch
 * @param horizonFrom first day of the horizon, in which touches, contacts and incidents are counted
 * @param touchesFrom first day whose touches are counted by custodian: the earlier of {@code slidingFrom} and
 *     {@code horizonFrom}
 * @param levelsFrom first day for which leak levels are kept
 * @param historyFrom first day of which contacts are kept
 * @param leftHorizonFrom first day of the previous epoch's horizon; the days from it to the day before
 *     {@code horizonFrom} leave the horizon at this epoch
 * @param followsGap whether time was skipped before this epoch
 */
record EpochDays(
        long end,
        long today,
        long firstDay,
        long slidingFrom,
        long nextSlidingFrom,
        long horizonFrom,
        long touchesFrom,
        long levelsFrom,
        long historyFrom,
        long leftHorizonFrom,
        boolean followsGap) {

    /**
     * Returns the calendar of the epoch that ends at {@code end}.
     *
     * @param end end of the epoch, exclusive, in epoch milliseconds
     * @param before state of the market after the previous epoch, or null at the first epoch
     * @param firstBucket number of the first epoch with an order; used at the first epoch only
     */
    static EpochDays of(long end, MarketState before, long firstBucket, ModelSettings settings) {
        long today = EventTime.dayOf(end - 1);
        long firstDay = before == null ? EventTime.dayOf(firstBucket * settings.epoch()) : before.firstDay();
        long slidingFrom = before == null ? firstDay + settings.learningDays() : before.slidingFrom();
        long horizonFrom = today - settings.slidingDays() + 1;
        long yesterday = before == null ? today : EventTime.dayOf(before.closed() - 1);
        return new EpochDays(
                end,
                today,
                firstDay,
                slidingFrom,
                Math.max(slidingFrom, horizonFrom),
                horizonFrom,
                Math.min(slidingFrom, horizonFrom),
                today - settings.historyDays() - settings.windowDays(),
                today - settings.historyDays() + 1,
                yesterday - settings.slidingDays() + 1,
                before != null && end - before.closed() != settings.epoch());
    }

    /** Returns the number of days in the sliding window; 0 during the learning period. */
    int slidingDays() {
        return (int) Math.max(0, today - slidingFrom + 1);
    }

    /** Returns the number of days whose touches are counted by custodian. */
    int touchDays() {
        return (int) (today - touchesFrom + 1);
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;

/**
 * The calendar of one epoch: which days are observed, estimated and concluded on. A day is a number of UTC days since
 * 1970-01-01. The sliding window is the days of touch whose blame is estimated anew at every epoch.
 *
 * @param end end of the epoch, exclusive, in epoch milliseconds
 * @param today the epoch's day, which is the last one of the sliding window and of the horizon
 * @param firstDay day of the market's first order
 * @param slidingFrom first day of the sliding window; what was before is in the custodians' checkpoints. It is after
 *     {@code today} while only the background is learned
 * @param nextSlidingFrom the same at the next epoch: the days before it go into the checkpoints that are carried on
 * @param horizonFrom first day of the horizon, in which touches, contacts and incidents are counted
 * @param touchesFrom first day whose touches are known by custodian
 * @param levelsFrom first day for which leak levels are kept
 * @param historyFrom first day of which contacts are kept
 * @param leftHorizonFrom first day that is in the horizon of the epoch before; those from it until before
 *     {@code horizonFrom} leave the horizon with this epoch
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
     * @param end end of the epoch, in epoch milliseconds
     * @param before how far the localizer had come, or null at the first epoch
     * @param firstBucket number of the first epoch with an order; used at the first epoch only
     */
    static EpochDays of(long end, MarketState before, long firstBucket, ModelSettings settings) {
        long today = EventTime.dayOf(end - 1);
        long firstDay = before == null ? EventTime.dayOf(firstBucket * settings.epoch()) : before.firstDay();
        long slidingFrom = before == null ? firstDay + settings.learningDays() : before.ringFrom();
        long horizonFrom = today - settings.ringDays() + 1;
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
                yesterday - settings.ringDays() + 1,
                before != null && end - before.closed() != settings.epoch());
    }

    /** Number of days in the sliding window; 0 while only the background is learned. */
    int slidingDays() {
        return (int) Math.max(0, today - slidingFrom + 1);
    }

    /** Number of days whose touches are known by custodian. */
    int touchDays() {
        return (int) (today - touchesFrom + 1);
    }
}

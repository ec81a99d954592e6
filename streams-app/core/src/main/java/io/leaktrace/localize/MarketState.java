package io.leaktrace.localize;

/**
 * The progress of the localizer in one market.
 *
 * @param firstDay day of the first order, in days since 1970-01-01
 * @param slidingFrom first day of the sliding window, in days since 1970-01-01; earlier days are in the custodians'
 *     checkpoints
 * @param closed end of the last closed epoch, in epoch milliseconds
 * @param leadTimes lead times of incidents attributed to well-established suspects, for the next epoch's densities
 */
public record MarketState(long firstDay, long slidingFrom, long closed, LeadTimes.Sample leadTimes) {}

package io.leaktrace.localize;

/**
 * How far the localizer has come.
 *
 * @param firstDay day of the first order seen
 * @param ringFrom first day of touch that is attributed anew; what was before is in the custodians' checkpoints
 * @param closed end of the last epoch that was solved
 * @param leadTimes blame on well-established suspects by lead time, for the next epoch's densities
 */
public record MarketState(long firstDay, long ringFrom, long closed, LeadTimes.Sample leadTimes) {}

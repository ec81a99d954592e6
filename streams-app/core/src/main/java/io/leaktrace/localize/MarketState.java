package io.leaktrace.localize;

import io.leaktrace.domain.Role;
import java.util.SortedMap;

/**
 * The progress of the localizer in one market.
 *
 * @param firstDay day of the first order, in days since 1970-01-01
 * @param slidingFrom first day of the sliding window, in days since 1970-01-01; earlier days are in the custodians'
 *     checkpoints
 * @param closed end of the last closed epoch, in epoch milliseconds
 * @param leadTimes lead times of incidents attributed to well-established suspects, for the next epoch's densities
 * @param commonSources onset of the common source that custodians of a role seem to share, by role, in days since
 *     1970-01-01; without roles that have none
 */
public record MarketState(
        long firstDay,
        long slidingFrom,
        long closed,
        LeadTimes.Sample leadTimes,
        SortedMap<Role, Long> commonSources) {}

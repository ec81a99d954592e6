package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;
import java.util.SortedMap;

/**
 * What a correlator remembers beside its log.
 *
 * @param exposuresSentTo position in the log up to which exposures have been sent; later entries are counted again
 *     after a restart
 * @param counts by number of epoch, counted and not told yet
 */
public record CorrelatorCheckpoint(
        long reached, long latest, boolean saidAtEnd, long exposuresSentTo, SortedMap<Long, InputCounts> counts) {}

package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;

/**
 * What a correlator remembers beside its log.
 *
 * @param exposuresSentTo position in the log up to which exposures have been sent; later entries are counted again
 *     after a restart
 * @param counts counted since the last progress
 */
public record CorrelatorCheckpoint(
        long reached, long latest, boolean saidAtEnd, long exposuresSentTo, InputCounts counts) {}

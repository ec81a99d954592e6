package io.leaktrace.topology;

import io.leaktrace.domain.Correlation;

/** Output of the correlate step. */
sealed interface CorrelateOutput {

    /** A correlation for the localizer. */
    record Emitted(Correlation correlation) implements CorrelateOutput {}

    /** A rejected record as received; the reason is in the headers. */
    record Rejected(byte[] key, byte[] value) implements CorrelateOutput {}
}

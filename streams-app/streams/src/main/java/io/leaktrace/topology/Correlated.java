package io.leaktrace.topology;

import io.leaktrace.domain.Correlation;

/** What comes out of the correlate step. */
sealed interface Correlated {

    /** Something the localizer is to hear. */
    record Told(Correlation correlation) implements Correlated {}

    /** A record that was refused, as it came; the reason is in the headers. */
    record Refused(byte[] key, byte[] value) implements Correlated {}
}

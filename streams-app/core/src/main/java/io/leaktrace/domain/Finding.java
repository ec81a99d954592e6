package io.leaktrace.domain;

/** A result that the localizer publishes. */
public sealed interface Finding permits Suspect, Alert, Epoch, Evidence, Explanation {

    /** Returns the key of its record on the topic. */
    String key();
}

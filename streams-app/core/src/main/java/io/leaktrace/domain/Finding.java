package io.leaktrace.domain;

/** What the localizer publishes. */
public sealed interface Finding permits Suspect, Alert, Epoch, Evidence, Explanation {

    /** The key of its record: what later findings of the same kind are about too. */
    String key();
}

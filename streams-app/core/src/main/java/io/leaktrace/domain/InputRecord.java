package io.leaktrace.domain;

import java.time.Instant;

/** An input record: from an input topic or a line of a file. */
public sealed interface InputRecord permits OrderEvent, ScamContact, LeakVerdict, Erasure {

    /** Returns the text that must be the key of the record on its topic: the buyer, or the custodian of a verdict. */
    String key();

    /** Returns the event time; of a contact, the time when it was reported. */
    Instant eventTime();
}

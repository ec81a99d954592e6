package io.leaktrace.domain;

import java.time.Instant;

/** What Leaktrace is given: one record of an input topic, or one line of a file. */
public sealed interface InputRecord permits OrderEvent, ScamContact, LeakVerdict, Erasure {

    /** Returns the text that must be the key of the record on its topic: the buyer, or the custodian of a verdict. */
    String key();

    /** Returns when it counts as having happened: a contact when it was reported. */
    Instant eventTime();
}

package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;

/** Counts of the input that go on until they are taken. */
final class Tally {

    long orderEvents;
    long scamContacts;
    long late;
    long expired;
    long duplicate;
    long bad;
    long unmatched;

    InputCounts counts() {
        return new InputCounts(orderEvents, scamContacts, late, expired, duplicate, bad, unmatched);
    }

    InputCounts takeAll() {
        InputCounts taken = counts();
        set(InputCounts.NONE);
        return taken;
    }

    void set(InputCounts counts) {
        orderEvents = counts.orderEvents();
        scamContacts = counts.scamContacts();
        late = counts.late();
        expired = counts.expired();
        duplicate = counts.duplicate();
        bad = counts.bad();
        unmatched = counts.unmatched();
    }
}

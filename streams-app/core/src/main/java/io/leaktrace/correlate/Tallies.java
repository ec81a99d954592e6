package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts of the input, by the number of the epoch they belong to, until they are taken. */
final class Tallies {

    /** Counts that go on. */
    static final class Tally {
        long orderEvents;
        long scamContacts;
        long late;
        long expired;
        long duplicate;
        long bad;

        private Tally() {}

        private InputCounts counts() {
            return new InputCounts(orderEvents, scamContacts, late, expired, duplicate, bad);
        }
    }

    private final TreeMap<Long, Tally> tallies = new TreeMap<>();

    /** The tally that was asked for last: most records fall into the same epoch as the one before. */
    private Tally current = new Tally();

    private long currentEpoch = Long.MIN_VALUE;

    /** The counts of an epoch, to be added to. */
    Tally of(long epoch) {
        if (epoch != currentEpoch || tallies.isEmpty()) {
            current = tallies.computeIfAbsent(epoch, absent -> new Tally());
            currentEpoch = epoch;
        }
        return current;
    }

    /** Takes the counts of all epochs before this one. */
    SortedMap<Long, InputCounts> takeBefore(long epoch) {
        SortedMap<Long, Tally> before = tallies.headMap(epoch);
        SortedMap<Long, InputCounts> taken = counts(before);
        before.clear();
        currentEpoch = Long.MIN_VALUE;
        return taken;
    }

    /** Takes all counts. */
    SortedMap<Long, InputCounts> takeAll() {
        SortedMap<Long, InputCounts> taken = counts();
        tallies.clear();
        return taken;
    }

    SortedMap<Long, InputCounts> counts() {
        return counts(tallies);
    }

    private static SortedMap<Long, InputCounts> counts(SortedMap<Long, Tally> some) {
        TreeMap<Long, InputCounts> counts = new TreeMap<>();
        some.forEach((epoch, tally) -> counts.put(epoch, tally.counts()));
        return counts;
    }

    void restore(SortedMap<Long, InputCounts> saved) {
        saved.forEach((epoch, counts) -> {
            Tally tally = of(epoch);
            tally.orderEvents = counts.orderEvents();
            tally.scamContacts = counts.scamContacts();
            tally.late = counts.late();
            tally.expired = counts.expired();
            tally.duplicate = counts.duplicate();
            tally.bad = counts.bad();
        });
    }
}

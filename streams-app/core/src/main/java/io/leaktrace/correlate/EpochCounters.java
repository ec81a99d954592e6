package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the input by number of epoch, until the counts are taken. */
final class EpochCounters {

    /** The counters of an epoch. */
    static final class Counters {
        long orderEvents;
        long scamContacts;
        long late;
        long expired;
        long duplicate;
        long bad;

        private Counters() {}

        private InputCounts counts() {
            return new InputCounts(orderEvents, scamContacts, late, expired, duplicate, bad);
        }
    }

    private final TreeMap<Long, Counters> byEpoch = new TreeMap<>();

    /** Counters of the last lookup, cached since most records are of the same epoch as the previous one. */
    private Counters current = new Counters();

    private long currentEpoch = Long.MIN_VALUE;

    /** Returns the counters of an epoch, to be incremented. */
    Counters of(long epoch) {
        if (epoch != currentEpoch || byEpoch.isEmpty()) {
            current = byEpoch.computeIfAbsent(epoch, absent -> new Counters());
            currentEpoch = epoch;
        }
        return current;
    }

    /** Returns and removes the counts of all epochs before this one. */
    SortedMap<Long, InputCounts> takeBefore(long epoch) {
        SortedMap<Long, Counters> before = byEpoch.headMap(epoch);
        SortedMap<Long, InputCounts> taken = counts(before);
        before.clear();
        currentEpoch = Long.MIN_VALUE;
        return taken;
    }

    /** Returns and removes all counts. */
    SortedMap<Long, InputCounts> takeAll() {
        SortedMap<Long, InputCounts> taken = counts();
        byEpoch.clear();
        return taken;
    }

    SortedMap<Long, InputCounts> counts() {
        return counts(byEpoch);
    }

    private static SortedMap<Long, InputCounts> counts(SortedMap<Long, Counters> some) {
        TreeMap<Long, InputCounts> counts = new TreeMap<>();
        some.forEach((epoch, counters) -> counts.put(epoch, counters.counts()));
        return counts;
    }

    void restore(SortedMap<Long, InputCounts> saved) {
        saved.forEach((epoch, counts) -> {
            Counters restored = of(epoch);
            restored.orderEvents = counts.orderEvents();
            restored.scamContacts = counts.scamContacts();
            restored.late = counts.late();
            restored.expired = counts.expired();
            restored.duplicate = counts.duplicate();
            restored.bad = counts.bad();
        });
    }
}

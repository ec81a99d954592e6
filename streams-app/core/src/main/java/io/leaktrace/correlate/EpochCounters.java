package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the input by number of epoch, until the counts are taken. */
final class EpochCounters {

    /** What is counted. */
    enum Kind {
        ORDER_EVENT,
        SCAM_CONTACT,
        LATE,
        EXPIRED,
        DUPLICATE,
        BAD
    }

    /**
     * The counters of an epoch, with unused memory before and after them: every record changes them, and otherwise the
     * counters of correlators of other threads would share their cache lines.
     */
    static final class Counters {

        /** Number of longs in a cache line. */
        private static final int CACHE_LINE = 8;

        private final long[] counts = new long[CACHE_LINE + Kind.values().length + CACHE_LINE];

        private Counters() {}

        void add(Kind kind) {
            counts[CACHE_LINE + kind.ordinal()]++;
        }

        private long of(Kind kind) {
            return counts[CACHE_LINE + kind.ordinal()];
        }

        private void set(Kind kind, long count) {
            counts[CACHE_LINE + kind.ordinal()] = count;
        }

        private InputCounts counts() {
            return new InputCounts(
                    of(Kind.ORDER_EVENT),
                    of(Kind.SCAM_CONTACT),
                    of(Kind.LATE),
                    of(Kind.EXPIRED),
                    of(Kind.DUPLICATE),
                    of(Kind.BAD));
        }
    }

    private final TreeMap<Long, Counters> byEpoch = new TreeMap<>();

    /** Counters of the last lookup, cached since most records are of the same epoch as the previous one. */
    private Counters current = new Counters();

    private long currentEpoch = Long.MIN_VALUE;

    /** Returns the counters of an epoch, to which a record is added. */
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
            restored.set(Kind.ORDER_EVENT, counts.orderEvents());
            restored.set(Kind.SCAM_CONTACT, counts.scamContacts());
            restored.set(Kind.LATE, counts.late());
            restored.set(Kind.EXPIRED, counts.expired());
            restored.set(Kind.DUPLICATE, counts.duplicate());
            restored.set(Kind.BAD, counts.bad());
        });
    }
}

package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/**
 * Where each buyer's latest entry stands in the log and, beside it, the buyer's recent events in a few words: what the
 * next event nearly always has to know of the past, without a walk through entries that lie far apart in memory.
 *
 * <p>A buyer's events are remembered or they are not; then a walk tells, and they can be remembered again. Nothing here
 * is saved, since it follows from the log.
 *
 * <p>An event is 64 bits: the hash of its order in the upper 32, then 16 of the hash of the event, then the hour of its
 * time, of which 16 bits tell it apart from any within {@link #HOURS_APART}.
 */
final class BuyerIndex {

    /** A buyer with more recent events than this has to be walked. */
    static final int MOST_EVENTS = 30;

    /** Remembered events and the one for which they are asked are less than this apart: two windows, of months at most. */
    private static final long HOURS_APART = 1 << Short.SIZE;

    private static final int LATEST = 0;
    private static final int LATEST_TIME = 1;
    private static final int EVENTS = 2;
    private static final int COUNT_BITS = 8;
    private static final long COUNT_MASK = (1 << COUNT_BITS) - 1;

    /** Stands for the time of the latest entry where the events are not remembered. */
    private static final long NOT_REMEMBERED = Long.MAX_VALUE;

    /**
     * Of each buyer: the position of the latest entry, times 256 plus the number of events; the time of the latest entry;
     * and the events, in the order of time.
     */
    private final Long2ObjectOpenHashMap<long[]> buyers = new Long2ObjectOpenHashMap<>();

    /** Of no use, but that what is fetched is really read. */
    private long fetched;

    void clear() {
        buyers.clear();
    }

    void remove(long buyer) {
        buyers.remove(buyer);
    }

    /** Reads what is known of the buyer, so that it is near when it is asked for. */
    void fetch(long buyer) {
        long[] known = buyers.get(buyer);
        if (known != null) {
            fetched += known[LATEST];
        }
    }

    /** Position of the buyer's latest entry, or 0. */
    long latestOf(long buyer) {
        long[] known = buyers.get(buyer);
        return known == null ? 0 : known[LATEST] >>> COUNT_BITS;
    }

    /** Tells of the buyer's latest entry; what was remembered of its events is no longer. */
    void setLatest(long buyer, long position) {
        long[] known = buyers.get(buyer);
        if (known == null) {
            known = new long[EVENTS + 1];
            buyers.put(buyer, known);
        }
        known[LATEST] = position << COUNT_BITS;
        known[LATEST_TIME] = NOT_REMEMBERED;
    }

    /**
     * What is remembered of a buyer, to be read with {@link #count}, {@link #latestTime} and {@link #eventAt}; null if
     * nothing is.
     */
    long[] remembered(long buyer) {
        long[] known = buyers.get(buyer);
        return known == null || known[LATEST_TIME] == NOT_REMEMBERED ? null : known;
    }

    /** How many events are remembered. */
    static int count(long[] remembered) {
        return (int) (remembered[LATEST] & COUNT_MASK);
    }

    /** Time of the buyer's latest entry, which may be older than any event. */
    static long latestTime(long[] remembered) {
        return remembered[LATEST_TIME];
    }

    static long eventAt(long[] remembered, int number) {
        return remembered[EVENTS + number];
    }

    /**
     * Remembers the events of a buyer whose latest entry has been told.
     *
     * @param latestTime time of the latest entry, which none of the buyer's is later than
     * @param events all that matter when the next one comes, by {@link #event}, in the order of time: so
     *     many of the array, from an index on
     */
    void remember(long buyer, long latestTime, long[] events, int from, int count) {
        long[] known = buyers.get(buyer);
        if (known.length < EVENTS + count) {
            long[] longer = new long[EVENTS + Math.min(count + count / 2 + 1, MOST_EVENTS)];
            longer[LATEST] = known[LATEST];
            known = longer;
            buyers.put(buyer, known);
        }
        known[LATEST] = known[LATEST] & ~COUNT_MASK | count;
        known[LATEST_TIME] = latestTime;
        System.arraycopy(events, from, known, EVENTS, count);
    }

    static long event(int orderHash, int eventHash, long time) {
        return (long) orderHash << 32 | (eventHash & 0xFFFFL) << Short.SIZE | EventTime.hourOf(time) & HOURS_APART - 1;
    }

    static int orderHash(long event) {
        return (int) (event >>> 32);
    }

    /** Whether it could be the event of this hash. */
    static boolean maybeOf(long event, int eventHash) {
        return (event >>> Short.SIZE & 0xFFFF) == (eventHash & 0xFFFF);
    }

    /** The hour of an event no later than this hour. */
    static long hour(long event, long notAfter) {
        return notAfter - (notAfter - event & HOURS_APART - 1);
    }
}

package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/**
 * Index of the buyer log: the position of each buyer's latest entry, and a compact cache of the buyer's recent events.
 * The next event of the buyer nearly always needs only this cache, and no scan of entries that lie far apart in memory.
 *
 * <p>If a buyer's events are not cached, a scan of the log finds them, and they can be cached again. Nothing here is
 * saved, since it is derived from the log.
 *
 * <p>An event is 64 bits: the hash of its order in the upper 32, then 16 of the hash of the event, then the lowest 16
 * bits of the hour of its time, which are unambiguous within {@link #HOURS_APART} hours.
 */
final class BuyerIndex {

    /** Maximum number of cached events; a buyer with more recent events must be scanned. */
    static final int MAX_EVENTS = 30;

    /** Maximum number of hours between cached events and the next event; two windows are shorter. */
    private static final long HOURS_APART = 1 << Short.SIZE;

    private static final int LATEST = 0;
    private static final int LATEST_TIME = 1;
    private static final int EVENTS = 2;
    private static final int COUNT_BITS = 8;
    private static final long COUNT_MASK = (1 << COUNT_BITS) - 1;

    /** Value of {@link #LATEST_TIME} if the events are not cached. */
    private static final long NOT_CACHED = Long.MAX_VALUE;

    /**
     * For each buyer: position of the latest entry times 256 plus number of events; time of the latest entry in epoch
     * milliseconds; events in time order.
     */
    private final Long2ObjectOpenHashMap<long[]> buyers = new Long2ObjectOpenHashMap<>();

    /** Never used; prevents the JIT compiler from removing the read in {@link #fetch}. */
    private long fetched;

    void clear() {
        buyers.clear();
    }

    void remove(long buyer) {
        buyers.remove(buyer);
    }

    /** Reads the data of a buyer, so that they are in the CPU cache for the next access. */
    void fetch(long buyer) {
        long[] data = buyers.get(buyer);
        if (data != null) {
            fetched += data[LATEST];
        }
    }

    /** Returns the position of the buyer's latest entry, or 0. */
    long latestOf(long buyer) {
        long[] data = buyers.get(buyer);
        return data == null ? 0 : data[LATEST] >>> COUNT_BITS;
    }

    /** Sets the position of the buyer's latest entry; discards the cached events. */
    void setLatest(long buyer, long position) {
        long[] data = buyers.get(buyer);
        if (data == null) {
            data = new long[EVENTS + 1];
            buyers.put(buyer, data);
        }
        data[LATEST] = position << COUNT_BITS;
        data[LATEST_TIME] = NOT_CACHED;
    }

    /**
     * Returns the cache of a buyer, to be read with {@link #count}, {@link #latestTime} and {@link #eventAt}; null if
     * there is none.
     */
    long[] cached(long buyer) {
        long[] data = buyers.get(buyer);
        return data == null || data[LATEST_TIME] == NOT_CACHED ? null : data;
    }

    /** Returns the number of cached events. */
    static int count(long[] cached) {
        return (int) (cached[LATEST] & COUNT_MASK);
    }

    /** Returns the time of the buyer's latest entry in epoch milliseconds, which may be older than any event. */
    static long latestTime(long[] cached) {
        return cached[LATEST_TIME];
    }

    static long eventAt(long[] cached, int number) {
        return cached[EVENTS + number];
    }

    /**
     * Caches the events of a buyer, after {@link #setLatest}.
     *
     * @param latestTime time of the latest entry in epoch milliseconds; no entry of the buyer has a later time
     * @param events all that are relevant for the next event, made by {@link #event}, in time order: {@code count}
     *     elements from index {@code from} on
     */
    void cache(long buyer, long latestTime, long[] events, int from, int count) {
        long[] data = buyers.get(buyer);
        if (data.length < EVENTS + count) {
            long[] longer = new long[EVENTS + Math.min(count + count / 2 + 1, MAX_EVENTS)];
            longer[LATEST] = data[LATEST];
            data = longer;
            buyers.put(buyer, data);
        }
        data[LATEST] = data[LATEST] & ~COUNT_MASK | count;
        data[LATEST_TIME] = latestTime;
        System.arraycopy(events, from, data, EVENTS, count);
    }

    static long event(int orderHash, int eventHash, long time) {
        return (long) orderHash << 32 | (eventHash & 0xFFFFL) << Short.SIZE | EventTime.hourOf(time) & HOURS_APART - 1;
    }

    static int orderHash(long event) {
        return (int) (event >>> 32);
    }

    /** Returns whether it may be the event with this hash. */
    static boolean maybeOf(long event, int eventHash) {
        return (event >>> Short.SIZE & 0xFFFF) == (eventHash & 0xFFFF);
    }

    /** Returns the hour of an event that is no later than the given hour. */
    static long hour(long event, long notAfter) {
        return notAfter - (notAfter - event & HOURS_APART - 1);
    }
}

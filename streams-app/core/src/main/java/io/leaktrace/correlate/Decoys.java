package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.Arrays;

/**
 * The buyers of one partition that are decoys, by their hashes. A buyer is one if an order event says so, from a
 * look-back before the first such event on, whatever its other events say and in whatever order they arrive. That start
 * is kept as long as the state, since a decoy's number is called for years.
 */
final class Decoys {

    /** Start of a buyer that is no decoy. */
    static final long NEVER = Long.MAX_VALUE;

    private final long lookBack;
    private final CorrelatorStore store;

    /** Time of the first event that says so, in epoch milliseconds. */
    private final Long2LongOpenHashMap firstEvents = new Long2LongOpenHashMap();

    private final LongOpenHashSet unsaved = new LongOpenHashSet();

    /** Restores the decoys from the store. */
    Decoys(CorrelateSettings settings, CorrelatorStore store) {
        this.lookBack = settings.lookBack();
        this.store = store;
        firstEvents.defaultReturnValue(NEVER);
        store.decoys(firstEvents::put);
    }

    /** Returns since when a buyer is a decoy, in epoch milliseconds, on the hour; {@link #NEVER} for no decoy. */
    long since(long buyer) {
        return firstEvents.isEmpty() ? NEVER : since(firstEvents.get(buyer), lookBack);
    }

    /** Returns the start of a decoy with this first event; the later full hour, so that the log has all since then. */
    private static long since(long firstEvent, long lookBack) {
        return firstEvent == NEVER ? NEVER : -Math.floorDiv(lookBack - firstEvent, EventTime.HOUR) * EventTime.HOUR;
    }

    /** Adds an event that says so; returns whether the buyer is a decoy for a longer time now. */
    boolean add(long buyer, long time) {
        if (time >= firstEvents.get(buyer)) {
            return false;
        }
        firstEvents.put(buyer, time);
        unsaved.add(buyer);
        return true;
    }

    /**
     * Erases the events of a buyer from before a time.
     *
     * @param firstRemaining time of the first of its remaining events that says so, or {@link #NEVER}
     */
    void erase(long buyer, long before, long firstRemaining) {
        if (firstEvents.get(buyer) >= before) {
            return;
        }
        if (firstRemaining == NEVER) {
            firstEvents.remove(buyer);
        } else {
            firstEvents.put(buyer, firstRemaining);
        }
        unsaved.add(buyer);
    }

    void save() {
        for (long buyer : unsaved) {
            store.putDecoy(buyer, firstEvents.get(buyer));
        }
        unsaved.clear();
    }

    /** Returns the hours, ascending, of the orders that a buyer placed as a decoy, or of its others. */
    static long[] hours(long[] hours, long since, boolean asDecoy) {
        if (since == NEVER) {
            return asDecoy ? new long[0] : hours;
        }
        return Arrays.stream(hours)
                .filter(hour -> hour * EventTime.HOUR >= since == asDecoy)
                .toArray();
    }
}

package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.ints.Int2LongMap;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;

/**
 * The history of a buyer in the log, relative to an event of one of its orders. The object is reused for each event.
 */
final class BuyerHistory {

    /**
     * Maximum number of a buyer's entries that a scan reads, newest first. A buyer with more entries within the
     * retention is not an ordinary customer; older entries are ignored, and a duplicate of one of them is counted twice. This
     * bounds the cost of each event of the buyer.
     */
    static final int MAX_SCANNED = 1_000;

    static final long NEVER = Long.MAX_VALUE;

    private static final int MAX_REUSED_SIZE = 256;

    private final LogEntry entry;
    private final BuyerIndex index;
    private final boolean oldestMatter;

    private boolean duplicate;
    private boolean orderIdHeld;
    private boolean truncated;
    private long latest;
    private final LongArrayList contacts = new LongArrayList();
    private Int2LongOpenHashMap touches = newTimes();
    private Int2LongOpenHashMap accesses = newTimes();
    private Int2LongOpenHashMap orderedAt = newTimes();

    /** Whether the history was read from the index, with no other entries than those of the current order. */
    private boolean fromIndex;

    /** The buyer's events in the form of the index, latest last; at the end of the array if they were scanned. */
    private final long[] events = new long[BuyerIndex.MAX_EVENTS];

    private int firstEvent;
    private int endOfEvents;
    /** Hour of the current event, if the history was read from the index. */
    private long hourOfEvent;

    /** Whether the events can be cached: all relevant entries are order events that arrived in time order. */
    private boolean cacheable;

    /**
     * @param oldestMatter whether it matters if orders of the history's first hour belong to it; the index does not know
     *     the minute
     */
    BuyerHistory(BuyerLog log, BuyerIndex index, boolean oldestMatter) {
        this.entry = new LogEntry(log);
        this.index = index;
        this.oldestMatter = oldestMatter;
    }

    private static Int2LongOpenHashMap newTimes() {
        Int2LongOpenHashMap times = new Int2LongOpenHashMap();
        times.defaultReturnValue(NEVER);
        return times;
    }

    /**
     * Loads the history for an event whose relevant entries cannot have expired: from the index if possible, which is
     * nearly always the case, otherwise by {@link #scan}.
     */
    void load(long buyer, int orderHash, int eventHash, long time, long since, long idSince) {
        if (!loadFromIndex(buyer, orderHash, eventHash, time, since, idSince)) {
            scan(buyer, orderHash, eventHash, since, idSince);
        }
    }

    /**
     * Reads the history from the index, if a scan would certainly make no difference: the buyer is new, or its events are
     * cached and this event is not late and no cached event. Of the current order, cached events are read from the log.
     */
    private boolean loadFromIndex(long buyer, int orderHash, int eventHash, long time, long since, long idSince) {
        boolean isNew = index.latestOf(buyer) == 0;
        if (!isNew && (!index.isCached() || time < index.latestTime())) {
            return false;
        }
        long hour = EventTime.hourOf(time);
        long sinceHour = EventTime.hourOf(since);
        firstEvent = 0;
        endOfEvents = 0;
        // All events are older then; the hours of much older ones would be ambiguous.
        boolean none = isNew || index.latestTime() < since;
        int count = none ? 0 : index.count();
        int ofOrder = 0;
        int unclear = 0;
        for (int i = 0; i < count; i++) {
            long event = index.eventAt(i);
            long eventHour = BuyerIndex.hour(event, hour);
            if (eventHour < sinceHour) {
                continue;
            }
            unclear += eventHour == sinceHour ? 1 : 0;
            if (unclear > 0 && oldestMatter || BuyerIndex.maybeOf(event, eventHash)) {
                return false;
            }
            ofOrder += BuyerIndex.orderHash(event) == orderHash ? 1 : 0;
            events[endOfEvents++] = event;
        }
        // Without them, an order would begin with a later event.
        for (int i = 0; i < unclear; i++) {
            if (BuyerIndex.orderHash(events[i]) == orderHash || isOrderOfLaterEvent(i)) {
                return false;
            }
        }
        long latestTime = isNew ? Long.MIN_VALUE : index.latestTime();
        reset();
        if (!scanOrder(buyer, orderHash, ofOrder, since, idSince)) {
            return false;
        }
        cacheable = true;
        fromIndex = true;
        hourOfEvent = hour;
        latest = latestTime;
        return true;
    }

    private boolean isOrderOfLaterEvent(int event) {
        for (int later = event + 1; later < endOfEvents; later++) {
            if (BuyerIndex.orderHash(events[later]) == BuyerIndex.orderHash(events[event])) {
                return true;
            }
        }
        return false;
    }

    /** Reads a number of events of an order, the latest first; returns whether the log has that many. */
    private boolean scanOrder(long buyer, int orderHash, int number, long since, long idSince) {
        int left = number;
        for (boolean more = left > 0 && entry.latestOf(buyer); more; more = left > 0 && entry.previous()) {
            if (entry.isOrderEvent() && entry.orderHash() == orderHash && entry.time() >= since) {
                addEventOfOrder(idSince);
                left--;
            }
        }
        return left == 0;
    }

    /** Adds the event that {@link #entry} is at, which is of the current order. */
    private void addEventOfOrder(long idSince) {
        long time = entry.time();
        orderedAt.mergeLong(entry.orderHash(), time, Math::min);
        orderIdHeld |= entry.holdsOrderId() && time >= idSince;
        for (int number : entry.custodianNumbers()) {
            touches.mergeLong(number, time, Math::min);
            if (entry.isAccess()) {
                accesses.mergeLong(number, time, Math::min);
            }
        }
    }

    /** Caches the loaded events in the index, with the current event, which must be in the log. */
    void cache(long buyer, int orderHash, int eventHash, long time) {
        if (!cacheable || time < latest) {
            return;
        }
        if (endOfEvents == events.length) {
            int count = endOfEvents - firstEvent;
            if (count == events.length) {
                return;
            }
            System.arraycopy(events, firstEvent, events, 0, count);
            firstEvent = 0;
            endOfEvents = count;
        }
        events[endOfEvents++] = BuyerIndex.event(orderHash, eventHash, time);
        index.cache(buyer, time, events, firstEvent, endOfEvents - firstEvent);
    }

    private void reset() {
        duplicate = false;
        orderIdHeld = false;
        truncated = false;
        latest = Long.MIN_VALUE;
        contacts.clear();
        // The cost of clearing grows with the capacity, so large maps are replaced.
        touches = emptied(touches);
        accesses = emptied(accesses);
        orderedAt = emptied(orderedAt);
    }

    /**
     * Loads the history by a scan of the buyer's entries.
     *
     * @param orderHash order of the current event
     * @param eventHash current event, to detect duplicates
     * @param since entries before this time are skipped, in epoch milliseconds
     * @param idSince order ids in entries before this time are ignored, in epoch milliseconds
     */
    void scan(long buyer, int orderHash, int eventHash, long since, long idSince) {
        reset();
        fromIndex = false;
        cacheable = true;
        firstEvent = events.length;
        endOfEvents = events.length;
        long after = Long.MAX_VALUE;
        int scanned = 0;
        for (boolean more = entry.latestOf(buyer); more && scanned < MAX_SCANNED; more = entry.previous()) {
            scanned++;
            latest = Math.max(latest, entry.time());
            if (entry.time() < since) {
                if (entry.inOrder()) {
                    break;
                }
                continue;
            }
            if (!entry.isOrderEvent()) {
                contacts.add(entry.position());
                cacheable = false;
                continue;
            }
            cacheable &= entry.time() <= after && firstEvent > 0;
            after = entry.time();
            if (cacheable) {
                events[--firstEvent] = BuyerIndex.event(entry.orderHash(), entry.eventHash(), entry.time());
            }
            duplicate |= entry.eventHash() == eventHash;
            if (entry.orderHash() == orderHash) {
                addEventOfOrder(idSince);
            } else {
                orderedAt.mergeLong(entry.orderHash(), entry.time(), Math::min);
            }
        }
        truncated = scanned == MAX_SCANNED;
        // Cached events must all be within a scan, also after the maximum number of further events.
        cacheable &= scanned + BuyerIndex.MAX_EVENTS < MAX_SCANNED;
    }

    private static Int2LongOpenHashMap emptied(Int2LongOpenHashMap times) {
        if (times.size() > MAX_REUSED_SIZE) {
            return newTimes();
        }
        times.clear();
        return times;
    }

    /** Returns whether the buyer has more entries than a scan reads. */
    boolean isTruncated() {
        return truncated;
    }

    /** Returns whether the event is already in the log. */
    boolean duplicate() {
        return duplicate;
    }

    /** Returns the time of the buyer's latest entry in epoch milliseconds, or {@link Long#MIN_VALUE}. */
    long latest() {
        return latest;
    }

    boolean orderIdHeld() {
        return orderIdHeld;
    }

    /** Returns the positions of the buyer's contacts, latest first. */
    LongArrayList contacts() {
        return contacts;
    }

    /** Returns the time at which this custodian first touched the order, or {@link #NEVER}. */
    long touchedAt(int custodianNumber) {
        return touches.get(custodianNumber);
    }

    /** Returns the time at which this custodian first accessed the order, or {@link #NEVER}. */
    long accessedAt(int custodianNumber) {
        return accesses.get(custodianNumber);
    }

    /** Returns the time of the order's first event, or {@link #NEVER}. */
    long orderedAt(int orderHash) {
        return orderedAt.get(orderHash);
    }

    /** Returns the hours of the buyer's other orders, ascending. */
    long[] hoursOfOtherOrders(int orderHash) {
        return fromIndex ? hoursFromIndex(orderHash) : hoursFromScan(orderHash);
    }

    /** The first event of an order is its earliest. */
    private long[] hoursFromIndex(int orderHash) {
        long[] hours = new long[endOfEvents];
        int count = 0;
        for (int i = 0; i < endOfEvents; i++) {
            int order = BuyerIndex.orderHash(events[i]);
            int first = 0;
            while (BuyerIndex.orderHash(events[first]) != order) {
                first++;
            }
            if (first == i && order != orderHash) {
                hours[count++] = BuyerIndex.hour(events[i], hourOfEvent);
            }
        }
        return count == hours.length ? hours : Arrays.copyOf(hours, count);
    }

    private long[] hoursFromScan(int orderHash) {
        long[] hours = new long[orderedAt.size()];
        int count = 0;
        for (Int2LongMap.Entry order : orderedAt.int2LongEntrySet()) {
            if (order.getIntKey() != orderHash) {
                hours[count++] = EventTime.hourOf(order.getLongValue());
            }
        }
        long[] sorted = Arrays.copyOf(hours, count);
        Arrays.sort(sorted);
        return sorted;
    }
}

package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.ints.Int2LongMap;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;

/** What the log knows of a buyer, seen from an event of one of its orders. Reused from event to event. */
final class BuyerPast {

    /**
     * So many of a buyer's entries are looked at, newest first. A buyer with more than that within the retention is no
     * shopper; older entries are not seen, and an event that repeats one of them counts twice. Every event of the buyer
     * costs as much as this allows.
     */
    static final int LONGEST_WALK = 1_000;

    static final long NEVER = Long.MAX_VALUE;

    private static final int LARGE = 256;

    private final Entry entry;
    private final BuyerIndex index;

    private boolean duplicate;
    private boolean orderIdHeld;
    private boolean cut;
    private long latest;
    private final LongArrayList contacts = new LongArrayList();
    private Int2LongOpenHashMap touches = newTimes();
    private Int2LongOpenHashMap orderedAt = newTimes();

    /** Whether the buyer's past was remembered, so that no entry was read. */
    private boolean remembered;

    /** The buyer's events, as the index has them, latest last; at the end of the array if they come from a walk. */
    private final long[] events = new long[BuyerIndex.MOST_EVENTS];

    private int firstEvent;
    private int endOfEvents;
    /** Hour of the event after which it looked, if the past was remembered. */
    private long hourOfEvent;

    /** Whether these are all that matter of the buyer: no contacts, and none that came in another order than its time. */
    private boolean memorable;

    BuyerPast(BuyerLog log) {
        this.entry = new Entry(log);
        this.index = log.index();
    }

    private static Int2LongOpenHashMap newTimes() {
        Int2LongOpenHashMap times = new Int2LongOpenHashMap();
        times.defaultReturnValue(NEVER);
        return times;
    }

    /**
     * As {@link #walk}, for an event that comes when none of the buyer's that matter can have been forgotten; nearly
     * always, what is remembered of the buyer tells the same.
     */
    void lookBack(long buyer, int orderHash, int eventHash, long time, long since, long idSince) {
        if (!recall(buyer, orderHash, eventHash, time, since)) {
            walk(buyer, orderHash, eventHash, since, idSince);
        }
    }

    /**
     * Takes what is remembered of a buyer for its past, if it is certain that a walk would tell the same: the buyer is new,
     * or all is known and the event of this time is neither late for it, nor of an order known, nor known itself.
     */
    private boolean recall(long buyer, int orderHash, int eventHash, long time, long since) {
        long[] known = index.remembered(buyer);
        boolean isNew = known == null && index.latestOf(buyer) == 0;
        if (!isNew && (known == null || time < BuyerIndex.latestTime(known))) {
            return false;
        }
        long hour = EventTime.hourOf(time);
        long sinceHour = EventTime.hourOf(since);
        firstEvent = 0;
        endOfEvents = 0;
        // Older than that are all of them; and what is older still could be taken for another hour.
        boolean none = isNew || BuyerIndex.latestTime(known) < since;
        int count = none ? 0 : BuyerIndex.count(known);
        for (int i = 0; i < count; i++) {
            long event = BuyerIndex.eventAt(known, i);
            long eventHour = BuyerIndex.hour(event, hour);
            if (eventHour < sinceHour) {
                continue;
            }
            if (eventHour == sinceHour
                    || BuyerIndex.orderHash(event) == orderHash
                    || BuyerIndex.maybeOf(event, eventHash)) {
                return false;
            }
            events[endOfEvents++] = event;
        }
        start();
        memorable = true;
        remembered = true;
        hourOfEvent = hour;
        latest = isNew ? Long.MIN_VALUE : BuyerIndex.latestTime(known);
        return true;
    }

    /** Remembers what it knows of the buyer, and the event after which it looked and which has been put into the log. */
    void remember(long buyer, int orderHash, int eventHash, long time) {
        if (!memorable || time < latest) {
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
        index.remember(buyer, time, events, firstEvent, endOfEvents - firstEvent);
    }

    private void start() {
        duplicate = false;
        orderIdHeld = false;
        cut = false;
        latest = Long.MIN_VALUE;
        contacts.clear();
        // Clearing costs what the largest buyer so far cost, so a large one's maps are not kept.
        touches = emptied(touches);
        orderedAt = emptied(orderedAt);
    }

    /**
     * Walks through a buyer's entries.
     *
     * @param orderHash the order from which it is seen
     * @param eventHash the event, to see whether it came before
     * @param since entries before this time are passed over
     * @param idSince only an entry at least this young counts as holding the order's id
     */
    void walk(long buyer, int orderHash, int eventHash, long since, long idSince) {
        start();
        remembered = false;
        memorable = true;
        firstEvent = events.length;
        endOfEvents = events.length;
        long after = Long.MAX_VALUE;
        int walked = 0;
        for (boolean more = entry.latestOf(buyer); more && walked < LONGEST_WALK; more = entry.previous()) {
            walked++;
            latest = Math.max(latest, entry.time());
            if (entry.time() < since) {
                if (entry.inOrder()) {
                    break;
                }
                continue;
            }
            if (!entry.isOrderEvent()) {
                contacts.add(entry.position());
                memorable = false;
                continue;
            }
            memorable &= entry.time() <= after && firstEvent > 0;
            after = entry.time();
            if (memorable) {
                events[--firstEvent] = BuyerIndex.event(entry.orderHash(), entry.eventHash(), entry.time());
            }
            duplicate |= entry.eventHash() == eventHash;
            orderedAt.put(entry.orderHash(), Math.min(orderedAt.get(entry.orderHash()), entry.time()));
            if (entry.orderHash() == orderHash) {
                orderIdHeld |= entry.holdsOrderId() && entry.time() >= idSince;
                for (int number : entry.custodianNumbers()) {
                    touches.put(number, Math.min(touches.get(number), entry.time()));
                }
            }
        }
        cut = walked == LONGEST_WALK;
        // What is remembered must not be more than a walk would see when as many events have come as can be remembered.
        memorable &= walked + BuyerIndex.MOST_EVENTS < LONGEST_WALK;
    }

    private static Int2LongOpenHashMap emptied(Int2LongOpenHashMap times) {
        if (times.size() > LARGE) {
            return newTimes();
        }
        times.clear();
        return times;
    }

    /** Whether the buyer has more entries than are looked at. */
    boolean isCut() {
        return cut;
    }

    /** Whether the event is in the log already. */
    boolean duplicate() {
        return duplicate;
    }

    /** Time of the buyer's latest entry, or {@link Long#MIN_VALUE}. */
    long latest() {
        return latest;
    }

    boolean orderIdHeld() {
        return orderIdHeld;
    }

    /** Positions of the buyer's contacts, latest first. */
    LongArrayList contacts() {
        return contacts;
    }

    /** When this custodian first touched the order, or {@link #NEVER}. */
    long touchedAt(int custodianNumber) {
        return touches.get(custodianNumber);
    }

    /** When the order was first heard of, or {@link #NEVER}. */
    long orderedAt(int orderHash) {
        return orderedAt.get(orderHash);
    }

    /** Hours of the buyer's orders but this one, ascending. */
    long[] hoursOfOrdersBut(int orderHash) {
        return remembered ? rememberedHours() : walkedHours(orderHash);
    }

    /** None of the remembered events is of the order itself, and an order's first event is its earliest. */
    private long[] rememberedHours() {
        long[] hours = new long[endOfEvents];
        int count = 0;
        for (int i = 0; i < endOfEvents; i++) {
            int order = BuyerIndex.orderHash(events[i]);
            int first = 0;
            while (BuyerIndex.orderHash(events[first]) != order) {
                first++;
            }
            if (first == i) {
                hours[count++] = BuyerIndex.hour(events[i], hourOfEvent);
            }
        }
        return count == hours.length ? hours : Arrays.copyOf(hours, count);
    }

    private long[] walkedHours(int orderHash) {
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

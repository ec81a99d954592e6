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

    private boolean duplicate;
    private boolean orderIdHeld;
    private boolean cut;
    private long latest;
    private final LongArrayList contacts = new LongArrayList();
    private Int2LongOpenHashMap touches = newTimes();
    private Int2LongOpenHashMap orderedAt = newTimes();

    BuyerPast(BuyerLog log) {
        this.entry = new Entry(log);
    }

    private static Int2LongOpenHashMap newTimes() {
        Int2LongOpenHashMap times = new Int2LongOpenHashMap();
        times.defaultReturnValue(NEVER);
        return times;
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
        duplicate = false;
        orderIdHeld = false;
        latest = Long.MIN_VALUE;
        contacts.clear();
        // Clearing costs what the largest buyer so far cost, so a large one's maps are not kept.
        touches = emptied(touches);
        orderedAt = emptied(orderedAt);
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
                continue;
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

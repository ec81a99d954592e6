package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an erasure changes: which of a buyer's entries are left, how they are written again, and which counts of exposure
 * move from an entry that goes to one that is left.
 *
 * <p>An order and a touch are counted at their first event. If that goes and a later event of the same order is left, the
 * count moves there: otherwise an event that comes late, or the rest of the order, would be counted against an event that
 * nobody knows any more.
 */
final class BuyerErasure {

    /**
     * A count that moves from one time to another.
     *
     * @param from {@link #UNKNOWN} if where it was counted may have been forgotten already: then it stays there, too
     */
    record Move(long from, long to) {

        boolean isFromKnown() {
            return from != UNKNOWN;
        }
    }

    private static final long UNKNOWN = Long.MIN_VALUE;

    /**
     * An entry that is left, to be appended again.
     *
     * @param body what follows the buyer's hash
     */
    record Kept(byte kind, long time, byte[] body) {}

    /**
     * What to do.
     *
     * @param forgetsAnything whether any entry goes
     * @param kept in the order in which they came
     * @param movedOrders counts of orders
     * @param movedTouches counts of touches, by the custodian's number
     * @param hoursBefore of the buyer's orders, ascending
     * @param hoursForgotten of those of which nothing is left
     * @param hoursKept of those of which something is left, by what is left
     */
    record Plan(
            boolean forgetsAnything,
            List<Kept> kept,
            List<Move> movedOrders,
            SortedMap<Integer, List<Move>> movedTouches,
            long[] hoursBefore,
            long[] hoursForgotten,
            long[] hoursKept) {}

    private static final Plan NOTHING =
            new Plan(false, List.of(), List.of(), new TreeMap<>(), new long[0], new long[0], new long[0]);

    private final long before;
    private final long past;
    private final long remembersFrom;
    private final long orderIdReuse;

    /** Positions of the buyer's entries, latest first. */
    private final LongArrayList positions = new LongArrayList();

    private boolean forgetsAnything;

    /** Whether none of the buyer's entries has been forgotten because of its age. */
    private boolean complete;

    /** Times of events by order, and by order and custodian. */
    private final TreeMap<Integer, LongArrayList> timesOfOrders = new TreeMap<>();

    private final TreeMap<Integer, TreeMap<Integer, LongArrayList>> timesOfTouches = new TreeMap<>();
    private final Map<Integer, byte[]> orderIds = new HashMap<>();

    private final List<Kept> kept = new ArrayList<>();
    private final List<Move> movedOrders = new ArrayList<>();
    private final TreeMap<Integer, List<Move>> movedTouches = new TreeMap<>();
    private final LongArrayList hoursBefore = new LongArrayList();
    private final LongArrayList hoursForgotten = new LongArrayList();
    private final LongArrayList hoursKept = new LongArrayList();

    private BuyerErasure(long before, long past, long remembersFrom, long orderIdReuse) {
        this.before = before;
        this.past = past;
        this.remembersFrom = remembersFrom;
        this.orderIdReuse = orderIdReuse;
    }

    /**
     * Plans an erasure.
     *
     * @param before what became known before this time goes
     * @param past how far back from an event the same order's events are looked at: after a longer pause, it has been
     *     counted once more
     * @param remembersFrom entries from before this time may have been forgotten
     * @param orderIdReuse an order's id is written out again when the entry that holds it is older than this
     */
    static Plan plan(BuyerLog log, long buyer, long before, long past, long remembersFrom, long orderIdReuse) {
        return new BuyerErasure(before, past, remembersFrom, orderIdReuse).plan(log, buyer);
    }

    private Plan plan(BuyerLog log, long buyer) {
        Entry entry = new Entry(log);
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            see(entry);
        }
        if (!forgetsAnything) {
            return NOTHING;
        }
        complete = entry.isFirst();
        keep(entry);
        timesOfOrders.values().forEach(this::countOrder);
        timesOfTouches.values().forEach(ofOrder -> ofOrder.forEach(this::countTouch));
        return new Plan(
                true, kept, movedOrders, movedTouches, sorted(hoursBefore), sorted(hoursForgotten), sorted(hoursKept));
    }

    private void see(Entry entry) {
        positions.add(entry.position());
        forgetsAnything |= entry.knownAt() < before;
        if (!entry.isOrderEvent()) {
            return;
        }
        int order = entry.orderHash();
        timesOfOrders.computeIfAbsent(order, none -> new LongArrayList()).add(entry.time());
        TreeMap<Integer, LongArrayList> touches = timesOfTouches.computeIfAbsent(order, none -> new TreeMap<>());
        for (int custodian : entry.custodianNumbers()) {
            touches.computeIfAbsent(custodian, none -> new LongArrayList()).add(entry.time());
        }
        if (entry.holdsOrderId()) {
            orderIds.put(order, entry.orderIdBytes());
        }
    }

    /** Writes the entries that are left anew: the id of an order may have stood in one that goes. */
    private void keep(Entry entry) {
        Map<Integer, Long> idHeldAt = new HashMap<>();
        long latest = Long.MIN_VALUE;
        for (int i = positions.size() - 1; i >= 0; i--) {
            entry.read(positions.getLong(i));
            if (entry.knownAt() < before) {
                continue;
            }
            int kind = entry.time() >= latest ? BuyerLog.IN_ORDER : 0;
            latest = Math.max(latest, entry.time());
            if (!entry.isOrderEvent()) {
                kept.add(new Kept((byte) (kind | BuyerLog.CONTACT), entry.time(), entry.body()));
                continue;
            }
            int order = entry.orderHash();
            Long heldAt = idHeldAt.get(order);
            boolean writesId = orderIds.containsKey(order) && (heldAt == null || heldAt < entry.time() - orderIdReuse);
            if (writesId) {
                idHeldAt.put(order, entry.time());
                kind |= BuyerLog.HOLDS_ORDER_ID;
            }
            kept.add(new Kept(
                    (byte) (kind | entry.custodianCountBits()),
                    entry.time(),
                    entry.orderBody(writesId ? orderIds.get(order) : null)));
        }
    }

    private void countOrder(LongArrayList times) {
        long[] sorted = sorted(times);
        int moved = movedFrom(sorted);
        if (moved >= 0) {
            movedOrders.add(move(sorted, moved));
        }
        for (int i = 0; i < sorted.length; i++) {
            if (isCounted(sorted, i)) {
                hoursBefore.add(EventTime.hourOf(sorted[i]));
                long time = i == moved ? sorted[firstKept(sorted)] : sorted[i];
                (time < before ? hoursForgotten : hoursKept).add(EventTime.hourOf(time));
            }
        }
    }

    private void countTouch(int custodian, LongArrayList times) {
        long[] sorted = sorted(times);
        int moved = movedFrom(sorted);
        if (moved >= 0) {
            movedTouches.computeIfAbsent(custodian, none -> new ArrayList<>()).add(move(sorted, moved));
        }
    }

    /** Whether an order, or a touch, was counted at the event of this index. */
    private boolean isCounted(long[] times, int index) {
        return index == 0 || times[index] - times[index - 1] > past;
    }

    private int firstKept(long[] times) {
        int first = 0;
        while (first < times.length && times[first] < before) {
            first++;
        }
        return first;
    }

    /** Index of the event whose count moves to the first event that is left; −1 if none does. */
    private int movedFrom(long[] times) {
        int first = firstKept(times);
        if (first == times.length) {
            return -1;
        }
        int counted = first;
        while (!isCounted(times, counted)) {
            counted--;
        }
        return counted == first ? -1 : counted;
    }

    private Move move(long[] times, int from) {
        boolean known = complete || times[from] - past >= remembersFrom;
        return new Move(known ? times[from] : UNKNOWN, times[firstKept(times)]);
    }

    private static long[] sorted(LongArrayList times) {
        long[] sorted = times.toLongArray();
        Arrays.sort(sorted);
        return sorted;
    }
}

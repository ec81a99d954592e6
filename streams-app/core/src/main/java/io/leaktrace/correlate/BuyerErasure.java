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
import java.util.TreeSet;

/**
 * Plans an erasure: which of a buyer's entries remain, how they are rewritten, and which exposure counts move from an
 * erased entry to a remaining one.
 *
 * <p>An order and a touch are counted at their first event. If that one is erased and a later event of the same order
 * remains, the count moves there: otherwise late events and the rest of the order would be compared with an event that
 * no longer exists.
 */
final class BuyerErasure {

    /**
     * A count that moves from one time to another, in epoch milliseconds.
     *
     * @param from {@link #UNKNOWN} if the entry at which it was counted may have expired; then the old count stays, too
     */
    record Move(long from, long to) {

        boolean isFromKnown() {
            return from != UNKNOWN;
        }
    }

    private static final long UNKNOWN = Long.MIN_VALUE;

    /**
     * A remaining entry, to be appended again.
     *
     * @param body bytes after the buyer's hash
     */
    record Remaining(byte kind, long time, byte[] body) {}

    /**
     * The changes of an erasure.
     *
     * @param erasesAnything whether any entry is erased
     * @param remaining entries in the order in which they arrived
     * @param movedOrders moved counts of orders
     * @param movedTouches moved counts of touches, by the custodian's number
     * @param movedAccesses the same of accesses
     * @param hoursBefore hours of the buyer's orders before the erasure, ascending
     * @param hoursErased hours of the orders of which nothing remains
     * @param hoursRemaining hours of the other orders, by their first remaining event
     * @param decoySince since when the buyer was a decoy before, or {@link Decoys#NEVER}
     */
    record Plan(
            boolean erasesAnything,
            List<Remaining> remaining,
            List<Move> movedOrders,
            SortedMap<Integer, List<Move>> movedTouches,
            SortedMap<Integer, List<Move>> movedAccesses,
            long[] hoursBefore,
            long[] hoursErased,
            long[] hoursRemaining,
            long decoySince) {}

    private static final long[] NONE = {};

    private final long before;
    private final CorrelateSettings settings;
    private final long completeFrom;
    private final long orderIdReuse;
    private final Decoys decoys;

    /** Positions of the buyer's entries, latest first. */
    private final LongArrayList positions = new LongArrayList();

    private boolean erasesAnything;

    private long firstOfDecoy = Decoys.NEVER;
    /** Since when the buyer is a decoy, before and after the erasure. */
    private long decoySince;

    private long decoySinceThen;

    /** Whether none of the buyer's entries has expired. */
    private boolean complete;

    /** Event times by order hash. */
    private final TreeMap<Integer, LongArrayList> timesOfOrders = new TreeMap<>();

    private final TreeMap<Integer, TreeMap<Integer, LongArrayList>> timesOfTouches = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Integer, LongArrayList>> timesOfAccesses = new TreeMap<>();
    private final Map<Integer, byte[]> orderIds = new HashMap<>();

    /** Times of the remaining order events with custodians. */
    private final TreeSet<Long> remainingTouches = new TreeSet<>();

    private final List<Remaining> remaining = new ArrayList<>();
    private final List<Move> movedOrders = new ArrayList<>();
    private final TreeMap<Integer, List<Move>> movedTouches = new TreeMap<>();
    private final TreeMap<Integer, List<Move>> movedAccesses = new TreeMap<>();
    private final LongArrayList hoursBefore = new LongArrayList();
    private final LongArrayList hoursErased = new LongArrayList();
    private final LongArrayList hoursRemaining = new LongArrayList();

    private BuyerErasure(long before, CorrelateSettings settings, long completeFrom, long orderIdReuse, Decoys decoys) {
        this.before = before;
        this.settings = settings;
        this.completeFrom = completeFrom;
        this.orderIdReuse = orderIdReuse;
        this.decoys = decoys;
    }

    /**
     * Plans an erasure.
     *
     * @param before entries that became known before this time are erased, in epoch milliseconds
     * @param completeFrom entries before this time may have expired
     * @param orderIdReuse the order id is written again if the entry that holds it is older than this, in ms
     * @param decoys in which the buyer's events are erased
     */
    static Plan plan(
            BuyerLog log,
            long buyer,
            long before,
            CorrelateSettings settings,
            long completeFrom,
            long orderIdReuse,
            Decoys decoys) {
        return new BuyerErasure(before, settings, completeFrom, orderIdReuse, decoys).plan(log, buyer);
    }

    private Plan plan(BuyerLog log, long buyer) {
        LogEntry entry = new LogEntry(log);
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            add(entry);
        }
        decoySince = decoys.since(buyer);
        decoys.erase(buyer, before, firstOfDecoy);
        decoySinceThen = decoys.since(buyer);
        if (!erasesAnything && decoySinceThen == decoySince) {
            return new Plan(
                    false, List.of(), List.of(), new TreeMap<>(), new TreeMap<>(), NONE, NONE, NONE, decoySince);
        }
        complete = entry.isFirst();
        rewrite(entry);
        timesOfOrders.values().forEach(this::countOrder);
        move(timesOfTouches, movedTouches);
        move(timesOfAccesses, movedAccesses);
        return new Plan(
                true,
                remaining,
                movedOrders,
                movedTouches,
                movedAccesses,
                sorted(hoursBefore),
                sorted(hoursErased),
                sorted(hoursRemaining),
                decoySince);
    }

    private void add(LogEntry entry) {
        positions.add(entry.position());
        erasesAnything |= entry.knownAt() < before;
        if (!entry.isOrderEvent()) {
            return;
        }
        if (entry.knownAt() >= before && entry.isOfDecoy()) {
            firstOfDecoy = Math.min(firstOfDecoy, entry.time());
        }
        if (entry.knownAt() >= before && entry.hasCustodians()) {
            remainingTouches.add(entry.time());
        }
        int order = entry.orderHash();
        timesOfOrders.computeIfAbsent(order, none -> new LongArrayList()).add(entry.time());
        int[] custodians = entry.custodianNumbers();
        CountedOrders.add(timesOfTouches, order, entry.time(), custodians);
        if (entry.isAccess()) {
            CountedOrders.add(timesOfAccesses, order, entry.time(), custodians);
        }
        if (entry.holdsOrderId()) {
            orderIds.put(order, entry.orderIdBytes());
        }
    }

    /** Rewrites the remaining entries, since an erased entry may have held an order id. */
    private void rewrite(LogEntry entry) {
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
                kind |= BuyerLog.CONTACT
                        | BuyerLog.sourceBits(entry.source())
                        | (staysOrderedBeforeWindow(entry) ? BuyerLog.ORDERED_BEFORE_WINDOW : 0);
                remaining.add(new Remaining((byte) kind, entry.time(), entry.body()));
                continue;
            }
            int order = entry.orderHash();
            Long heldAt = idHeldAt.get(order);
            boolean writesId = orderIds.containsKey(order) && (heldAt == null || heldAt < entry.time() - orderIdReuse);
            if (writesId) {
                idHeldAt.put(order, entry.time());
                kind |= BuyerLog.HOLDS_ORDER_ID;
            }
            remaining.add(new Remaining(
                    (byte) (kind | entry.custodianCountBits()),
                    entry.time(),
                    entry.orderBody(writesId ? orderIds.get(order) : null)));
        }
    }

    /** Returns whether one of the orders before the window of a contact remains. */
    private boolean staysOrderedBeforeWindow(LogEntry contact) {
        long since = contact.reportedAt() - settings.knownBack();
        if (!contact.orderedBeforeWindow() || before <= since) {
            return contact.orderedBeforeWindow();
        }
        Long first = remainingTouches.ceiling(since);
        return first != null && first < contact.time() - settings.window();
    }

    private void countOrder(LongArrayList times) {
        long[] sorted = sorted(times);
        int moved = movedFrom(sorted);
        if (moved >= 0) {
            movedOrders.add(move(sorted, moved));
        }
        for (int i = 0; i < sorted.length; i++) {
            if (i != moved && isCountedAnew(sorted, i)) {
                movedOrders.add(new Move(sorted[i], sorted[i]));
            }
            if (isCounted(sorted, i)) {
                hoursBefore.add(EventTime.hourOf(sorted[i]));
                long time = i == moved ? sorted[firstRemaining(sorted)] : sorted[i];
                (time < before ? hoursErased : hoursRemaining).add(EventTime.hourOf(time));
            }
        }
    }

    private void move(TreeMap<Integer, TreeMap<Integer, LongArrayList>> times, SortedMap<Integer, List<Move>> moves) {
        times.values().forEach(ofOrder -> ofOrder.forEach((custodian, ofTouch) -> move(custodian, ofTouch, moves)));
    }

    private void move(int custodian, LongArrayList times, SortedMap<Integer, List<Move>> moves) {
        long[] sorted = sorted(times);
        int moved = movedFrom(sorted);
        if (moved >= 0) {
            moves.computeIfAbsent(custodian, none -> new ArrayList<>()).add(move(sorted, moved));
        }
        for (int i = 0; i < sorted.length; i++) {
            if (i != moved && isCountedAnew(sorted, i)) {
                moves.computeIfAbsent(custodian, none -> new ArrayList<>()).add(new Move(sorted[i], sorted[i]));
            }
        }
    }

    /** Returns whether a remaining order or touch was counted as a decoy's and no longer is one. */
    private boolean isCountedAnew(long[] times, int index) {
        long time = times[index];
        return time >= before && time >= decoySince && time < decoySinceThen && isCounted(times, index);
    }

    /**
     * Returns whether an order or touch was counted at the event of this index: events of an order within the look-back
     * of each other are counted once.
     */
    private boolean isCounted(long[] times, int index) {
        return CountedOrders.isCounted(times, index, settings.lookBack());
    }

    private int firstRemaining(long[] times) {
        int first = 0;
        while (first < times.length && times[first] < before) {
            first++;
        }
        return first;
    }

    /** Returns the index of the event whose count moves to the first remaining event; −1 if none does. */
    private int movedFrom(long[] times) {
        int first = firstRemaining(times);
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
        boolean known = complete || times[from] - settings.lookBack() >= completeFrom;
        return new Move(known ? times[from] : UNKNOWN, times[firstRemaining(times)]);
    }

    private static long[] sorted(LongArrayList times) {
        long[] sorted = times.toLongArray();
        Arrays.sort(sorted);
        return sorted;
    }
}

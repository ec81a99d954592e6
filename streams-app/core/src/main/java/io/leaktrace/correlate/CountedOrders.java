package io.leaktrace.correlate;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The times at which a buyer's orders and touches are counted: at their first event. Events within the look-back of each
 * other are counted once.
 */
final class CountedOrders {

    private final long lookBack;
    private final TreeMap<Integer, LongArrayList> ofOrders = new TreeMap<>();
    /** By order and custodian. */
    private final TreeMap<Integer, TreeMap<Integer, LongArrayList>> ofTouches = new TreeMap<>();

    private final TreeMap<Integer, TreeMap<Integer, LongArrayList>> ofAccesses = new TreeMap<>();

    CountedOrders(long lookBack) {
        this.lookBack = lookBack;
    }

    /** Adds an event. */
    void add(int order, long time, int[] custodians, boolean isAccess) {
        ofOrders.computeIfAbsent(order, none -> new LongArrayList()).add(time);
        add(ofTouches, order, time, custodians);
        if (isAccess) {
            add(ofAccesses, order, time, custodians);
        }
    }

    /** Adds the time of an event to those of the touches of its order, by custodian. */
    static void add(TreeMap<Integer, TreeMap<Integer, LongArrayList>> times, int order, long time, int[] custodians) {
        TreeMap<Integer, LongArrayList> ofOrder = times.computeIfAbsent(order, none -> new TreeMap<>());
        for (int custodian : custodians) {
            ofOrder.computeIfAbsent(custodian, none -> new LongArrayList()).add(time);
        }
    }

    /** Receives a touch, by the custodian's number and the time at which it is counted. */
    interface TouchListener {
        void onTouch(int custodian, long time);
    }

    /** Passes the touches that are counted between two times, the second excluded. */
    void forEachTouch(long from, long to, TouchListener listener) {
        forEach(ofTouches, from, to, listener);
    }

    /** The same of accesses. */
    void forEachAccess(long from, long to, TouchListener listener) {
        forEach(ofAccesses, from, to, listener);
    }

    private void forEach(
            TreeMap<Integer, TreeMap<Integer, LongArrayList>> times, long from, long to, TouchListener listener) {
        times.values()
                .forEach(ofOrder -> ofOrder.forEach((custodian, ofTouch) -> {
                    for (long time : counted(ofTouch)) {
                        if (time >= from && time < to) {
                            listener.onTouch(custodian, time);
                        }
                    }
                }));
    }

    /** Returns the times at which orders are counted, ascending. */
    long[] orders() {
        return ofOrders.values().stream()
                .flatMapToLong(times -> Arrays.stream(counted(times)))
                .sorted()
                .toArray();
    }

    private long[] counted(LongArrayList times) {
        long[] sorted = times.toLongArray();
        Arrays.sort(sorted);
        return IntStream.range(0, sorted.length)
                .filter(i -> isCounted(sorted, i, lookBack))
                .mapToLong(i -> sorted[i])
                .toArray();
    }

    /** Returns whether an order or touch is counted at the event of this index. */
    static boolean isCounted(long[] times, int index, long lookBack) {
        return index == 0 || times[index] - times[index - 1] > lookBack;
    }
}

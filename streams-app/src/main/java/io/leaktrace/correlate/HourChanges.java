package io.leaktrace.correlate;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Changes of a count by hour, added up until they are taken. Every order makes some ten of them, all within some weeks,
 * so they lie in an array.
 */
final class HourChanges {

    private static final int LEAST_HOURS = 1024;

    /** Of consecutive hours from the first on. */
    private int[] changes = new int[LEAST_HOURS];

    private long first;
    private boolean any;

    void add(long hour, int change) {
        if (hour < first || hour - first >= changes.length) {
            makeRoomFor(hour);
        }
        changes[(int) (hour - first)] += change;
        any = true;
    }

    private void makeRoomFor(long hour) {
        if (!any) {
            first = hour - changes.length / 4;
            return;
        }
        long from = Math.min(first, hour);
        long to = Math.max(first + changes.length, hour + 1);
        int[] wider = new int[Math.toIntExact(2 * (to - from))];
        long firstOfWider = from - (to - from) / 4;
        System.arraycopy(changes, 0, wider, (int) (first - firstOfWider), changes.length);
        changes = wider;
        first = firstOfWider;
    }

    /** All changes so far but those that came to nothing; none are left. */
    SortedMap<Long, Integer> take() {
        TreeMap<Long, Integer> taken = new TreeMap<>();
        for (int i = 0; i < changes.length; i++) {
            if (changes[i] != 0) {
                taken.put(first + i, changes[i]);
            }
        }
        Arrays.fill(changes, 0);
        any = false;
        return taken;
    }
}

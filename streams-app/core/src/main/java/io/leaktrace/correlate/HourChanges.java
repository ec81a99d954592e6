package io.leaktrace.correlate;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums of changes of a count by hour, until they are taken. Every order adds about ten of them, all within some weeks,
 * so they are in an array that moves with time.
 */
final class HourChanges {

    private static final int MIN_HOURS = 1024;

    /** Changes of consecutive hours, from {@link #first} on. */
    private int[] changes = new int[MIN_HOURS];

    private long first;
    /** First and last hour with a change; the first is after the last if there are none. */
    private long earliest = Long.MAX_VALUE;

    private long latest = Long.MIN_VALUE;

    void add(long hour, int change) {
        earliest = Math.min(earliest, hour);
        latest = Math.max(latest, hour);
        if (earliest < first || latest - first >= changes.length) {
            reallocate();
        }
        changes[(int) (hour - first)] += change;
    }

    /** Copies the hours with changes to the middle of a larger array. */
    private void reallocate() {
        int hours = Math.toIntExact(latest - earliest + 1);
        int[] larger = new int[Math.max(MIN_HOURS, 2 * hours)];
        long firstOfLarger = earliest - (larger.length - hours) / 2;
        long from = Math.max(first, earliest);
        long to = Math.min(first + changes.length, latest + 1);
        if (from < to) {
            System.arraycopy(changes, (int) (from - first), larger, (int) (from - firstOfLarger), (int) (to - from));
        }
        changes = larger;
        first = firstOfLarger;
    }

    /** Returns and clears all non-zero changes. */
    SortedMap<Long, Integer> take() {
        TreeMap<Long, Integer> taken = new TreeMap<>();
        for (long hour = earliest; hour <= latest; hour++) {
            int change = changes[(int) (hour - first)];
            if (change != 0) {
                taken.put(hour, change);
            }
        }
        Arrays.fill(changes, 0);
        earliest = Long.MAX_VALUE;
        latest = Long.MIN_VALUE;
        return taken;
    }
}

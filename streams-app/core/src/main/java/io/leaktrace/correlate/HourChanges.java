package io.leaktrace.correlate;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Changes of a count by hour, added up until they are taken. Every order makes some ten of them, all within some weeks,
 * so they lie in an array that moves along with them.
 */
final class HourChanges {

    private static final int LEAST_HOURS = 1024;

    /** Of consecutive hours from the first on. */
    private int[] changes = new int[LEAST_HOURS];

    private long first;
    /** Between which hours there are changes; the earliest is after the latest if there are none. */
    private long earliest = Long.MAX_VALUE;

    private long latest = Long.MIN_VALUE;

    void add(long hour, int change) {
        earliest = Math.min(earliest, hour);
        latest = Math.max(latest, hour);
        if (earliest < first || latest - first >= changes.length) {
            makeRoom();
        }
        changes[(int) (hour - first)] += change;
    }

    /** Puts the hours between which there are changes into the middle of an array that has room for more. */
    private void makeRoom() {
        int hours = Math.toIntExact(latest - earliest + 1);
        int[] roomy = new int[Math.max(LEAST_HOURS, 2 * hours)];
        long firstOfRoomy = earliest - (roomy.length - hours) / 2;
        long from = Math.max(first, earliest);
        long to = Math.min(first + changes.length, latest + 1);
        if (from < to) {
            System.arraycopy(changes, (int) (from - first), roomy, (int) (from - firstOfRoomy), (int) (to - from));
        }
        changes = roomy;
        first = firstOfRoomy;
    }

    /** All changes so far but those that came to nothing; none are left. */
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

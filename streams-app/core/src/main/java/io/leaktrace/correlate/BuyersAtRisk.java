package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * Counts how many buyers are at risk in each stratum, hour by hour, as changes. A buyer is at risk for a window after
 * each order; the stratum goes by the orders of the last 7 days. What an order changes follows from the hours of the
 * same buyer's other orders alone, so the counts do not depend on the order of arrival.
 */
final class BuyersAtRisk {

    private static final int NOT_AT_RISK = -1;

    private final long windowHours;
    /** So many hours after an order, it may change the stratum. */
    private final long[] effects;

    /** Used again from order to order. */
    private long[] edges = new long[16];

    /** By stratum; each by hour. */
    private final List<HourChanges> changes = new ArrayList<>();

    BuyersAtRisk(long window) {
        this.windowHours = Math.max(window / EventTime.HOUR, Strata.RECENT_HOURS);
        this.effects = new long[] {0, Strata.RECENT_HOURS, windowHours};
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            changes.add(new HourChanges());
        }
    }

    /** A buyer with these orders (hours, ascending) has one more at this hour. */
    void add(long[] others, long hour) {
        change(others, hour, 1);
    }

    /** The order at this hour is taken back; {@code others} are the buyer's orders without it. */
    void remove(long[] others, long hour) {
        change(others, hour, -1);
    }

    /**
     * Counts a buyer with these orders, or takes it back.
     *
     * @param orders hours, ascending
     * @param buyers 1 to count it, −1 to take it back
     */
    void addBuyer(long[] orders, int buyers) {
        int stratum = NOT_AT_RISK;
        for (long edge : edges(orders, Long.MIN_VALUE, Long.MAX_VALUE)) {
            int next = stratumAt(orders, edge);
            if (next != stratum) {
                move(stratum, next, edge, buyers);
                stratum = next;
            }
        }
    }

    /**
     * The buyer goes from its life without the order to the one with it, or back. An order matters from its hour until a
     * window later; before and after, both agree. Each order of a buyer comes by here, so both lives are gone through
     * at once.
     */
    private void change(long[] others, long hour, int sign) {
        int without = stratumAt(others, hour - 1);
        int with = without;
        int count = sortedEdges(others, hour);
        // Of the others: orders up to the edge, and those too old by then to be recent, or for the window.
        int placed = 0;
        int notRecent = 0;
        int outOfWindow = 0;
        for (int i = 0; i < count; i++) {
            long edge = edges[i];
            while (placed < others.length && others[placed] <= edge) {
                placed++;
            }
            while (notRecent < placed && others[notRecent] <= edge - Strata.RECENT_HOURS) {
                notRecent++;
            }
            while (outOfWindow < placed && others[outOfWindow] <= edge - windowHours) {
                outOfWindow++;
            }
            int recent = placed - notRecent;
            boolean any = placed > outOfWindow;
            int recentWith = recent + (edge - hour < Strata.RECENT_HOURS ? 1 : 0);
            int nextWithout = stratum(recent, any);
            int nextWith = stratum(recentWith, any || edge - hour < windowHours);
            if (nextWithout != without) {
                move(without, nextWithout, edge, -sign);
                without = nextWithout;
            }
            if (nextWith != with) {
                move(with, nextWith, edge, sign);
                with = nextWith;
            }
        }
    }

    /** So many buyers go from one stratum to another. */
    private void move(int from, int to, long hour, int buyers) {
        if (from != NOT_AT_RISK) {
            changes.get(from).add(hour, -buyers);
        }
        if (to != NOT_AT_RISK) {
            changes.get(to).add(hour, buyers);
        }
    }

    /**
     * Puts the hours, from this one until a window later, at which either life may change its stratum into {@link
     * #edges}, ascending; gives their number.
     */
    private int sortedEdges(long[] others, long hour) {
        int most = effects.length * (others.length + 1);
        if (edges.length < most) {
            edges = new long[2 * most];
        }
        int count = 0;
        for (long effect : effects) {
            for (long order : others) {
                long edge = order + effect;
                if (edge >= hour && edge <= hour + windowHours) {
                    edges[count++] = edge;
                }
            }
            edges[count++] = hour + effect;
        }
        Arrays.sort(edges, 0, count);
        return count;
    }

    /** Hours this buyer spent in each stratum between two hours. */
    int[] hoursAtRisk(long[] orders, long from, long to) {
        int[] hours = new int[Strata.COUNT];
        int stratum = stratumAt(orders, from);
        long since = from;
        for (long edge : edges(orders, from, to)) {
            if (stratum != NOT_AT_RISK) {
                hours[stratum] += (int) (edge - since);
            }
            since = edge;
            stratum = stratumAt(orders, edge);
        }
        if (stratum != NOT_AT_RISK) {
            hours[stratum] += (int) (to - since);
        }
        return hours;
    }

    /** Orders in the 7 days up to and including this hour. */
    int recentOrders(long[] orders, long hour) {
        return countIn(orders, hour - Strata.RECENT_HOURS, hour);
    }

    List<SortedMap<Long, Integer>> takeChanges() {
        return changes.stream().map(HourChanges::take).toList();
    }

    private int stratumAt(long[] orders, long hour) {
        int recent = recentOrders(orders, hour);
        return stratum(recent, recent > 0 || countIn(orders, hour - windowHours, hour) > 0);
    }

    /**
     * @param any whether there is an order in the window
     */
    private static int stratum(int recent, boolean any) {
        if (recent > 0) {
            return Strata.of(recent);
        }
        return any ? 0 : NOT_AT_RISK;
    }

    /** Hours between the two, ends included, at which the buyer's stratum may change. */
    private long[] edges(long[] orders, long from, long to) {
        long[] found = new long[effects.length * orders.length];
        int count = 0;
        for (long order : orders) {
            for (long later : effects) {
                long edge = order + later;
                if (edge >= from && edge <= to) {
                    found[count++] = edge;
                }
            }
        }
        long[] sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Orders after the first hour, up to and including the second. */
    private static int countIn(long[] orders, long after, long upTo) {
        return upperBound(orders, upTo) - upperBound(orders, after);
    }

    private static int upperBound(long[] sorted, long value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

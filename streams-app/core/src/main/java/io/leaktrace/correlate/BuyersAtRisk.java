package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * Counts the buyers at risk in each stratum by hour, as changes. A buyer is at risk for a window after each order; the
 * number of orders in the last 7 days determines the stratum. The changes by an order depend only on the hours of the
 * buyer's other orders, so the counts do not depend on the order of arrival.
 */
final class BuyersAtRisk {

    private static final int NOT_AT_RISK = -1;

    private final long windowHours;
    /** Numbers of hours after an order at which it may change the stratum. */
    private final long[] effects;

    /** Buffer, reused for each order. */
    private long[] edges = new long[16];

    /** Changes by stratum and hour. */
    private final List<HourChanges> changes = new ArrayList<>();

    BuyersAtRisk(long window) {
        this.windowHours = Math.max(window / EventTime.HOUR, Strata.RECENT_HOURS);
        this.effects = new long[] {0, Strata.RECENT_HOURS, windowHours};
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            changes.add(new HourChanges());
        }
    }

    /** Returns whether an order can change what another one changes that comes this number of ms later. */
    boolean interact(long apart) {
        return apart / EventTime.HOUR <= windowHours;
    }

    /** Adds an order at this hour to a buyer with these other orders (hours, ascending). */
    void add(long[] others, long hour) {
        change(others, hour, 1);
    }

    /** Removes the order at this hour; {@code others} are the buyer's other orders. */
    void remove(long[] others, long hour) {
        change(others, hour, -1);
    }

    /**
     * Adds or removes a buyer with these orders.
     *
     * @param orders hours, ascending
     * @param buyers 1 to add it, −1 to remove it
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
     * Replaces the strata of a buyer without the order by those with it (sign 1), or vice versa (sign −1). They differ
     * only from the order's hour until a window later. Both are computed in one pass, since this runs for each order.
     */
    private void change(long[] others, long hour, int sign) {
        int without = stratumAt(others, hour - 1);
        int with = without;
        int count = sortedEdges(others, hour);
        // Numbers of other orders up to the edge, and of those that are then not recent or out of the window.
        int upToEdge = 0;
        int notRecent = 0;
        int outOfWindow = 0;
        for (int i = 0; i < count; i++) {
            long edge = edges[i];
            while (upToEdge < others.length && others[upToEdge] <= edge) {
                upToEdge++;
            }
            while (notRecent < upToEdge && others[notRecent] <= edge - Strata.RECENT_HOURS) {
                notRecent++;
            }
            while (outOfWindow < upToEdge && others[outOfWindow] <= edge - windowHours) {
                outOfWindow++;
            }
            int recent = upToEdge - notRecent;
            boolean any = upToEdge > outOfWindow;
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

    /** Moves a number of buyers from one stratum to another. */
    private void move(int from, int to, long hour, int buyers) {
        if (from != NOT_AT_RISK) {
            changes.get(from).add(hour, -buyers);
        }
        if (to != NOT_AT_RISK) {
            changes.get(to).add(hour, buyers);
        }
    }

    /**
     * Writes to {@link #edges}, ascending, the hours at which the stratum with or without the order may change, from
     * its hour until a window later; returns their number.
     */
    private int sortedEdges(long[] others, long hour) {
        int needed = effects.length * (others.length + 1);
        if (edges.length < needed) {
            edges = new long[2 * needed];
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

    /** Returns the number of hours that a buyer with these orders was in each stratum between two hours. */
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

    /** Returns the number of orders in the 7 days up to and including this hour. */
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

    /** Returns the hours between the two, both included, at which the buyer's stratum may change. */
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

    /** Returns the number of orders after the first hour, up to and including the second. */
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

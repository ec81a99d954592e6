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

    /** By stratum; each by hour. */
    private final List<Changes> changes = new ArrayList<>();

    BuyersAtRisk(long window) {
        this.windowHours = Math.max(window / EventTime.HOUR, Strata.RECENT_HOURS);
        this.effects = new long[] {0, Strata.RECENT_HOURS, windowHours};
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            changes.add(new Changes());
        }
    }

    /** A buyer with these orders (hours, ascending) has one more at this hour. */
    void add(long[] others, long hour) {
        change(others, hour, -1);
        change(with(others, hour), hour, 1);
    }

    /** The order at this hour is taken back; {@code others} are the buyer's orders without it. */
    void remove(long[] others, long hour) {
        change(with(others, hour), hour, -1);
        change(others, hour, 1);
    }

    /** An order matters from its hour until a window later; before and after, both states of the buyer agree. */
    private void change(long[] orders, long hour, int sign) {
        int stratum = stratumAt(orders, hour - 1);
        for (long edge : edges(orders, hour, hour + windowHours)) {
            int next = stratumAt(orders, edge);
            if (next != stratum) {
                if (stratum != NOT_AT_RISK) {
                    changes.get(stratum).add(edge, -sign);
                }
                if (next != NOT_AT_RISK) {
                    changes.get(next).add(edge, sign);
                }
                stratum = next;
            }
        }
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
        return changes.stream().map(Changes::take).toList();
    }

    private int stratumAt(long[] orders, long hour) {
        int recent = recentOrders(orders, hour);
        if (recent > 0) {
            return Strata.of(recent);
        }
        return countIn(orders, hour - windowHours, hour) > 0 ? 0 : NOT_AT_RISK;
    }

    /** Hours between the two, ends included, at which the buyer's stratum may change. */
    private long[] edges(long[] orders, long from, long to) {
        long[] edges = new long[effects.length * orders.length];
        int count = 0;
        for (long order : orders) {
            for (long later : effects) {
                long edge = order + later;
                if (edge >= from && edge <= to) {
                    edges[count++] = edge;
                }
            }
        }
        long[] sorted = Arrays.copyOf(edges, count);
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

    private static long[] with(long[] others, long hour) {
        long[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = hour;
        Arrays.sort(all);
        return all;
    }
}

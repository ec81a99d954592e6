package io.leaktrace.simulate;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * A buyer with the times of all orders.
 *
 * @param placedAt seconds since 1970, ascending
 * @param orderIds returns the order id at an index of {@code placedAt}
 */
record Shopper(String buyerId, long[] placedAt, IntFunction<String> orderIds) {

    /** Number of orders placed before a time, in seconds since 1970. */
    int ordersBefore(long moment) {
        int at = Arrays.binarySearch(placedAt, moment);
        if (at < 0) {
            return -at - 1;
        }
        while (at > 0 && placedAt[at - 1] == moment) {
            at--;
        }
        return at;
    }
}

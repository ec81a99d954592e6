package io.leaktrace.simulate;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * A buyer and when he ordered.
 *
 * @param placedAt seconds since 1970, ascending
 * @param orderIds the id of each of these orders
 */
record Shopper(String buyerId, long[] placedAt, IntFunction<String> orderIds) {

    /** How many orders were placed before a moment, in seconds since 1970. */
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

package io.leaktrace.domain;

/** Strata of buyers by number of orders in the last 7 days: 0, 1, 2, 3–4, or 5 and more. */
public final class Strata {

    public static final int COUNT = 5;
    public static final int RECENT_HOURS = 7 * 24;

    private Strata() {}

    /** Returns the stratum, from 0 to {@link #COUNT} − 1, of a buyer with this number of orders in the last 7 days. */
    public static int of(int recentOrders) {
        if (recentOrders <= 2) {
            return recentOrders;
        }
        return recentOrders <= 4 ? 3 : 4;
    }
}

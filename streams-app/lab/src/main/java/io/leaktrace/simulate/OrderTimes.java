package io.leaktrace.simulate;

/**
 * Times of the steps of an order after it was placed, in seconds since the start of the market.
 *
 * @param ended time of the delivery
 */
record OrderTimes(int paid, int pickedUp, int arrived, int ended) {

    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    static OrderTimes after(int placed, RandomStream random) {
        int paid = placed + MINUTE + (int) Math.min(HOUR, random.exponential(4 * MINUTE));
        int pickedUp = paid + (int) Math.min(36 * HOUR, Math.max(HOUR, random.logNormal(7 * HOUR, 0.5)));
        int arrived = pickedUp + (int) random.uniform(24 * HOUR, 72 * HOUR);
        return new OrderTimes(paid, pickedUp, arrived, arrived + (int) random.uniform(HOUR, 10 * HOUR));
    }
}

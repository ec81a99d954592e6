package io.leaktrace.simulate;

/**
 * Replacements of a scenario's settings; null keeps a setting.
 *
 * <p>The reported share depends on buyers, not on scammers: with half the share, half as many of the same contacts are
 * reported, unless a rate is given too. Rates are those of reported contacts.
 *
 * @param nodes logistics nodes, a fifth of them origin hubs
 * @param backgroundPerBuyerDay reported contacts per buyer and day
 * @param leakRate reported victims per order touched, for each leak of the scenario; the highest rate if the scenario
 *     has different rates
 * @param decoysPerDay orders of decoys per day, in the scenario that has them
 */
public record MarketOverrides(
        Integer ordersPerDay,
        Integer days,
        Integer buyers,
        Integer sellers,
        Integer nodes,
        Double backgroundPerBuyerDay,
        Double reportedShare,
        Double leakRate,
        Integer decoysPerDay) {

    /** Replacements without one of the number of decoys. */
    public MarketOverrides(
            Integer ordersPerDay,
            Integer days,
            Integer buyers,
            Integer sellers,
            Integer nodes,
            Double backgroundPerBuyerDay,
            Double reportedShare,
            Double leakRate) {
        this(ordersPerDay, days, buyers, sellers, nodes, backgroundPerBuyerDay, reportedShare, leakRate, null);
    }

    /** No replacements. */
    public static final MarketOverrides NONE = new MarketOverrides(null, null, null, null, null, null, null, null);

    /**
     * @throws IllegalArgumentException if the leak rate is not in (0, 1] or the number of decoys not from 1 to 10,000;
     *     other values are checked with the settings
     */
    public MarketOverrides {
        if (decoysPerDay != null && !(decoysPerDay > 0 && decoysPerDay <= 10_000)) {
            throw new IllegalArgumentException("the decoys per day must be from 1 to 10,000, not " + decoysPerDay);
        }
        if (leakRate != null && !(leakRate > 0 && leakRate <= 1)) {
            throw new IllegalArgumentException("the leak rate must be above 0 and at most 1, not " + leakRate);
        }
    }
}

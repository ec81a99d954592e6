package io.leaktrace.simulate;

/**
 * What somebody wants other than a scenario's own settings; null leaves a setting as it is.
 *
 * <p>The share reported is a matter of the buyers and not of the scammers: with half of it, half as much of the same is
 * reported, unless a rate is given too. Rates that are given are rates of what is reported.
 *
 * @param nodes logistics nodes, a fifth of them origin hubs
 * @param backgroundPerBuyerDay reported contacts a buyer and day
 * @param leakRate reported victims an order touched, for each leak of the scenario; where the scenario has rates from
 *     high to low, this is the highest
 */
public record MarketOverrides(
        Integer ordersPerDay,
        Integer days,
        Integer buyers,
        Integer sellers,
        Integer nodes,
        Double backgroundPerBuyerDay,
        Double reportedShare,
        Double leakRate) {

    /** A scenario as it is. */
    public static final MarketOverrides NONE = new MarketOverrides(null, null, null, null, null, null, null, null);

    /** @throws IllegalArgumentException if the leak rate is no probability; the rest is checked with the settings */
    public MarketOverrides {
        if (leakRate != null && !(leakRate > 0 && leakRate <= 1)) {
            throw new IllegalArgumentException("the leak rate must be above 0 and at most 1, not " + leakRate);
        }
    }
}

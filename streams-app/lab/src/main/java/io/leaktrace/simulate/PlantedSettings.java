package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Leaks and background to plant on real orders.
 *
 * @param leaks number of leaking custodians to choose by the seed, in addition to those named
 * @param leastTouches minimum number of orders that a chosen custodian must have touched
 * @param ratePerOrder reported victims per order touched by a chosen custodian; high, because real sets are sparse
 * @param named custodians that leak in any case, each with its rate
 * @param backgroundPerBuyerDay reported contacts per day of a buyer with an order in the last 14 days but none in the
 *     last 7
 * @param idleShare factor of that rate for buyers without an order in the last 14 days, in [0, 1]
 * @param reportedShare the share of all contacts that is reported, in (0, 1]
 * @param zone local time of the buyers, who are called in the daytime
 * @param currency ISO code of the currency of losses
 */
public record PlantedSettings(
        int leaks,
        int leastTouches,
        double ratePerOrder,
        Map<Custodian, Double> named,
        double backgroundPerBuyerDay,
        double idleShare,
        double reportedShare,
        ZoneOffset zone,
        String currency) {

    /** Three leaks among custodians with at least thirty orders. */
    public static final PlantedSettings USUAL = new PlantedSettings(
            3, 30, 0.3, Map.of(), 0.001, 0.05, MarketSettings.USUAL_REPORTED_SHARE, ZoneOffset.UTC, "CNY");

    /** @throws IllegalArgumentException with all settings that are out of range */
    public PlantedSettings {
        List<String> mistakes = new ArrayList<>();
        if (leaks < 0) {
            mistakes.add("the number of leaks must not be negative");
        }
        if (leastTouches < 1) {
            mistakes.add("the minimum number of touches must be at least 1, not " + leastTouches);
        }
        rate(mistakes, "the leak rate", ratePerOrder);
        SortedMap<Custodian, Double> sorted = new TreeMap<>(named);
        sorted.forEach((custodian, rate) -> rate(mistakes, "the leak rate of " + custodian, rate));
        if (!(backgroundPerBuyerDay >= 0 && backgroundPerBuyerDay <= 1)) {
            mistakes.add("the background must be from 0 to 1 per buyer and day, not " + backgroundPerBuyerDay);
        }
        if (!(idleShare >= 0 && idleShare <= 1)) {
            mistakes.add("the share of idle buyers' background must be from 0 to 1, not " + idleShare);
        }
        rate(mistakes, "the reported share", reportedShare);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        named = Collections.unmodifiableSortedMap(sorted);
    }

    private static void rate(List<String> mistakes, String what, double rate) {
        if (!(rate > 0 && rate <= 1)) {
            mistakes.add(what + " must be above 0 and at most 1, not " + rate);
        }
    }
}

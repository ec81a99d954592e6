package io.leaktrace.simulate;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Size and rates of a simulated market.
 *
 * @param originHubs logistics nodes where sellers hand over their parcels
 * @param deliveryStations logistics nodes that bring parcels to the buyers of a region
 * @param serviceDesks the platform's service desks; each order is handled by one
 * @param serviceProviders ERP systems and the like, each used by some sellers
 * @param start start of the market; its offset is the local time
 * @param backgroundPerBuyerDay reported scam contacts per day without a leak, for a buyer without an order for a week
 * @param reportedShare the share of all contacts that is reported, in (0, 1]
 */
public record MarketSettings(
        int sellers,
        int originHubs,
        int deliveryStations,
        int paymentChannels,
        int serviceDesks,
        int serviceProviders,
        int buyers,
        int ordersPerDay,
        int days,
        OffsetDateTime start,
        double backgroundPerBuyerDay,
        double reportedShare) {

    /** The reported share for which all default rates are defined. */
    static final double USUAL_REPORTED_SHARE = 0.2;

    /** Limited by the size of the columns of {@link OrderBook}. */
    private static final int MAX_ORDERS = 50_000_000;

    private static final int MAX_OF_A_KIND = 30_000;

    /** A large market: 2,100 sellers and nodes, 750,000 orders in 75 days. */
    public static final MarketSettings USUAL = new MarketSettings(
            2000, 20, 80, 8, 12, 30, 100_000, 10_000, 75, at("2014-06-01T00:00:00+08:00"), 0.001, USUAL_REPORTED_SHARE);

    /** The usual market, in which a quarter as many contacts are reported. */
    public static final MarketSettings RARELY_REPORTED =
            USUAL.with(new MarketOverrides(null, null, null, null, null, null, USUAL_REPORTED_SHARE / 4, null));

    /** The usual market, in which half as many contacts are reported: one in ten. */
    public static final MarketSettings WITH_DECOYS =
            USUAL.with(new MarketOverrides(null, null, null, null, null, null, USUAL_REPORTED_SHARE / 2, null));

    /** A smaller market that is long enough for an archive of half a year. */
    public static final MarketSettings LONG =
            USUAL.with(new MarketOverrides(3000, 215, 60_000, 1000, 60, null, null, null));

    /** Five days of the usual market, with fewer sellers. */
    public static final MarketSettings SHORT =
            USUAL.with(new MarketOverrides(null, 5, null, 500, null, null, null, null));

    /** The usual market in another time zone, west of Greenwich. */
    public static final MarketSettings WEST = new MarketSettings(
            2000, 20, 80, 8, 12, 30, 100_000, 10_000, 75, at("2014-06-01T00:00:00-08:00"), 0.001, USUAL_REPORTED_SHARE);

    /** A small market around the days of the story in July 2014. */
    public static final MarketSettings STORY = new MarketSettings(
            400, 8, 32, 6, 12, 10, 20_000, 2000, 45, at("2014-06-20T00:00:00+08:00"), 0.001, USUAL_REPORTED_SHARE);

    /** @throws IllegalArgumentException with all settings that are out of range */
    public MarketSettings {
        List<String> mistakes = new ArrayList<>();
        atLeastOne(mistakes, "sellers", sellers);
        atLeastOne(mistakes, "origin hubs", originHubs);
        atLeastOne(mistakes, "delivery stations", deliveryStations);
        atLeastOne(mistakes, "payment channels", paymentChannels);
        atLeastOne(mistakes, "service desks", serviceDesks);
        atLeastOne(mistakes, "service providers", serviceProviders);
        atLeastOne(mistakes, "buyers", buyers);
        atLeastOne(mistakes, "orders per day", ordersPerDay);
        atLeastOne(mistakes, "days", days);
        for (int some : new int[] {originHubs, deliveryStations, paymentChannels, serviceDesks, serviceProviders}) {
            if (some > MAX_OF_A_KIND) {
                mistakes.add("there can be at most " + MAX_OF_A_KIND + " of a kind of custodian, not " + some);
            }
        }
        if ((long) ordersPerDay * days > MAX_ORDERS) {
            mistakes.add("orders per day times days can be at most " + MAX_ORDERS);
        }
        if (!(backgroundPerBuyerDay >= 0 && backgroundPerBuyerDay <= 1)) {
            mistakes.add("the background must be from 0 to 1 per buyer and day, not " + backgroundPerBuyerDay);
        }
        if (!(reportedShare > 0 && reportedShare <= 1)) {
            mistakes.add("the reported share must be above 0 and at most 1, not " + reportedShare);
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** The end of the last day (exclusive). */
    public Instant end() {
        return start.plusDays(days).toInstant();
    }

    /** A copy with the settings replaced that are not null in {@code wanted}. */
    public MarketSettings with(MarketOverrides wanted) {
        int nodes = wanted.nodes() == null ? originHubs + deliveryStations : wanted.nodes();
        int hubs = wanted.nodes() == null ? originHubs : Math.max(1, nodes / 5);
        double share = or(wanted.reportedShare(), reportedShare);
        return new MarketSettings(
                or(wanted.sellers(), sellers),
                hubs,
                nodes - hubs,
                paymentChannels,
                serviceDesks,
                serviceProviders,
                or(wanted.buyers(), buyers),
                or(wanted.ordersPerDay(), ordersPerDay),
                or(wanted.days(), days),
                start,
                or(wanted.backgroundPerBuyerDay(), backgroundPerBuyerDay * share / reportedShare),
                share);
    }

    private static void atLeastOne(List<String> mistakes, String what, int number) {
        if (number < 1) {
            mistakes.add("the number of " + what + " must be at least 1, not " + number);
        }
    }

    private static OffsetDateTime at(String time) {
        return OffsetDateTime.parse(time);
    }

    private static int or(Integer wanted, int usual) {
        return wanted == null ? usual : wanted;
    }

    private static double or(Double wanted, double usual) {
        return wanted == null ? usual : wanted;
    }
}

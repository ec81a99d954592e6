package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import java.util.Arrays;

/**
 * The custodians and buyers of a market and their relations, before any order. Custodians of each kind are sorted by
 * weight, the largest first; the numbers in their ids are shuffled, so that an id does not reveal the size.
 *
 * @param sellerWeights relative numbers of orders
 * @param hubOfSeller the only origin hub that a seller ships through
 * @param providerOfSeller the ERP system that a seller uses, or -1
 * @param stationOfBuyer the only station that delivers to a buyer
 * @param favourites {@link #FAVOURITES} sellers per buyer, sorted by buyer
 */
record MarketLayout(
        Custodian[] sellers,
        Custodian[] hubs,
        Custodian[] stations,
        Custodian[] channels,
        Custodian[] desks,
        Custodian[] providers,
        double[] sellerWeights,
        int[] hubOfSeller,
        int[] providerOfSeller,
        int[] stationOfBuyer,
        int[] usualChannelOfBuyer,
        int[] favourites,
        WeightedChoice sellerChoice,
        WeightedChoice buyerChoice,
        WeightedChoice channelChoice,
        WeightedChoice deskChoice) {

    static final int FAVOURITES = 3;

    private static final double USES_A_PROVIDER = 0.3;

    /** Sigma of the buyers' log-normal activity: the most active tenth places about 40% of the orders. */
    private static final double ACTIVITY_SIGMA = 1.0;

    static MarketLayout of(MarketSettings settings, long seed) {
        double[] sellerWeights = WeightedChoice.tail(settings.sellers(), 0.9, 5);
        WeightedChoice sellerChoice = new WeightedChoice(sellerWeights);
        WeightedChoice hubChoice = new WeightedChoice(WeightedChoice.tail(settings.originHubs(), 0.7, 2));
        WeightedChoice stationChoice = new WeightedChoice(WeightedChoice.tail(settings.deliveryStations(), 0.7, 4));
        WeightedChoice channelChoice = new WeightedChoice(WeightedChoice.tail(settings.paymentChannels(), 1.0, 0.5));
        WeightedChoice providerChoice = new WeightedChoice(WeightedChoice.tail(settings.serviceProviders(), 0.8, 2));
        int buyers = settings.buyers();
        return new MarketLayout(
                custodians(Role.SELLER, "s-", settings.sellers(), seed),
                custodians(Role.LOGISTICS_NODE, "hub-", settings.originHubs(), seed),
                custodians(Role.LOGISTICS_NODE, "station-", settings.deliveryStations(), seed),
                custodians(Role.PAYMENT_CHANNEL, "pay-", settings.paymentChannels(), seed),
                custodians(Role.PLATFORM, "desk-", settings.serviceDesks(), seed),
                custodians(Role.SERVICE_PROVIDER, "erp-", settings.serviceProviders(), seed),
                sellerWeights,
                drawn(settings.sellers(), hubChoice, RandomStream.of(seed, "hub of seller")),
                providers(settings.sellers(), providerChoice, RandomStream.of(seed, "provider of seller")),
                drawn(buyers, stationChoice, RandomStream.of(seed, "station of buyer")),
                drawn(buyers, channelChoice, RandomStream.of(seed, "channel of buyer")),
                drawn(buyers * FAVOURITES, sellerChoice, RandomStream.of(seed, "favourites of buyer")),
                sellerChoice,
                new WeightedChoice(activity(buyers, RandomStream.of(seed, "activity of buyer"))),
                channelChoice,
                new WeightedChoice(WeightedChoice.tail(settings.serviceDesks(), 0.8, 2)));
    }

    /**
     * This market, but with the smallest hub serving mostly one seller: all others move to another hub, except small
     * sellers with together at most a fifth of its volume.
     */
    MarketLayout withHubMostlyOf(int seller, long seed) {
        RandomStream random = RandomStream.of(seed, "sellers that leave the hub");
        int hub = hubs.length - 1;
        double room = sellerWeights[seller] * 0.25;
        int[] moved = hubOfSeller.clone();
        // The smallest first, so that the hub keeps several other sellers instead of one.
        for (int s = sellers.length - 1; s >= 0; s--) {
            if (moved[s] == hub && s != seller) {
                if (sellerWeights[s] <= room / 3) {
                    room -= sellerWeights[s];
                } else {
                    moved[s] = random.below(hub);
                }
            }
        }
        moved[seller] = hub;
        return with(moved, favourites);
    }

    private MarketLayout with(int[] otherHubs, int[] otherFavourites) {
        return new MarketLayout(
                sellers,
                hubs,
                stations,
                channels,
                desks,
                providers,
                sellerWeights,
                otherHubs,
                providerOfSeller,
                stationOfBuyer,
                usualChannelOfBuyer,
                otherFavourites,
                sellerChoice,
                buyerChoice,
                channelChoice,
                deskChoice);
    }

    /** This market, but with the favourites of the first buyers among a few medium-sized sellers. */
    MarketLayout withSegment(int segment, int wanted, long seed) {
        RandomStream random = RandomStream.of(seed, "favourites of the segment");
        int first = Math.min(sellers.length / 10, sellers.length - wanted);
        int[] order = random.shuffled(Math.min(sellers.length - first, 5 * wanted));
        int[] chosen = favourites.clone();
        for (int i = 0; i < segment * FAVOURITES; i++) {
            chosen[i] = first + order[random.below(wanted)];
        }
        return with(hubOfSeller, chosen);
    }

    /** Whether orders between the same parties have the same custodians. */
    boolean sameHands(MarketLayout other) {
        return Arrays.equals(sellers, other.sellers)
                && Arrays.equals(hubs, other.hubs)
                && Arrays.equals(stations, other.stations)
                && Arrays.equals(channels, other.channels)
                && Arrays.equals(desks, other.desks)
                && Arrays.equals(providers, other.providers)
                && Arrays.equals(hubOfSeller, other.hubOfSeller)
                && Arrays.equals(providerOfSeller, other.providerOfSeller)
                && Arrays.equals(stationOfBuyer, other.stationOfBuyer);
    }

    static String buyerId(int buyer) {
        return "b-" + (buyer + 1);
    }

    private static Custodian[] custodians(Role role, String prefix, int n, long seed) {
        int[] numbers = RandomStream.of(seed, "numbers", prefix).shuffled(n);
        Custodian[] custodians = new Custodian[n];
        Arrays.setAll(custodians, i -> new Custodian(role, prefix + (numbers[i] + 1)));
        return custodians;
    }

    private static int[] drawn(int n, WeightedChoice choice, RandomStream random) {
        int[] drawn = new int[n];
        Arrays.setAll(drawn, i -> choice.draw(random));
        return drawn;
    }

    private static int[] providers(int sellers, WeightedChoice choice, RandomStream random) {
        int[] providers = new int[sellers];
        Arrays.setAll(providers, i -> random.chance(USES_A_PROVIDER) ? choice.draw(random) : -1);
        return providers;
    }

    private static double[] activity(int buyers, RandomStream random) {
        double[] activity = new double[buyers];
        Arrays.setAll(activity, i -> random.logNormal(1, ACTIVITY_SIGMA));
        return activity;
    }
}

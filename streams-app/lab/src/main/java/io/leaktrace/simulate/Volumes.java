package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Numbers of orders touched by each custodian of a market; each list has the largest first. */
record Volumes(
        List<Volume> sellers,
        List<Volume> hubs,
        List<Volume> stations,
        List<Volume> channels,
        List<Volume> desks,
        List<Volume> providers) {

    /** @param index the custodian's index in the layout */
    record Volume(Custodian custodian, int index, int orders) {}

    static Volumes of(OrderBook book) {
        MarketLayout layout = book.layout();
        int[] sellers = new int[layout.sellers().length];
        int[] hubs = new int[layout.hubs().length];
        int[] stations = new int[layout.stations().length];
        int[] channels = new int[layout.channels().length];
        int[] desks = new int[layout.desks().length];
        int[] providers = new int[layout.providers().length];
        for (int order = 0; order < book.size; order++) {
            int seller = book.seller[order];
            sellers[seller]++;
            desks[book.desk[order]]++;
            if (layout.providerOfSeller()[seller] >= 0) {
                providers[layout.providerOfSeller()[seller]]++;
            }
            if (book.paidAt[order] != OrderBook.NEVER) {
                channels[book.channel[order]]++;
            }
            if (book.pickedUpAt[order] != OrderBook.NEVER) {
                hubs[layout.hubOfSeller()[seller]]++;
            }
            if (book.arrivedAt[order] != OrderBook.NEVER) {
                stations[layout.stationOfBuyer()[book.buyer[order]]]++;
            }
        }
        return new Volumes(
                ranked(layout.sellers(), sellers),
                ranked(layout.hubs(), hubs),
                ranked(layout.stations(), stations),
                ranked(layout.channels(), channels),
                ranked(layout.desks(), desks),
                ranked(layout.providers(), providers));
    }

    private static List<Volume> ranked(Custodian[] custodians, int[] orders) {
        List<Volume> volumes = new ArrayList<>(custodians.length);
        for (int i = 0; i < custodians.length; i++) {
            volumes.add(new Volume(custodians[i], i, orders[i]));
        }
        volumes.sort(Comparator.comparingInt(Volume::orders).reversed().thenComparing(Volume::custodian));
        return List.copyOf(volumes);
    }
}

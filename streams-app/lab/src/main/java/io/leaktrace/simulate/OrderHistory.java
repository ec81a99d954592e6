package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.codec.digest.MurmurHash3;

/** Summary of the order events of files, as needed to plant leaks on them. */
final class OrderHistory {

    private final SortedMap<String, Map<String, Long>> ordersOfBuyers = new TreeMap<>();
    /** Hashes of the order ids of each custodian; an event that is read twice counts once. */
    private final SortedMap<Custodian, LongOpenHashSet> ordersOfCustodians = new TreeMap<>();

    private Instant first;
    private Instant last;

    void add(OrderEvent event) {
        Instant at = event.occurredAt();
        first = first == null || at.isBefore(first) ? at : first;
        last = last == null || at.isAfter(last) ? at : last;
        ordersOfBuyers
                .computeIfAbsent(event.buyerId(), buyer -> new HashMap<>())
                .merge(event.orderId(), at.getEpochSecond(), Math::min);
        long order = MurmurHash3.hash128x64(event.orderId().getBytes(StandardCharsets.UTF_8))[0];
        event.custodians().forEach(custodian -> ordersOfCustodians
                .computeIfAbsent(custodian, absent -> new LongOpenHashSet())
                .add(order));
    }

    boolean isEmpty() {
        return first == null;
    }

    Instant first() {
        return first;
    }

    Instant last() {
        return last;
    }

    /** All custodians with the number of orders that they touched. */
    SortedMap<Custodian, Integer> touches() {
        SortedMap<Custodian, Integer> touches = new TreeMap<>();
        ordersOfCustodians.forEach((custodian, orders) -> touches.put(custodian, orders.size()));
        return touches;
    }

    /** All buyers; the first event of an order counts as the time at which it was placed. */
    List<Shopper> shoppers() {
        return ordersOfBuyers.entrySet().stream()
                .map(buyer -> shopper(buyer.getKey(), buyer.getValue()))
                .toList();
    }

    private static Shopper shopper(String buyerId, Map<String, Long> orders) {
        List<Map.Entry<String, Long>> inTime = orders.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .toList();
        return new Shopper(
                buyerId, inTime.stream().mapToLong(Map.Entry::getValue).toArray(), i -> inTime.get(i)
                        .getKey());
    }
}

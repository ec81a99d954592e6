package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has to be known of order events that were read from somewhere, to plant leaks on them. */
final class OrderHistory {

    private final SortedMap<String, Map<String, Long>> ordersOfBuyers = new TreeMap<>();
    private final SortedMap<Custodian, Integer> touches = new TreeMap<>();
    private Instant first;
    private Instant last;

    void add(OrderEvent event) {
        Instant at = event.occurredAt();
        first = first == null || at.isBefore(first) ? at : first;
        last = last == null || at.isAfter(last) ? at : last;
        ordersOfBuyers
                .computeIfAbsent(event.buyerId(), buyer -> new HashMap<>())
                .merge(event.orderId(), at.getEpochSecond(), Math::min);
        event.custodians().forEach(custodian -> touches.merge(custodian, 1, Integer::sum));
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

    /** Every custodian with the number of events in which it gained an order. */
    SortedMap<Custodian, Integer> touches() {
        return touches;
    }

    /** Every buyer, with the first event of each order for when it was placed. */
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

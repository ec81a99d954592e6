package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which custodians came together in orders, so that only orders are proposed that somebody could place. Of many orders,
 * a sample by their ids is held; it does not depend on the order in which they are added.
 */
public final class DecoyRoutes {

    private static final int MAX_ORDERS = 100_000;

    private final int maxOrders;
    private final Map<String, List<Custodian>> orders = new HashMap<>();

    /** Bits of an order's hash that are 0 if it is in the sample. */
    private int mask;

    public DecoyRoutes() {
        this(MAX_ORDERS);
    }

    /** @param maxOrders number of orders that are held at most */
    DecoyRoutes(int maxOrders) {
        this.maxOrders = maxOrders;
    }

    /** Adds custodians that touched an order; those of one order may be added one after the other, and several times. */
    public void add(String orderId, Collection<Custodian> custodians) {
        if (custodians.isEmpty() || !isInSample(orderId)) {
            return;
        }
        List<Custodian> known = orders.computeIfAbsent(orderId, id -> new ArrayList<>(custodians.size()));
        for (Custodian custodian : custodians) {
            if (!known.contains(custodian)) {
                known.add(custodian);
            }
        }
        while (orders.size() > maxOrders) {
            mask = mask << 1 | 1;
            orders.keySet().removeIf(id -> !isInSample(id));
        }
    }

    private boolean isInSample(String orderId) {
        int hash = orderId.hashCode() * 0x9E3779B9;
        return ((hash ^ hash >>> 15) & mask) == 0;
    }

    /**
     * Custodians that came together.
     *
     * @param orders number of orders that exactly these custodians touched
     */
    record Route(SortedSet<Custodian> custodians, int orders) {}

    /** Returns the routes, in a fixed order. */
    List<Route> routes() {
        SortedMap<String, Route> routes = new TreeMap<>();
        orders.values().forEach(custodians -> {
            SortedSet<Custodian> set = new TreeSet<>(custodians);
            routes.merge(set.toString(), new Route(set, 1), (one, other) -> new Route(set, one.orders + other.orders));
        });
        return List.copyOf(routes.values());
    }
}

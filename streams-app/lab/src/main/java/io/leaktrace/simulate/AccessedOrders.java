package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Orders that agents of the largest sellers open, each order one agent at most; the events say it. */
final class AccessedOrders {

    /** Number of sellers with agents. */
    static final int SELLERS = 40;

    /** Agents of each of them. */
    static final int AGENTS = 4;

    /** Share of the orders that an agent opens. */
    static final double OPENED = 0.6;

    /** Mean time from the order to the access, in seconds. */
    private static final double MEAN_SECONDS = 4 * 3600;

    private final OrderBook book;
    private final int end;
    private final Set<Integer> sellers = new HashSet<>();
    private final long seed;

    /** @param end of the market, in seconds since its start */
    AccessedOrders(OrderBook book, int end, long seed) {
        this.book = book;
        this.end = end;
        this.seed = seed;
        Volumes.of(book).sellers().stream().limit(SELLERS).forEach(seller -> sellers.add(seller.index()));
    }

    /** Returns an agent of a seller, numbered from 0. */
    static Custodian agent(Custodian seller, int number) {
        return new Custodian(seller.role(), seller.id() + "/agent-" + (number + 1));
    }

    private interface AccessVisitor {
        void access(int order, int second, Custodian agent);
    }

    private void accesses(AccessVisitor visitor) {
        book.soldBy(sellers, (order, placedAt) -> {
            RandomStream random = RandomStream.of(seed, "access", OrderBook.orderId(order));
            if (random.chance(OPENED)) {
                Custodian seller = book.layout().sellers()[book.seller[order]];
                Custodian agent = agent(seller, random.below(AGENTS));
                int second = placedAt + 1 + (int) (-MEAN_SECONDS * StrictMath.log(1 - random.uniform()));
                if (second < end) {
                    visitor.access(order, second, agent);
                }
            }
        });
    }

    /** Returns the events of all accesses. */
    List<OrderEvent> events() {
        List<OrderEvent> events = new ArrayList<>();
        accesses((order, second, agent) -> events.add(new OrderEvent(
                OrderBook.orderId(order) + "-access",
                OrderBook.orderId(order),
                MarketLayout.buyerId(book.buyer[order]),
                OrderEventType.ACCESSED,
                book.at(second),
                List.of(agent))));
        return events;
    }

    /** Passes on the accesses of an agent, or of all agents of a seller. */
    void accessesOf(Custodian custodian, OrderBook.TouchVisitor visitor) {
        accesses((order, second, agent) -> {
            if (agent.equals(custodian) || custodian.equals(agent.whole())) {
                visitor.touch(order, second);
            }
        });
    }
}

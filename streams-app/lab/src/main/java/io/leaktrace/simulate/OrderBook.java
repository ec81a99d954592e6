package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All orders of a market, in columns, so that a million orders need about 40 MB. Orders are numbered by the time at
 * which they were placed. Times are seconds since the start of the market; {@link #NEVER} marks an event that does not
 * happen before the end. {@code endedAt} is the time at which an order is delivered or cancelled.
 */
final class OrderBook {

    static final int NEVER = Integer.MAX_VALUE;

    /** Steps of an order, in this order; an event id ends with the number of its step. */
    private static final int PLACED = 0;

    private static final int PAID = 1;
    private static final int PICKED_UP = 2;
    private static final int ARRIVED = 3;
    private static final int ENDED = 4;
    private static final int STEPS = 5;

    private static final Comparator<OrderEvent> BY_ID = Comparator.comparing(OrderEvent::eventId);
    private static final Comparator<OrderEvent> IN_ORDER =
            Comparator.comparing(OrderEvent::occurredAt).thenComparing(BY_ID);

    private final MarketLayout layout;
    private final long startSecond;
    final int size;
    final int[] placedAt;
    final int[] paidAt;
    final int[] pickedUpAt;
    final int[] arrivedAt;
    final int[] endedAt;
    final boolean[] cancelled;
    final int[] buyer;
    final int[] seller;
    final short[] channel;
    final short[] desk;

    OrderBook(MarketLayout layout, Instant start, int size) {
        this.layout = layout;
        this.startSecond = start.getEpochSecond();
        this.size = size;
        placedAt = new int[size];
        paidAt = new int[size];
        pickedUpAt = new int[size];
        arrivedAt = new int[size];
        endedAt = new int[size];
        cancelled = new boolean[size];
        buyer = new int[size];
        seller = new int[size];
        channel = new short[size];
        desk = new short[size];
    }

    MarketLayout layout() {
        return layout;
    }

    /** Whether both have equal orders with equal times and custodians. */
    boolean equalTo(OrderBook other) {
        return startSecond == other.startSecond
                && Arrays.equals(placedAt, other.placedAt)
                && Arrays.equals(paidAt, other.paidAt)
                && Arrays.equals(pickedUpAt, other.pickedUpAt)
                && Arrays.equals(arrivedAt, other.arrivedAt)
                && Arrays.equals(endedAt, other.endedAt)
                && Arrays.equals(cancelled, other.cancelled)
                && Arrays.equals(buyer, other.buyer)
                && Arrays.equals(seller, other.seller)
                && Arrays.equals(channel, other.channel)
                && Arrays.equals(desk, other.desk)
                && layout.sameHands(other.layout);
    }

    static String orderId(int order) {
        return "o-" + (order + 1);
    }

    Instant at(int second) {
        return Instant.ofEpochSecond(startSecond + second);
    }

    /** Receiver of touches. */
    interface TouchVisitor {
        void touch(int order, int second);
    }

    /** Passes on all touches of a custodian, by order number. A custodian touches an order once. */
    void touchesOf(Custodian custodian, TouchVisitor visitor) {
        switch (custodian.role()) {
            case SELLER -> {
                int wanted = index(layout.sellers(), custodian);
                visit(placedAt, order -> seller[order] == wanted, visitor);
            }
            case SERVICE_PROVIDER -> {
                int wanted = index(layout.providers(), custodian);
                visit(placedAt, order -> layout.providerOfSeller()[seller[order]] == wanted, visitor);
            }
            case PLATFORM -> {
                int wanted = index(layout.desks(), custodian);
                visit(placedAt, order -> desk[order] == wanted, visitor);
            }
            case PAYMENT_CHANNEL -> {
                int wanted = index(layout.channels(), custodian);
                visit(paidAt, order -> channel[order] == wanted, visitor);
            }
            case LOGISTICS_NODE -> {
                if (Arrays.asList(layout.hubs()).contains(custodian)) {
                    int wanted = index(layout.hubs(), custodian);
                    visit(pickedUpAt, order -> layout.hubOfSeller()[seller[order]] == wanted, visitor);
                } else {
                    int wanted = index(layout.stations(), custodian);
                    visit(arrivedAt, order -> layout.stationOfBuyer()[buyer[order]] == wanted, visitor);
                }
            }
        }
    }

    /** Passes on the orders sold by one of these sellers (indexes in the layout), by order number, with their times. */
    void soldBy(Set<Integer> sellers, TouchVisitor visitor) {
        visit(placedAt, order -> sellers.contains(seller[order]), visitor);
    }

    /** The orders of each buyer: those of buyer b are in {@code orders} from {@code from[b]} to {@code from[b + 1]}. */
    record ByBuyer(int[] from, int[] orders) {}

    ByBuyer byBuyer(int buyers) {
        int[] from = new int[buyers + 1];
        for (int order = 0; order < size; order++) {
            from[buyer[order] + 1]++;
        }
        for (int b = 0; b < buyers; b++) {
            from[b + 1] += from[b];
        }
        int[] next = Arrays.copyOf(from, buyers);
        int[] orders = new int[size];
        for (int order = 0; order < size; order++) {
            orders[next[buyer[order]]++] = order;
        }
        return new ByBuyer(from, orders);
    }

    /**
     * Passes on all events in the order of time, then of event id, merged with {@code others}.
     *
     * @param others additional events, in any order
     */
    void events(List<OrderEvent> others, Consumer<OrderEvent> consumer) {
        OrderEvent[] waiting = others.toArray(OrderEvent[]::new);
        Arrays.sort(waiting, IN_ORDER);
        int nextWaiting = 0;
        long[] keys = sortedKeys();
        OrderEvent[] sameSecond = new OrderEvent[16];
        int at = 0;
        while (at < keys.length) {
            long second = keys[at] >>> 34;
            Instant now = at((int) second);
            while (nextWaiting < waiting.length
                    && waiting[nextWaiting].occurredAt().isBefore(now)) {
                consumer.accept(waiting[nextWaiting++]);
            }
            int n = 0;
            while (at < keys.length && keys[at] >>> 34 == second) {
                if (n == sameSecond.length) {
                    sameSecond = Arrays.copyOf(sameSecond, n * 2);
                }
                sameSecond[n++] = event((int) (keys[at] >>> 3) & Integer.MAX_VALUE, (int) keys[at] & 7, now);
                at++;
            }
            while (nextWaiting < waiting.length
                    && waiting[nextWaiting].occurredAt().equals(now)) {
                if (n == sameSecond.length) {
                    sameSecond = Arrays.copyOf(sameSecond, n * 2);
                }
                sameSecond[n++] = waiting[nextWaiting++];
            }
            if (n > 1) {
                Arrays.sort(sameSecond, 0, n, BY_ID);
            }
            for (int i = 0; i < n; i++) {
                consumer.accept(sameSecond[i]);
            }
        }
        while (nextWaiting < waiting.length) {
            consumer.accept(waiting[nextWaiting++]);
        }
    }

    /** One key per event, sorted by time: the second, 31 bits of the order, 3 bits of the step. */
    private long[] sortedKeys() {
        int[][] times = {placedAt, paidAt, pickedUpAt, arrivedAt, endedAt};
        int n = 0;
        for (int[] time : times) {
            for (int second : time) {
                if (second != NEVER) {
                    n++;
                }
            }
        }
        long[] keys = new long[n];
        int next = 0;
        for (int step = 0; step < STEPS; step++) {
            for (int order = 0; order < size; order++) {
                if (times[step][order] != NEVER) {
                    keys[next++] = (long) times[step][order] << 34 | (long) order << 3 | step;
                }
            }
        }
        Arrays.sort(keys);
        return keys;
    }

    private OrderEvent event(int order, int step, Instant now) {
        String orderId = orderId(order);
        return new OrderEvent(
                orderId + "-" + (step + 1),
                orderId,
                MarketLayout.buyerId(buyer[order]),
                type(order, step),
                now,
                gained(order, step));
    }

    private OrderEventType type(int order, int step) {
        return switch (step) {
            case PLACED -> OrderEventType.PLACED;
            case PAID -> OrderEventType.PAID;
            case PICKED_UP -> OrderEventType.PICKED_UP;
            case ARRIVED -> OrderEventType.ARRIVED;
            default -> cancelled[order] ? OrderEventType.CANCELLED : OrderEventType.DELIVERED;
        };
    }

    private List<Custodian> gained(int order, int step) {
        return switch (step) {
            case PLACED -> {
                int provider = layout.providerOfSeller()[seller[order]];
                Custodian sold = layout.sellers()[seller[order]];
                Custodian handled = layout.desks()[desk[order]];
                yield provider < 0 ? List.of(sold, handled) : List.of(sold, layout.providers()[provider], handled);
            }
            case PAID -> List.of(layout.channels()[channel[order]]);
            case PICKED_UP -> List.of(layout.hubs()[layout.hubOfSeller()[seller[order]]]);
            case ARRIVED -> List.of(layout.stations()[layout.stationOfBuyer()[buyer[order]]]);
            default -> List.of();
        };
    }

    private interface OrderTest {
        boolean isOf(int order);
    }

    private void visit(int[] times, OrderTest test, TouchVisitor visitor) {
        for (int order = 0; order < size; order++) {
            if (times[order] != NEVER && test.isOf(order)) {
                visitor.touch(order, times[order]);
            }
        }
    }

    private static int index(Custodian[] custodians, Custodian wanted) {
        int index = Arrays.asList(custodians).indexOf(wanted);
        if (index < 0) {
            throw new IllegalArgumentException("there is no " + wanted + " in this market");
        }
        return index;
    }
}

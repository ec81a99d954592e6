package io.leaktrace.correlate;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Fields;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the orders of a contact's buyer and their touches. The order in which events are added does not matter. */
final class ContactTouches {

    /** An order; the time is that of its first event. */
    private static final class Order {
        long orderedAt = Long.MAX_VALUE;
        String id;
    }

    /** All touches of an order by a custodian. */
    private static final class Touch {
        final int custodianNumber;
        final Order order;
        final int orderHash;
        long touchedAt = Long.MAX_VALUE;

        /** Whether there was an event before the contact; only these count in what follows. */
        boolean beforeContact;

        /** Bits of the fields that the custodian saw, in all events. */
        int saw;

        /** Time of the first access, or 0. */
        long accessedAt;

        /** The first mark, or 0, and its time. */
        int mark;

        long markedAt = Long.MAX_VALUE;

        Touch(int custodianNumber, Order order, int orderHash) {
            this.custodianNumber = custodianNumber;
            this.order = order;
            this.orderHash = orderHash;
        }
    }

    private final long contactedAt;
    private final Int2ObjectOpenHashMap<Order> orders = new Int2ObjectOpenHashMap<>();
    /** The key combines the order's hash (high bits) and the custodian's number (low bits). */
    private final Long2ObjectOpenHashMap<Touch> touches = new Long2ObjectOpenHashMap<>();

    /** @param contactedAt time of the contact, in epoch milliseconds */
    ContactTouches(long contactedAt) {
        this.contactedAt = contactedAt;
    }

    /** Adds an order event. */
    void add(LogEntry event) {
        int orderHash = event.orderHash();
        Order order = orders.get(orderHash);
        if (order == null) {
            order = new Order();
            orders.put(orderHash, order);
        }
        order.orderedAt = Math.min(order.orderedAt, event.time());
        if (event.holdsOrderId()) {
            order.id = event.orderId();
        }
        int[] numbers = event.custodianNumbers();
        for (int i = 0; i < numbers.length; i++) {
            long key = (long) orderHash << 32 | numbers[i];
            Touch touch = touches.get(key);
            if (touch == null) {
                touch = new Touch(numbers[i], order, orderHash);
                touches.put(key, touch);
            }
            add(touch, event, i);
        }
    }

    private void add(Touch touch, LogEntry event, int index) {
        long time = event.time();
        touch.touchedAt = Math.min(touch.touchedAt, time);
        if (time >= contactedAt) {
            return;
        }
        touch.beforeContact = true;
        touch.saw |= event.saw(index);
        if (event.isAccess()) {
            touch.accessedAt = touch.accessedAt == 0 ? time : Math.min(touch.accessedAt, time);
        }
        int mark = event.mark(index);
        if (mark != 0 && (time < touch.markedAt || time == touch.markedAt && mark < touch.mark)) {
            touch.markedAt = time;
            touch.mark = mark;
        }
    }

    /**
     * Returns the touches within a window of the contact, also those of which only the access is, in no order.
     *
     * @param custodians by number
     */
    List<ContactTouch> within(long window, List<Custodian> custodians) {
        List<ContactTouch> found = new ArrayList<>();
        for (Touch touch : touches.values()) {
            if (Math.abs(contactedAt - touch.touchedAt) <= window || contactedAt - touch.accessedAt <= window) {
                found.add(new ContactTouch(
                        custodians.get(touch.custodianNumber),
                        touch.order.id == null ? "#" + Integer.toHexString(touch.orderHash) : touch.order.id,
                        touch.touchedAt,
                        touch.beforeContact ? touch.saw : Fields.OF_ROLE,
                        touch.mark,
                        touch.accessedAt));
            }
        }
        return found;
    }

    /** Returns the hours of the orders' first events, ascending. */
    long[] orderHours() {
        long[] hours = new long[orders.size()];
        int count = 0;
        for (Order order : orders.values()) {
            hours[count++] = EventTime.hourOf(order.orderedAt);
        }
        Arrays.sort(hours);
        return hours;
    }
}

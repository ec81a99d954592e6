package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Generator of orders of accounts beyond the buyers of a market. Their numbers follow those of its buyers and orders. */
final class StagedOrders {

    /** An account, with the indexes of the station that serves it and of its payment channel. */
    record Account(String buyerId, int station, int channel) {}

    private final MarketSettings settings;
    private final OrderBook book;
    private final MarketLayout layout;
    private final boolean ofDecoys;
    private final List<OrderEvent> events = new ArrayList<>();
    private final Set<String> accounts = new HashSet<>();
    private int orders;

    /** @param ofDecoys whether the events say that the accounts are decoys */
    StagedOrders(MarketSettings settings, OrderBook book, boolean ofDecoys) {
        this.settings = settings;
        this.book = book;
        this.layout = book.layout();
        this.ofDecoys = ofDecoys;
    }

    /** All events of the accounts, in no particular order. */
    List<OrderEvent> events() {
        return events;
    }

    /** The buyer ids of the accounts. */
    Set<String> accounts() {
        return accounts;
    }

    Account account(RandomStream random) {
        return account(random.below(layout.stations().length), random);
    }

    /** An account that a station serves, by its index. */
    Account account(int station, RandomStream random) {
        String buyerId = MarketLayout.buyerId(settings.buyers() + accounts.size());
        accounts.add(buyerId);
        return new Account(buyerId, station, layout.channelChoice().draw(random));
    }

    /** Adds the events of an order that happen before the end of the market, and returns its id. */
    String order(Account account, int seller, int placed, RandomStream random) {
        String orderId = OrderBook.orderId(book.size + orders++);
        OrderTimes times = OrderTimes.after(placed, random);
        List<Custodian> sold = new ArrayList<>(List.of(layout.sellers()[seller]));
        if (layout.providerOfSeller()[seller] >= 0) {
            sold.add(layout.providers()[layout.providerOfSeller()[seller]]);
        }
        sold.add(layout.desks()[layout.deskChoice().draw(random)]);
        event(account, orderId, 1, OrderEventType.PLACED, placed, sold);
        event(account, orderId, 2, OrderEventType.PAID, times.paid(), List.of(layout.channels()[account.channel()]));
        Custodian hub = layout.hubs()[layout.hubOfSeller()[seller]];
        event(account, orderId, 3, OrderEventType.PICKED_UP, times.pickedUp(), List.of(hub));
        Custodian station = layout.stations()[account.station()];
        event(account, orderId, 4, OrderEventType.ARRIVED, times.arrived(), List.of(station));
        event(account, orderId, 5, OrderEventType.DELIVERED, times.ended(), List.of());
        return orderId;
    }

    private void event(
            Account account, String orderId, int step, OrderEventType type, int second, List<Custodian> custodians) {
        Instant at = book.at(second);
        if (at.isBefore(settings.end())) {
            events.add(new OrderEvent(
                    orderId + "-" + step,
                    orderId,
                    account.buyerId(),
                    type,
                    at,
                    custodians,
                    Map.of(),
                    Map.of(),
                    ofDecoys));
        }
    }
}

package io.leaktrace.simulate;

import static io.leaktrace.domain.Field.ADDRESS;
import static io.leaktrace.domain.Field.ID_NUMBER;
import static io.leaktrace.domain.Field.NAME;
import static io.leaktrace.domain.Field.ORDER_TIME;
import static io.leaktrace.domain.Field.PHONE;
import static io.leaktrace.domain.Field.PRODUCT;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The case that started the project. On 22 July 2014 the buyer zhou orders four products from four sellers for 234 yuan
 * and pays with his father's card. Next morning "JD customer service" calls from a mobile number, knows products, order
 * time and the father's name, address, phone and ID number, and claims that a system error has cancelled the orders.
 * Through a link in an SMS, zhou loses 9,892 yuan; 500 and 1,000 of it are returned, and over 2,000 are taken from a
 * second card. The orders are shown as cancelled but arrive. On 27 July the scammers call again. Times and ids are
 * fixed; sellers, nodes and channel depend on the seed; the desk of all four orders leaks.
 */
final class ZhouStory {

    /** Minimum number of days of the market, up to 28 July, after the last call was reported. */
    static final int DAYS = 39;

    private static final String BUYER = "zhou";
    private static final String CALLER = "caller-zhou-1";
    private static final String CALLER_AGAIN = "caller-zhou-2";
    private static final String IMPERSONATED = "JD customer service";
    private static final Set<Field> KNOWN = Set.of(PRODUCT, ORDER_TIME, NAME, ADDRESS, PHONE, ID_NUMBER);

    /** Times of an order, in the local time of the market. */
    private record Times(
            String placed, String paid, String pickedUp, String cancelled, String arrived, String delivered) {}

    private static final List<Times> ORDERS = List.of(
            new Times("22T13:05:10", "22T13:06:02", "22T19:40:00", "23T09:58:11", "24T08:15:00", "24T11:30:00"),
            new Times("22T13:12:44", "22T13:13:30", "22T20:05:00", "23T09:58:12", "24T08:15:00", "24T11:30:00"),
            new Times("22T13:20:27", "22T13:21:15", "22T18:22:00", "23T09:58:13", "25T07:50:00", "25T10:10:00"),
            new Times("22T13:31:53", "22T13:32:41", "22T21:10:00", "23T09:58:14", "25T07:50:00", "25T10:10:00"));

    private final Custodian desk;
    private final Custodian station;
    private final Custodian channel;
    private final List<List<Custodian>> sellersAndProviders;
    private final List<Custodian> hubs;

    private ZhouStory(
            Custodian desk,
            Custodian station,
            Custodian channel,
            List<List<Custodian>> sellersAndProviders,
            List<Custodian> hubs) {
        this.desk = desk;
        this.station = station;
        this.channel = channel;
        this.sellersAndProviders = sellersAndProviders;
        this.hubs = hubs;
    }

    /** The story in a market in which a service desk leaks; sellers and hubs of zhou's orders do not leak. */
    static ZhouStory in(MarketLayout layout, List<Leak> leaks, long seed) {
        Set<Custodian> leaking = leaks.stream().map(Leak::custodian).collect(Collectors.toSet());
        Custodian desk = leaking.stream()
                .filter(custodian -> custodian.role() == Role.PLATFORM)
                .findFirst()
                .orElseThrow();
        RandomStream random = RandomStream.of(seed, "zhou");
        List<List<Custodian>> sellersAndProviders = new ArrayList<>();
        List<Custodian> hubs = new ArrayList<>();
        for (int seller : random.shuffled(layout.sellers().length)) {
            Custodian hub = layout.hubs()[layout.hubOfSeller()[seller]];
            if (hubs.size() < ORDERS.size() && !leaking.contains(hub) && !leaking.contains(layout.sellers()[seller])) {
                int provider = layout.providerOfSeller()[seller];
                sellersAndProviders.add(
                        provider < 0
                                ? List.of(layout.sellers()[seller])
                                : List.of(layout.sellers()[seller], layout.providers()[provider]));
                hubs.add(hub);
            }
        }
        if (hubs.size() < ORDERS.size()) {
            throw new IllegalArgumentException("this market is too small for a story with four innocent sellers");
        }
        return new ZhouStory(
                desk,
                layout.stations()[random.below(layout.stations().length)],
                layout.channels()[layout.channelChoice().draw(random)],
                sellersAndProviders,
                hubs);
    }

    List<OrderEvent> events() {
        List<OrderEvent> events = new ArrayList<>();
        for (int i = 0; i < ORDERS.size(); i++) {
            Times times = ORDERS.get(i);
            List<Custodian> sold = new ArrayList<>(sellersAndProviders.get(i));
            sold.add(desk);
            events.add(event(i, 1, OrderEventType.PLACED, times.placed(), sold));
            events.add(event(i, 2, OrderEventType.PAID, times.paid(), List.of(channel)));
            events.add(event(i, 3, OrderEventType.PICKED_UP, times.pickedUp(), List.of(hubs.get(i))));
            events.add(event(i, 4, OrderEventType.CANCELLED, times.cancelled(), List.of()));
            events.add(event(i, 5, OrderEventType.ARRIVED, times.arrived(), List.of(station)));
            events.add(event(i, 6, OrderEventType.DELIVERED, times.delivered(), List.of()));
        }
        return events;
    }

    List<CausedContact> contacts() {
        // The loss from the second card was "over 2,000"; the exact sum is unknown, so 2,000 is used.
        return List.of(
                contact("zhou-call-1", "23T10:02:00", "23T13:00:00", Channel.CALL, CALLER, "2000.00"),
                contact("zhou-sms-1", "23T10:21:00", "23T13:04:00", Channel.SMS, CALLER, "9892.00"),
                contact("zhou-call-2", "27T15:40:00", "27T16:25:00", Channel.CALL, CALLER_AGAIN, null));
    }

    private static OrderEvent event(int order, int number, OrderEventType type, String at, List<Custodian> custodians) {
        String orderId = BUYER + "-" + (order + 1);
        return new OrderEvent(orderId + "-" + number, orderId, BUYER, type, july(at), custodians);
    }

    private CausedContact contact(
            String contactId, String contactedAt, String reportedAt, Channel channel, String caller, String lost) {
        Loss loss = lost == null ? null : new Loss(new BigDecimal(lost), "CNY");
        ScamContact contact = new ScamContact(
                contactId,
                BUYER,
                july(contactedAt),
                july(reportedAt),
                channel,
                caller,
                IMPERSONATED,
                KNOWN,
                null,
                loss);
        return new CausedContact(contact, desk);
    }

    /** China time in July 2014, as in {@code 22T13:05:10}. */
    private static Instant july(String dayAndTime) {
        return OffsetDateTime.parse("2014-07-" + dayAndTime + "+08:00").toInstant();
    }
}

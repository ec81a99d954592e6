package io.leaktrace.simulate;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.simulate.StagedOrders.Account;
import io.leaktrace.simulate.Volumes.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Generator of the orders and reports of accounts that lie. Their numbers follow those of the buyers and orders of the
 * market, and no custodian causes their contacts.
 */
final class StagedReports {

    /** Numbers of accounts that lie about each of the three framed sellers. */
    private static final int[] LIARS = {10, 20, 40};

    private static final int LIARS_ORDER_WITHIN_DAYS = 20;
    private static final int EARLIEST_LIE = 25;

    /** Orders per day of a framed seller. */
    private static final int LEAST_FRAMED = 20;

    private static final int MOST_FRAMED = 60;

    /** Numbers of accomplices of each of three leaking sellers. */
    private static final int[] ACCOMPLICES = {8, 20, 50};

    private static final int ACCOMPLICES_FROM_DAYS_BEFORE = 10;
    private static final int ACCOMPLICES_WITHIN_DAYS = 25;

    private static final int HOUR = 3600;
    private static final Set<Field> KNOWN = Role.SELLER.knows();

    private final MarketSettings settings;
    private final OrderBook book;
    private final MarketLayout layout;
    private final ContactMaker maker;
    private final RandomStream random;
    private final StagedOrders orders;
    private final List<CausedContact> contacts = new ArrayList<>();

    StagedReports(MarketSettings settings, OrderBook book, ContactMaker maker, long seed) {
        this.settings = settings;
        this.book = book;
        this.layout = book.layout();
        this.maker = maker;
        this.random = RandomStream.of(seed, "staged reports");
        this.orders = new StagedOrders(settings, book, false);
    }

    /** The orders of the accounts. */
    StagedOrders orders() {
        return orders;
    }

    /** All contacts that the accounts report, without ids and in no particular order. */
    List<CausedContact> contacts() {
        return contacts;
    }

    /**
     * New buyers each place one order at an honest seller and report a call a day later that quotes all that a seller
     * knows.
     *
     * @param careful whether the accounts have ordered elsewhere before
     */
    void falseReports(boolean careful) {
        int spread = settings.days() - EARLIEST_LIE - LIARS_ORDER_WITHIN_DAYS - 4;
        if (spread < 1) {
            throw new IllegalArgumentException(
                    "the false reports of this scenario need at least " + (settings.days() - spread + 1) + " days");
        }
        List<Integer> framed = framed();
        for (int i = 0; i < LIARS.length; i++) {
            int firstDay = EARLIEST_LIE + random.below(spread);
            for (int n = 0; n < LIARS[i]; n++) {
                Account account = orders.account(random);
                int placed = second(firstDay + random.below(LIARS_ORDER_WITHIN_DAYS));
                if (careful) {
                    ordersElsewhere(account, framed.get(i), placed);
                }
                String orderId = orders.order(account, framed.get(i), placed, random);
                long placedAt = book.at(placed).getEpochSecond();
                long wanted = placedAt + (long) random.uniform(20 * HOUR, 28 * HOUR);
                long calledAt = maker.byDay(wanted, placedAt, placedAt + 3L * ContactMaker.DAY, random);
                report(account, calledAt, KNOWN, random.chance(0.5) ? orderId : null);
            }
        }
    }

    /**
     * Buyers who are accomplices of a leaking seller report calls before they first buy from it, to pass for buyers who
     * are called all the time.
     *
     * @param sellers the leaking sellers, at least three
     */
    void reportsBeforeBuying(List<Leak> sellers) {
        for (int i = 0; i < ACCOMPLICES.length; i++) {
            Custodian custodian = sellers.get(i).custodian();
            int seller = Arrays.asList(layout.sellers()).indexOf(custodian);
            long leakFrom = sellers.get(i).from().getEpochSecond();
            for (int n = 0; n < ACCOMPLICES[i]; n++) {
                Account account = orders.account(random);
                long from = leakFrom
                        + (random.below(ACCOMPLICES_WITHIN_DAYS) - ACCOMPLICES_FROM_DAYS_BEFORE)
                                * (long) ContactMaker.DAY;
                long calledAt = from;
                for (int calls = 1 + random.below(3); calls > 0; calls--) {
                    long earliest = calledAt;
                    long wanted = earliest + (long) random.uniform(HOUR, 3L * ContactMaker.DAY);
                    calledAt = maker.byDay(wanted, earliest, earliest + 3L * ContactMaker.DAY, random);
                    report(account, calledAt, invented(), null);
                }
                int placed = (int) (calledAt - settings.start().toEpochSecond())
                        + (int) random.uniform(6 * HOUR, 2 * ContactMaker.DAY);
                for (int purchases = 1 + random.below(2); purchases > 0; purchases--) {
                    orders.order(account, seller, placed, random);
                    placed += (int) random.uniform(HOUR, 5 * ContactMaker.DAY);
                }
            }
        }
    }

    /** Three sellers of medium size; of a small market, three of its biggest. */
    private List<Integer> framed() {
        List<Volume> sellers = Volumes.of(book).sellers();
        List<Volume> medium = sellers.stream()
                .filter(seller -> seller.orders() >= LEAST_FRAMED * settings.days()
                        && seller.orders() <= MOST_FRAMED * settings.days())
                .toList();
        List<Volume> among = medium.size() < LIARS.length ? sellers : medium;
        if (among.size() < LIARS.length) {
            throw new IllegalArgumentException("this market is too small to find three sellers to frame in it");
        }
        int[] order = random.shuffled(medium.size() < LIARS.length ? LIARS.length : medium.size());
        return Arrays.stream(order)
                .limit(LIARS.length)
                .map(i -> among.get(i).index())
                .boxed()
                .toList();
    }

    private int second(int day) {
        return day * ContactMaker.DAY + DayShape.SHOPPING.secondOfDay(random);
    }

    private void ordersElsewhere(Account account, int framed, int before) {
        for (int n = 2 + random.below(3); n > 0; n--) {
            int seller = layout.sellerChoice().draw(random);
            int daysBefore = 3 + random.below(20);
            if (seller != framed) {
                orders.order(account, seller, second(before / ContactMaker.DAY - daysBefore), random);
            }
        }
    }

    private void report(Account account, long calledAt, Set<Field> disclosed, String quotedOrderId) {
        long reportedAt = calledAt + (long) random.uniform(HOUR / 6.0, 4 * HOUR);
        contacts.add(new CausedContact(
                new ScamContact(
                        ContactMaker.NO_ID_YET,
                        account.buyerId(),
                        Instant.ofEpochSecond(calledAt),
                        Instant.ofEpochSecond(reportedAt),
                        Channel.CALL,
                        random.chance(0.5) ? null : "caller-" + (1 + random.below(20_000)),
                        "customer service",
                        disclosed,
                        quotedOrderId,
                        null),
                null));
    }

    /** What an accomplice claims: name and phone number, and sometimes parts of an order that nobody can check. */
    private Set<Field> invented() {
        Set<Field> invented = EnumSet.of(Field.NAME, Field.PHONE);
        for (Field field : List.of(Field.PRODUCT, Field.PRICE, Field.ADDRESS)) {
            if (random.chance(0.4)) {
                invented.add(field);
            }
        }
        return invented;
    }
}

package io.leaktrace.benchmarks.market;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The market that all contenders are given. Every order and every contact follows from the seed and its own number, so
 * that nothing needs to be kept to know one of them again.
 *
 * <p>Orders are spread evenly over 60 days and come in the order of time. A contact follows an order by up to 14 days;
 * of a thousand contacts one comes in the very millisecond of its order, and one exactly 14 days later, so that a
 * contender with another idea of the window's borders is found out.
 */
public final class Market {

    /** How long before a contact a touch counts as followed by it: {@code 0 < contactedAt − touch <= WINDOW}. */
    public static final long WINDOW = 14 * EventTime.DAY;

    /** A contact is reported at most so long after it happened. */
    public static final long LONGEST_REPORT_DELAY = 6 * EventTime.HOUR;

    public static final int SELLERS = 2_000;
    public static final int NODES = 100;
    public static final int TOUCHES_PER_ORDER = 4;
    public static final long SPAN = 60 * EventTime.DAY;

    /** Time of the first order. */
    public static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

    private static final int BORDER_CASES_EVERY = 1_000;

    private final long seed;
    private final long orders;
    private final int buyers;
    private final int contacts;
    private final List<Custodian> sellers = custodians(Role.SELLER, "s-", SELLERS);
    private final List<Custodian> nodes = custodians(Role.LOGISTICS_NODE, "n-", NODES);

    public Market(long seed, long orders, int buyers, int contacts) {
        this.seed = seed;
        this.orders = orders;
        this.buyers = buyers;
        this.contacts = contacts;
    }

    private static List<Custodian> custodians(Role role, String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Custodian(role, prefix + number))
                .toList();
    }

    static String buyerId(int buyer) {
        return "b-" + buyer;
    }

    public long seed() {
        return seed;
    }

    public long orders() {
        return orders;
    }

    public int buyers() {
        return buyers;
    }

    public int contacts() {
        return contacts;
    }

    /** An order by its number. */
    public Order order(long number) {
        SplittableRandom random = random(2 * number);
        int buyer = random.nextInt(buyers);
        Custodian seller = sellers.get(random.nextInt(SELLERS));
        int first = random.nextInt(NODES);
        int second = (first + 1 + random.nextInt(NODES - 1)) % NODES;
        int third = random.nextInt(NODES);
        while (third == first || third == second) {
            third = random.nextInt(NODES);
        }
        return new Order(number, buyer, timeOf(number), seller, nodes.get(first), nodes.get(second), nodes.get(third));
    }

    private long timeOf(long number) {
        return START + Math.multiplyExact(number, SPAN) / orders;
    }

    /** A contact by its number. */
    public Contact contact(int number) {
        SplittableRandom random = random(2L * number + 1);
        long reportDelay = random.nextLong(LONGEST_REPORT_DELAY);
        int kind = number % BORDER_CASES_EVERY;
        if (kind == 1) {
            Order order = order(random.nextLong(orders * (SPAN - WINDOW) / SPAN));
            return contact(number, order, WINDOW, reportDelay);
        }
        Order order = order(random.nextLong(orders));
        long longest = Math.min(WINDOW, START + SPAN - order.time());
        return contact(number, order, kind == 0 ? 0 : 1 + random.nextLong(longest), reportDelay);
    }

    private static Contact contact(int number, Order order, long lead, long reportDelay) {
        long contactedAt = order.time() + lead;
        return new Contact(number, order.buyer(), contactedAt, contactedAt + reportDelay);
    }

    /** All contacts as they become known. */
    public List<Contact> contactsAsReported() {
        List<Contact> all = new ArrayList<>(contacts);
        for (int number = 0; number < contacts; number++) {
            all.add(contact(number));
        }
        all.sort(Comparator.comparingLong(Contact::reportedAt).thenComparingInt(Contact::number));
        return all;
    }

    /** Touches of the last so many milliseconds of the orders. */
    public long touchesWithin(long retention) {
        return Math.min(orders, orders * retention / SPAN) * TOUCHES_PER_ORDER;
    }

    /** Numbers that differ by little give streams that have nothing in common: SplittableRandom mixes its seed. */
    private SplittableRandom random(long stream) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + stream * 0xD1B54A32D192ED03L);
    }
}

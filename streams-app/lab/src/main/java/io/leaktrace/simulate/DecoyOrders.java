package io.leaktrace.simulate;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.simulate.StagedOrders.Account;
import io.leaktrace.simulate.Volumes.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Generator of the orders that a platform's security team places, and of the calls to the numbers that it gives. Each
 * decoy is a new buyer with one order. The team watches a few sellers and delivery stations: those that leak, one seller
 * of each hub that leaks, and as many that do not leak. All calls are reported within hours.
 */
final class DecoyOrders {

    /** Number of orders per day, if the user does not give one. */
    static final int USUAL_PER_DAY = 50;

    /** Calls per month to a number that nobody has leaked: wrong numbers, and numbers dialled at random. */
    static final double RANDOM_CALLS_PER_MONTH = 3.5;

    /** Probability that such a caller says the name of somebody, or guesses what was ordered. */
    static final double SAYS_A_NAME = 0.05;

    static final double GUESSES = 0.01;

    private static final int DAYS_OF_MONTH = 30;
    private static final int HOUR = 3600;

    private final MarketSettings settings;
    private final OrderBook book;
    private final MarketLayout layout;
    private final ContactMaker maker;
    private final long seed;
    private final RandomStream random;
    private final StagedOrders orders;
    private final List<CausedContact> contacts = new ArrayList<>();

    DecoyOrders(MarketSettings settings, OrderBook book, ContactMaker maker, long seed) {
        this.settings = settings;
        this.book = book;
        this.layout = book.layout();
        this.maker = maker;
        this.seed = seed;
        this.random = RandomStream.of(seed, "decoys");
        this.orders = new StagedOrders(settings, book, true);
    }

    /** The orders, with their buyers. */
    StagedOrders orders() {
        return orders;
    }

    /** All contacts of the decoys, without ids and in no particular order. */
    List<CausedContact> contacts() {
        return contacts;
    }

    /**
     * Places orders on every day, one at each of the watched sellers in turn.
     *
     * @param watched the custodians that are watched
     */
    void place(List<Custodian> watched, int perDay) {
        List<Integer> sellers = List.copyOf(sellers(watched));
        List<Integer> stations = List.copyOf(stations(watched));
        for (int day = 0; day < settings.days(); day++) {
            for (int i = 0; i < perDay; i++) {
                int number = day * perDay + i;
                Account decoy = orders.account(stations.get(random.below(stations.size())), random);
                int placed = day * ContactMaker.DAY + DayShape.SHOPPING.secondOfDay(random);
                orders.order(decoy, sellers.get(number % sellers.size()), placed, random);
                callAtRandom(decoy, day);
            }
        }
    }

    private TreeSet<Integer> sellers(List<Custodian> watched) {
        TreeSet<Integer> sellers = indexes(Role.SELLER, layout.sellers(), watched);
        for (Volume seller : Volumes.of(book).sellers()) {
            Custodian hub = layout.hubs()[layout.hubOfSeller()[seller.index()]];
            boolean isCovered =
                    sellers.stream().anyMatch(other -> layout.hubs()[layout.hubOfSeller()[other]].equals(hub));
            if (watched.contains(hub) && !isCovered) {
                sellers.add(seller.index());
            }
        }
        return withAsManyOthers(sellers, layout.sellers().length);
    }

    private TreeSet<Integer> stations(List<Custodian> watched) {
        TreeSet<Integer> stations = indexes(Role.LOGISTICS_NODE, layout.stations(), watched);
        if (stations.isEmpty()) {
            stations.add(random.below(layout.stations().length));
        }
        return withAsManyOthers(stations, layout.stations().length);
    }

    private static TreeSet<Integer> indexes(Role role, Custodian[] custodians, List<Custodian> watched) {
        TreeSet<Integer> indexes = new TreeSet<>();
        for (Custodian custodian : watched) {
            int index = Arrays.asList(custodians).indexOf(custodian);
            if (custodian.role() == role && index >= 0) {
                indexes.add(index);
            }
        }
        return indexes;
    }

    private TreeSet<Integer> withAsManyOthers(TreeSet<Integer> indexes, int all) {
        int wanted = Math.min(2 * indexes.size(), all);
        while (indexes.size() < wanted) {
            indexes.add(random.below(all));
        }
        return indexes;
    }

    private void callAtRandom(Account decoy, int placedOn) {
        for (int day = placedOn + 1; day < settings.days(); day++) {
            for (int n = random.poisson(RANDOM_CALLS_PER_MONTH / DAYS_OF_MONTH); n > 0; n--) {
                long at = settings.start().toEpochSecond() + (long) day * ContactMaker.DAY + maker.secondOfDay(random);
                Set<Field> said = random.chance(SAYS_A_NAME)
                        ? Set.of(Field.NAME)
                        : random.chance(GUESSES) ? Set.of(Field.PRODUCT) : Set.of();
                ScamContact call = new ScamContact(
                        ContactMaker.NO_ID_YET,
                        decoy.buyerId(),
                        Instant.ofEpochSecond(at),
                        Instant.ofEpochSecond(at),
                        Channel.CALL,
                        null,
                        null,
                        said,
                        null,
                        null);
                report(new CausedContact(call, null));
            }
        }
    }

    /** Generates the calls that leaks cause: of decoys, all victims report. */
    void leak(List<Leak> leaks, LeakCallers callers, IncidentTally tally) {
        LeakCalls calls = new LeakCalls(maker, callers, 1, seed, tally, this::report);
        for (Leak leak : leaks) {
            double rate = Math.min(1, leak.ratePerOrder() / settings.reportedShare());
            Leak ofDecoys = new Leak(leak.custodian(), leak.from(), leak.to(), rate);
            for (OrderEvent event : orders.events()) {
                if (event.custodians().contains(leak.custodian())) {
                    calls.touched(ofDecoys, event.buyerId(), event.orderId(), event.occurredAt());
                }
            }
        }
    }

    /** Adds a contact that is reported within some hours. */
    private void report(CausedContact caused) {
        ScamContact contact = caused.contact();
        Instant at = contact.contactedAt();
        RandomStream delay = RandomStream.of(seed, "report of a decoy", contact.buyerId() + " " + at);
        Instant reportedAt = at.plusSeconds((long) delay.uniform(HOUR / 6.0, 4 * HOUR));
        contacts.add(
                new CausedContact(ContactMaker.copy(contact, contact.contactId(), at, reportedAt), caused.cause()));
    }
}

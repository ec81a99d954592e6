package io.leaktrace.simulate;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Orders in which sellers and logistics nodes see a virtual number instead of the buyer's. The numbers are given out
 * again later, so that a caller may reach another buyer. The platform knows of most calls which number they reached.
 */
final class VirtualNumbers implements UnaryOperator<OrderEvent> {

    /** Roles that see a virtual number. */
    static final Set<Role> ROLES = EnumSet.of(Role.SELLER, Role.LOGISTICS_NODE);

    /** Probability that the dialled number is known. */
    static final double KNOWN = 0.8;

    /** Probability that a number stands for another buyer's order when it is dialled. */
    static final double REUSED = 0.05;

    /** Probability that a caller without leaked data has an old virtual number. */
    static final double OLD = 0.08;

    /** How long a virtual number stands for an order, in seconds. */
    private static final int IN_USE = 14 * 86_400;

    private final OrderBook book;
    private final long seed;

    /** The orders of each buyer, by second. */
    private final Map<String, TreeMap<Integer, Integer>> ordersOfBuyer = new HashMap<>();

    /** The touches of each leaking custodian: its orders by buyer and second. */
    private final Map<Custodian, Map<String, TreeMap<Integer, Integer>>> leaked = new HashMap<>();

    VirtualNumbers(OrderBook book, List<Leak> leaks, long seed) {
        this.book = book;
        this.seed = seed;
        for (int order = 0; order < book.size; order++) {
            add(ordersOfBuyer, order, book.placedAt[order]);
        }
        for (Leak leak : leaks) {
            Map<String, TreeMap<Integer, Integer>> touched = new HashMap<>();
            book.touchesOf(leak.custodian(), (order, second) -> add(touched, order, second));
            leaked.put(leak.custodian(), touched);
        }
    }

    private void add(Map<String, TreeMap<Integer, Integer>> byBuyer, int order, int second) {
        byBuyer.computeIfAbsent(MarketLayout.buyerId(book.buyer[order]), buyer -> new TreeMap<>())
                .put(second, order);
    }

    /** Returns the event with what its custodians saw of the order. */
    @Override
    public OrderEvent apply(OrderEvent event) {
        OrderCustodians custodians = new OrderCustodians();
        for (Custodian custodian : event.custodians()) {
            Set<Field> saw = null;
            if (ROLES.contains(custodian.role())) {
                saw = EnumSet.copyOf(custodian.role().knows());
                saw.remove(Field.PHONE);
            }
            custodians.add(custodian, saw);
        }
        return event.with(custodians);
    }

    /** Returns the contact with the number that it reached, if that is known; a reused number reaches another buyer. */
    CausedContact dialled(CausedContact caused) {
        ScamContact contact = caused.contact();
        int second = (int) (contact.contactedAt().getEpochSecond() - book.at(0).getEpochSecond());
        RandomStream random = RandomStream.of(seed, "dialled number", contact.buyerId() + " " + contact.contactedAt());
        boolean isKnown = random.chance(KNOWN);
        if (caused.cause() == null) {
            Integer order = random.chance(OLD) ? inUse(ordersOfBuyer.get(contact.buyerId()), second) : null;
            return isKnown ? with(caused, order) : caused;
        }
        if (!ROLES.contains(caused.cause().role())) {
            return isKnown ? with(caused, null) : caused;
        }
        if (random.chance(REUSED)) {
            CausedContact ofAnother = reaching(anyInUse(second, random), contact);
            return isKnown ? ofAnother : new CausedContact(ofAnother.contact().with(ContactDetails.NONE), null);
        }
        Integer order = inUse(leaked.get(caused.cause()).get(contact.buyerId()), second);
        return isKnown && order != null ? with(caused, order) : caused;
    }

    /** Returns the latest order of which the number is in use, or null. */
    private static Integer inUse(TreeMap<Integer, Integer> orders, int second) {
        Map.Entry<Integer, Integer> latest = orders == null ? null : orders.lowerEntry(second);
        return latest == null || second - latest.getKey() > IN_USE ? null : latest.getValue();
    }

    private int anyInUse(int second, RandomStream random) {
        while (true) {
            int order = random.below(book.size);
            int age = second - book.placedAt[order];
            if (age > 0 && age <= IN_USE) {
                return order;
            }
        }
    }

    private static CausedContact with(CausedContact caused, Integer order) {
        return new CausedContact(caused.contact().with(details(order)), caused.cause());
    }

    /** @param order null if the real number was dialled */
    private static ContactDetails details(Integer order) {
        return order == null
                ? new ContactDetails(null, Dialled.REAL, null, null, null)
                : new ContactDetails(null, Dialled.VIRTUAL, OrderBook.orderId(order), null, null);
    }

    private CausedContact reaching(int order, ScamContact contact) {
        ScamContact reached = new ScamContact(
                contact.contactId(),
                MarketLayout.buyerId(book.buyer[order]),
                contact.contactedAt(),
                contact.reportedAt(),
                contact.channel(),
                contact.caller(),
                contact.impersonated(),
                contact.disclosed(),
                contact.quotedOrderId(),
                contact.loss(),
                contact.source(),
                details(order));
        return new CausedContact(reached, null);
    }
}

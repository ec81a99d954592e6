package io.leaktrace.simulate;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import java.util.function.UnaryOperator;

/**
 * Orders in which the name or the address of the buyer is written differently for each custodian: a middle initial, the
 * number of a flat. Callers say what they read.
 */
final class MarkedOrders implements UnaryOperator<OrderEvent> {

    /** Number of different marks. */
    static final int MARKS = 50;

    /** Probability that a caller with leaked data says the name or address as it was written. */
    static final double SAYS_MARK = 0.4;

    /** Probability that the buyer understands another mark. */
    static final double MISHEARD = 0.05;

    /** Probability that a report of another call has a mark, which is any. */
    static final double WRONG_MARK = 0.03;

    private final long seed;

    MarkedOrders(long seed) {
        this.seed = seed;
    }

    /** Returns the mark of a custodian in a buyer's orders. */
    static String mark(Custodian custodian, String buyerId, long seed) {
        return mark(RandomStream.of(seed, "mark of " + custodian, buyerId));
    }

    private static String mark(RandomStream random) {
        return "m-" + random.below(MARKS);
    }

    /** Returns the event with the marks of its custodians. */
    @Override
    public OrderEvent apply(OrderEvent event) {
        OrderCustodians custodians = new OrderCustodians();
        for (Custodian custodian : event.custodians()) {
            custodians.add(custodian, null, mark(custodian, event.buyerId(), seed));
        }
        return event.with(custodians);
    }

    /** Returns the contact with the mark that came back, if one did. */
    CausedContact disclosed(CausedContact caused) {
        String buyer = caused.contact().buyerId();
        String at = caused.contact().contactedAt().toString();
        RandomStream random = RandomStream.of(seed, "mark that came back", buyer + " " + at);
        boolean isLeak = caused.cause() != null;
        if (!random.chance(isLeak ? SAYS_MARK : WRONG_MARK)) {
            return caused;
        }
        boolean isRight = isLeak && !random.chance(MISHEARD);
        String mark = isRight ? mark(caused.cause(), buyer, seed) : mark(random);
        return new CausedContact(caused.contact().with(ContactDetails.ofMark(mark)), caused.cause());
    }
}

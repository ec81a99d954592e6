package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Orders whose buyer (name, phone number and address) is encrypted for most sellers; the events say it. */
final class EncryptedOrders implements UnaryOperator<OrderEvent> {

    /** Share of the sellers for whom the buyers are encrypted. */
    static final double ENCRYPTED = 0.8;

    /** What such a seller sees of its orders. */
    static final Set<Field> NOT_ENCRYPTED = Set.of(Field.PRODUCT, Field.ORDER_TIME, Field.PRICE, Field.TRACKING_NUMBER);

    private final long seed;
    private final Map<Custodian, Boolean> encrypted = new HashMap<>();

    EncryptedOrders(long seed) {
        this.seed = seed;
    }

    /** Returns the fields that a custodian sees of its orders. */
    static Set<Field> seenBy(Custodian custodian, long seed) {
        return isEncryptedFor(custodian, seed)
                ? NOT_ENCRYPTED
                : custodian.role().knows();
    }

    static boolean isEncryptedFor(Custodian custodian, long seed) {
        return custodian.role() == Role.SELLER
                && RandomStream.of(seed, "encrypted for", custodian.toString()).chance(ENCRYPTED);
    }

    /** Returns the event with what its custodians saw of the order. */
    @Override
    public OrderEvent apply(OrderEvent event) {
        OrderCustodians custodians = new OrderCustodians();
        for (Custodian custodian : event.custodians()) {
            boolean hidden = encrypted.computeIfAbsent(custodian, other -> isEncryptedFor(other, seed));
            custodians.add(custodian, hidden ? NOT_ENCRYPTED : null);
        }
        return event.with(custodians);
    }
}

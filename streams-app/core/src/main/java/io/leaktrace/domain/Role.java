package io.leaktrace.domain;

import static io.leaktrace.domain.Field.ADDRESS;
import static io.leaktrace.domain.Field.BANK_CARD;
import static io.leaktrace.domain.Field.ID_NUMBER;
import static io.leaktrace.domain.Field.NAME;
import static io.leaktrace.domain.Field.ORDER_TIME;
import static io.leaktrace.domain.Field.PHONE;
import static io.leaktrace.domain.Field.PRICE;
import static io.leaktrace.domain.Field.PRODUCT;
import static io.leaktrace.domain.Field.TRACKING_NUMBER;

import java.util.Set;

/**
 * The role of a custodian in an order, with the order's fields that it can know by default. Add roles at the end only:
 * Avro records refer to them by position.
 */
public enum Role {
    SELLER(Set.of(PRODUCT, ORDER_TIME, PRICE, NAME, PHONE, ADDRESS, TRACKING_NUMBER)),
    LOGISTICS_NODE(Set.of(NAME, PHONE, ADDRESS, TRACKING_NUMBER)),
    PAYMENT_CHANNEL(Set.of(ORDER_TIME, PRICE, NAME, PHONE, ID_NUMBER, BANK_CARD)),
    SERVICE_PROVIDER(Set.of(PRODUCT, ORDER_TIME, PRICE, NAME, PHONE, ADDRESS, TRACKING_NUMBER)),
    PLATFORM(Set.of(Field.values()));

    private final Set<Field> knows;

    Role(Set<Field> knows) {
        this.knows = knows;
    }

    /** Returns the fields this role can know by default; those of the payment channel are an assumption. */
    public Set<Field> knows() {
        return knows;
    }
}

package io.leaktrace.domain;

/**
 * A field of an order that a caller may know. Add fields at the end only: saved state and Avro records refer to them by
 * position.
 */
public enum Field {
    PRODUCT,
    ORDER_TIME,
    PRICE,
    NAME,
    PHONE,
    ADDRESS,
    TRACKING_NUMBER,
    ID_NUMBER,
    BANK_CARD
}

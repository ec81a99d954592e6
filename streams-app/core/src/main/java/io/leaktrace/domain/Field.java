package io.leaktrace.domain;

/** A field of an order that a caller may know. */
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

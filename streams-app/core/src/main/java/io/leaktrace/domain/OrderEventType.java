package io.leaktrace.domain;

/** What happened to an order. */
public enum OrderEventType {
    PLACED,
    PAID,
    PICKED_UP,
    ARRIVED,
    DELIVERED,
    CANCELLED,
    /** The custodians decrypted or opened the order. */
    ACCESSED
}

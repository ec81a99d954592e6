package io.leaktrace.domain;

/** How a scammer reached the buyer. */
public enum Channel {
    CALL,
    SMS,
    MESSAGE,
    EMAIL,
    OTHER
}

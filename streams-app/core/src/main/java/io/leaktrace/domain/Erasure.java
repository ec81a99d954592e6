package io.leaktrace.domain;

import java.time.Instant;

/**
 * A buyer asks to be forgotten: what is known of the buyer from before {@code at} is to be erased.
 */
public record Erasure(String buyerId, Instant at) implements InputRecord {

    @Override
    public String key() {
        return buyerId;
    }

    @Override
    public Instant eventTime() {
        return at;
    }
}

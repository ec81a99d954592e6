package io.leaktrace.domain;

import java.time.Instant;

/** A request to erase the data of a buyer from before {@code at}. */
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

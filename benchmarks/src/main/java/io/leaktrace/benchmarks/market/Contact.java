package io.leaktrace.benchmarks.market;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.ScamContact;
import java.time.Instant;
import java.util.Set;

/**
 * A scam contact of the market. Times are epoch milliseconds.
 *
 * @param number from 0, in no order of time
 */
public record Contact(int number, int buyer, long contactedAt, long reportedAt) {

    public String contactId() {
        return "c-" + number;
    }

    public String buyerId() {
        return Market.buyerId(buyer);
    }

    public ScamContact record() {
        return new ScamContact(
                contactId(),
                buyerId(),
                Instant.ofEpochMilli(contactedAt),
                Instant.ofEpochMilli(reportedAt),
                Channel.CALL,
                null,
                null,
                Set.of(Field.PRODUCT, Field.PHONE),
                null,
                null);
    }
}

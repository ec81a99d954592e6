package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {

    private Instant now = Instant.parse("2014-07-22T01:30:00Z");
    private final ThreadFailures failures = new ThreadFailures(new SetClock());

    private final StreamsException rejectedCommit =
            new StreamsException("cannot commit", new InvalidTxnStateException("in an invalid state"));

    @Test
    void aTransactionThatTheBrokerRefusedIsTriedAgain() {
        assertTrue(failures.isTransient(rejectedCommit));
    }

    @Test
    void continuousRejectionsEndTheInstance() {
        for (int i = 0; i < ThreadFailures.MAX_REJECTIONS; i++) {
            assertTrue(failures.isTransient(rejectedCommit));
        }
        assertFalse(failures.isTransient(rejectedCommit));
    }

    @Test
    void occasionalRejectionsDoNot() {
        for (int i = 0; i < 10 * ThreadFailures.MAX_REJECTIONS; i++) {
            assertTrue(failures.isTransient(rejectedCommit));
            now = now.plus(ThreadFailures.WITHIN.dividedBy(ThreadFailures.MAX_REJECTIONS - 1));
        }
    }

    @Test
    void whoIsAwayIsWaitedForWithoutEnd() {
        for (int i = 0; i < 10 * ThreadFailures.MAX_REJECTIONS; i++) {
            assertTrue(failures.isTransient(new StreamsException("registry", new TimeoutException("no answer"))));
        }
    }

    @Test
    void wrongPasswordsMissingRightsAndOurOwnFaultsEndTheInstance() {
        assertFalse(failures.isTransient(new StreamsException("no", new SaslAuthenticationException("password"))));
        assertFalse(failures.isTransient(new StreamsException("no", new TopicAuthorizationException("rights"))));
        assertFalse(failures.isTransient(new StreamsException("no", new IllegalStateException("a fault"))));
    }

    private final class SetClock extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("nobody asks for it");
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}

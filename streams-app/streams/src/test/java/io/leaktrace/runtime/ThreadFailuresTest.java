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

    private final StreamsException refusedCommit =
            new StreamsException("cannot commit", new InvalidTxnStateException("in an invalid state"));

    @Test
    void aTransactionThatTheBrokerRefusedIsTriedAgain() {
        assertTrue(failures.isPassing(refusedCommit));
    }

    @Test
    void refusalsWithoutEndEndTheInstance() {
        for (int i = 0; i < ThreadFailures.MOST_REFUSALS; i++) {
            assertTrue(failures.isPassing(refusedCommit));
        }
        assertFalse(failures.isPassing(refusedCommit));
    }

    @Test
    void refusalsNowAndThenDoNot() {
        for (int i = 0; i < 10 * ThreadFailures.MOST_REFUSALS; i++) {
            assertTrue(failures.isPassing(refusedCommit));
            now = now.plus(ThreadFailures.WITHIN.dividedBy(ThreadFailures.MOST_REFUSALS - 1));
        }
    }

    @Test
    void whoIsAwayIsWaitedForWithoutEnd() {
        for (int i = 0; i < 10 * ThreadFailures.MOST_REFUSALS; i++) {
            assertTrue(failures.isPassing(new StreamsException("registry", new TimeoutException("no answer"))));
        }
    }

    @Test
    void wrongPasswordsMissingRightsAndOurOwnFaultsEndTheInstance() {
        assertFalse(failures.isPassing(new StreamsException("no", new SaslAuthenticationException("password"))));
        assertFalse(failures.isPassing(new StreamsException("no", new TopicAuthorizationException("rights"))));
        assertFalse(failures.isPassing(new StreamsException("no", new IllegalStateException("a fault"))));
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

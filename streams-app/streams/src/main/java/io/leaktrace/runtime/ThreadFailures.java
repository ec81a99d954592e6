package io.leaktrace.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Which failures of a stream thread a new thread can get over. A transaction that was not committed is aborted, and the
 * new thread begins where the last committed one ended, so nothing is lost and nothing counted twice by trying again.
 */
final class ThreadFailures {

    /** So many refusals by a broker within the time below are no accident any more. */
    static final int MOST_REFUSALS = 10;

    static final Duration WITHIN = Duration.ofMinutes(10);

    private final Clock clock;
    private final Deque<Instant> refusals = new ArrayDeque<>();

    ThreadFailures(Clock clock) {
        this.clock = clock;
    }

    /**
     * Whether a new thread should go on after this one failed.
     *
     * <ul>
     *   <li>What Kafka calls retriable, such as a registry or a broker that is away: always.
     *   <li>What a broker refused for another reason: if that is rare. An instance that stood still for longer than its
     *       transaction may last can be told that its transaction is in an invalid state (KAFKA-19690), for one.
     *   <li>Rights and passwords, and faults of our own: no.
     * </ul>
     */
    synchronized boolean isPassing(Throwable problem) {
        if (PipelineHealth.isCausedBy(problem, RetriableException.class)) {
            return true;
        }
        if (PipelineHealth.isCausedBy(problem, AuthenticationException.class)
                || PipelineHealth.isCausedBy(problem, AuthorizationException.class)
                || !PipelineHealth.isCausedBy(problem, ApiException.class)) {
            return false;
        }
        Instant now = clock.instant();
        while (!refusals.isEmpty() && refusals.getFirst().isBefore(now.minus(WITHIN))) {
            refusals.removeFirst();
        }
        refusals.addLast(now);
        return refusals.size() <= MOST_REFUSALS;
    }
}

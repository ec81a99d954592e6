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
 * Decides after which failures a stream thread is replaced. An uncommitted transaction is aborted, and the new thread
 * starts at the last committed offset, so that nothing is lost or counted twice.
 */
final class ThreadFailures {

    /** Maximum number of rejections by brokers within the time below; more are treated as permanent. */
    static final int MAX_REJECTIONS = 10;

    static final Duration WITHIN = Duration.ofMinutes(10);

    private final Clock clock;
    private final Deque<Instant> rejections = new ArrayDeque<>();

    ThreadFailures(Clock clock) {
        this.clock = clock;
    }

    /**
     * Returns whether a new thread should replace one that failed with this exception.
     *
     * <ul>
     *   <li>Retriable exceptions of Kafka, such as an unreachable registry or broker: always.
     *   <li>Other rejections by a broker: if they are rare. For example, an instance that was suspended for longer than
     *       its transaction timeout can get an invalid transaction state (KAFKA-19690).
     *   <li>Missing rights, wrong passwords and our own bugs: never.
     * </ul>
     */
    synchronized boolean isTransient(Throwable problem) {
        if (PipelineHealth.isCausedBy(problem, RetriableException.class)) {
            return true;
        }
        if (PipelineHealth.isCausedBy(problem, AuthenticationException.class)
                || PipelineHealth.isCausedBy(problem, AuthorizationException.class)
                || !PipelineHealth.isCausedBy(problem, ApiException.class)) {
            return false;
        }
        Instant now = clock.instant();
        while (!rejections.isEmpty() && rejections.getFirst().isBefore(now.minus(WITHIN))) {
            rejections.removeFirst();
        }
        rejections.addLast(now);
        return rejections.size() <= MAX_REJECTIONS;
    }
}

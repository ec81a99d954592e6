package io.leaktrace.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** Tracks whether the stream threads of this process read the available records. Safe for use by several threads. */
final class ReadingProgress {

    /**
     * Time without progress after which a thread counts as stuck; well above the minute for which it may wait for the
     * registry.
     */
    static final Duration STUCK_AFTER = Duration.ofMinutes(2);

    /**
     * Progress of a thread.
     *
     * @param polled time of its last poll
     * @param read time when it last got records, or had no lag
     * @param behind the partition with the largest lag; null if there is none
     * @param lag of that partition, in records
     */
    private record Position(Instant polled, Instant read, TopicPartition behind, long lag) {}

    private final Clock clock;
    private final Map<Thread, Position> positions = new ConcurrentHashMap<>();

    ReadingProgress(Clock clock) {
        this.clock = clock;
    }

    /**
     * Records a poll of the current thread.
     *
     * @param gotSome whether it returned records
     * @param lags lag of each of its partitions in records
     */
    void polled(boolean gotSome, Map<TopicPartition, Long> lags) {
        Instant now = clock.instant();
        TopicPartition behind = null;
        long most = 0;
        for (Map.Entry<TopicPartition, Long> lag : lags.entrySet()) {
            if (lag.getValue() > most) {
                behind = lag.getKey();
                most = lag.getValue();
            }
        }
        Position before = positions.get(Thread.currentThread());
        Instant read = gotSome || behind == null || before == null ? now : before.read;
        positions.put(Thread.currentThread(), new Position(now, read, behind, most));
    }

    /** Restarts the measurement of all threads, as while they restore state or wait for partitions. */
    void reset() {
        Instant now = clock.instant();
        positions.replaceAll((thread, position) -> new Position(now, now, position.behind, position.lag));
    }

    /** Returns a description of what is stuck; empty if nothing is. */
    Optional<String> stall() {
        positions.keySet().removeIf(thread -> !thread.isAlive());
        Instant late = clock.instant().minus(STUCK_AFTER);
        for (Position position : positions.values()) {
            if (position.polled.isBefore(late)) {
                return Optional.of("a stream thread is stuck: it has not polled records since " + position.polled);
            }
            if (position.read.isBefore(late)) {
                return Optional.of("records are not read: " + position.lag + " wait in " + position.behind
                        + ", and none were read since " + position.read);
            }
        }
        return Optional.empty();
    }
}

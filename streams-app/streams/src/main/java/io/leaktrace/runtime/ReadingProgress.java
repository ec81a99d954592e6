package io.leaktrace.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** Whether the stream threads of this process read what there is to read. Safe for use by several threads. */
final class ReadingProgress {

    /** A thread that gets nothing done for so long is stuck. Well above the minute for which the registry is waited for. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Where a thread is.
     *
     * @param polled when it last asked for records
     * @param read when it last got some, or had read all there were
     * @param behind the partition that it lags behind most; null if none
     * @param lag of that partition, in records
     */
    private record Position(Instant polled, Instant read, TopicPartition behind, long lag) {}

    private final Clock clock;
    private final Map<Thread, Position> positions = new ConcurrentHashMap<>();

    ReadingProgress(Clock clock) {
        this.clock = clock;
    }

    /**
     * This thread has asked for records.
     *
     * @param gotSome whether there were any
     * @param lags what is still to be read of each of its partitions, in records
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

    /** Threads that restore state or wait for their partitions are not measured: all begin anew now. */
    void reset() {
        Instant now = clock.instant();
        positions.replaceAll((thread, position) -> new Position(now, now, position.behind, position.lag));
    }

    /** What is stuck, in words; empty if nothing is. */
    Optional<String> stall() {
        positions.keySet().removeIf(thread -> !thread.isAlive());
        Instant late = clock.instant().minus(PATIENCE);
        for (Position position : positions.values()) {
            if (position.polled.isBefore(late)) {
                return Optional.of("a stream thread is stuck: it has asked for no records since " + position.polled);
            }
            if (position.read.isBefore(late)) {
                return Optional.of("records are not read: " + position.lag + " wait in " + position.behind
                        + ", and none were read since " + position.read);
            }
        }
        return Optional.empty();
    }
}

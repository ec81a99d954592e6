package io.leaktrace.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks every 5 s whether a pipeline makes progress, and reports problems to {@link PipelineHealth}. */
final class PipelineWatch implements AutoCloseable {

    /** Time for start, restore or rebalance before internal topics are checked. */
    static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    /** Maximum time since a heartbeat; sessions of a consumer group end after 45 s without one. */
    static final Duration HEARTBEAT_TIMEOUT = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);
    private static final long SECONDS = 5;
    private static final String READING = "reading";
    private static final String BROKERS = "brokers";
    private static final String INTERNAL_TOPICS = "internal-topics";

    /** The watched pipeline. */
    interface Watched {
        KafkaStreams.State state();

        /** Returns the largest time since the last heartbeat of a thread, in seconds; −1 if unknown. */
        double secondsSinceHeartbeat();

        /** Returns why the brokers cannot keep their own topics; empty if they can. */
        Optional<String> internalTopicsProblem() throws InterruptedException;
    }

    private final PipelineHealth health;
    private final ReadingProgress progress;
    private final Watched watched;
    private final Clock clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pipeline-watch");
        thread.setDaemon(true);
        return thread;
    });
    private Instant lastRunning;

    PipelineWatch(PipelineHealth health, ReadingProgress progress, Watched watched, Clock clock) {
        this.health = health;
        this.progress = progress;
        this.watched = watched;
        this.clock = clock;
        this.lastRunning = clock.instant();
    }

    void start() {
        timer.scheduleWithFixedDelay(this::checkQuietly, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void checkQuietly() {
        try {
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("The pipeline could not be checked", e);
        }
    }

    void look() throws InterruptedException {
        Instant now = clock.instant();
        boolean running = watched.state() == KafkaStreams.State.RUNNING;
        double silence = watched.secondsSinceHeartbeat();
        report(
                BROKERS,
                silence > HEARTBEAT_TIMEOUT.toSeconds()
                        ? Optional.of("the brokers do not answer: the last heartbeat was "
                                + now.minusSeconds((long) silence).truncatedTo(ChronoUnit.SECONDS)
                                + "; see bootstrap.servers and the brokers' log")
                        : Optional.empty());
        if (running) {
            lastRunning = now;
            report(INTERNAL_TOPICS, Optional.empty());
            report(READING, progress.stall());
            return;
        }
        progress.reset();
        report(READING, Optional.empty());
        if (now.isAfter(lastRunning.plus(START_TIMEOUT))) {
            report(INTERNAL_TOPICS, watched.internalTopicsProblem());
        }
    }

    private void report(String key, Optional<String> reason) {
        reason.ifPresentOrElse(text -> health.report(key, text), () -> health.clear(key));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

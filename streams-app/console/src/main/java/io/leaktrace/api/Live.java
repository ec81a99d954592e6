package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Plausibility;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.RecordSource;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topics of epochs, alerts and verdicts, as every instance can, and tells listeners what comes. What is told
 * is committed, so whoever asks the state thereupon finds it there.
 */
final class Live implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Live.class);
    private static final long SHORTEST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final long PATIENCE_MILLIS = 2_000;

    /** Is told what comes; from one thread at a time. */
    interface Listener {
        void onEpoch(Epoch epoch);

        void onAlert(Alert alert);

        void onVerdict(LeakVerdict verdict);

        /** A record of the topic cannot be read and is skipped. */
        default void onUnreadable(String topic) {}
    }

    private final Settings settings;
    private final WireFormat wire;
    private final Opener opener;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Custodian, LeakVerdict> verdicts = new ConcurrentSkipListMap<>();
    private final List<Thread> threads;
    private volatile Epoch latest;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Opens a topic. */
    interface Opener {

        /** @param from offset of the next record, by partition; others are read from their beginning */
        RecordSource open(String topic, Map<Integer, Long> from);
    }

    /** Nothing is followed before {@link #start}. */
    Live(Settings settings) {
        this(settings, settings.wire(), (topic, from) -> new TopicReader(settings, topic, from));
    }

    Live(Settings settings, WireFormat wire, Opener opener) {
        this.settings = settings;
        this.wire = wire;
        this.opener = opener;
        this.threads = List.of(
                thread("live-epochs", settings.topics().leakEpochs(), Epoch.class),
                thread("live-alerts", settings.topics().leakAlerts(), Alert.class),
                thread("live-verdicts", settings.topics().leakVerdicts(), LeakVerdict.class));
    }

    private Thread thread(String name, String topic, Class<?> type) {
        FollowedTopic<?> followed = new FollowedTopic<>(
                topic, type, wire.records(), this::refusal, () -> tell(true, listener -> listener.onUnreadable(topic)));
        return new Thread(() -> follow(followed), name);
    }

    /** Why a verdict is not in force: the pipeline has put it among the dead letters. */
    private Optional<String> refusal(Object value, ConsumerRecord<byte[], byte[]> record) {
        if (!(value instanceof LeakVerdict verdict)) {
            return Optional.empty();
        }
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        return Plausibility.rejection(
                verdict, key, settings.timeLimit(Instant.now()).at(record.timestamp()));
    }

    void start() {
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    void add(Listener listener) {
        listeners.add(listener);
    }

    /** The epoch that was closed last. */
    Optional<Epoch> latestEpoch() {
        return Optional.ofNullable(latest);
    }

    /** The latest verdict on each custodian. */
    Map<Custodian, LeakVerdict> verdicts() {
        return Collections.unmodifiableMap(verdicts);
    }

    /** Reads what is there, then what comes; when something fails, reads on where it was. */
    private <T> void follow(FollowedTopic<T> topic) {
        boolean caughtUp = false;
        long pause = SHORTEST_PAUSE_MILLIS;
        while (!isClosed()) {
            try (RecordSource source = opener.open(topic.name(), topic.next())) {
                // What came while the brokers were away is new, what was there at the start is not.
                boolean again = caughtUp;
                source.readRecordsToEnd(record -> topic.take(record, value -> take(value, again)));
                caughtUp = true;
                pause = SHORTEST_PAUSE_MILLIS;
                while (!isClosed()) {
                    source.pollRecords(record -> topic.take(record, value -> take(value, true)));
                }
            } catch (RuntimeException e) {
                if (!isClosed()) {
                    LOG.warn("Cannot follow {} and will try again in {} ms: {}", topic.name(), pause, e.toString());
                    rest(pause);
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void rest(long millis) {
        try {
            closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    private void take(Object record, boolean isNew) {
        if (record instanceof Epoch epoch) {
            latest = epoch;
            tell(isNew, listener -> listener.onEpoch(epoch));
        } else if (record instanceof Alert alert) {
            tell(isNew, listener -> listener.onAlert(alert));
        } else if (record instanceof LeakVerdict verdict) {
            verdicts.put(verdict.custodian(), verdict);
            tell(isNew, listener -> listener.onVerdict(verdict));
        }
    }

    private synchronized void tell(boolean isNew, Consumer<Listener> message) {
        if (!isNew) {
            return;
        }
        for (Listener listener : listeners) {
            try {
                message.accept(listener);
            } catch (RuntimeException e) {
                // One that fails must not keep the others from hearing it.
                LOG.warn("A listener failed", e);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                // One that waits for brokers or registry.
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.RecordValidator;
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
 * Follows the topics of epochs, alerts and verdicts, in every instance, and notifies listeners of new records. These
 * are committed, so a listener that then reads the state finds them there.
 */
final class Live implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Live.class);
    private static final long SHORTEST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final long PATIENCE_MILLIS = 2_000;

    /** Listener for new records; called by one thread at a time. */
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

    /** Follows nothing before {@link #start}. */
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
                topic,
                type,
                wire.records(),
                this::refusal,
                () -> notifyListeners(true, listener -> listener.onUnreadable(topic)));
        return new Thread(() -> follow(followed), name);
    }

    /** The reason for which the pipeline rejects a verdict; empty for other records. */
    private Optional<String> refusal(Object value, ConsumerRecord<byte[], byte[]> record) {
        if (!(value instanceof LeakVerdict verdict)) {
            return Optional.empty();
        }
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        return RecordValidator.rejection(
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

    /** Reads existing records, then new ones; after a failure, continues from the last position. */
    private <T> void follow(FollowedTopic<T> topic) {
        boolean caughtUp = false;
        long pause = SHORTEST_PAUSE_MILLIS;
        while (!isClosed()) {
            try (RecordSource source = opener.open(topic.name(), topic.next())) {
                // Records that arrived while the brokers were unavailable are new; those from before the start are not.
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
            notifyListeners(isNew, listener -> listener.onEpoch(epoch));
        } else if (record instanceof Alert alert) {
            notifyListeners(isNew, listener -> listener.onAlert(alert));
        } else if (record instanceof LeakVerdict verdict) {
            verdicts.put(verdict.custodian(), verdict);
            notifyListeners(isNew, listener -> listener.onVerdict(verdict));
        }
    }

    private synchronized void notifyListeners(boolean isNew, Consumer<Listener> message) {
        if (!isNew) {
            return;
        }
        for (Listener listener : listeners) {
            try {
                message.accept(listener);
            } catch (RuntimeException e) {
                // The other listeners must be notified all the same.
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
                // It may be waiting for brokers or registry.
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

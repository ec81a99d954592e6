package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.history.TopicReader;
import io.leaktrace.runtime.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topics of epochs, alerts and verdicts, as every instance can, and tells listeners what comes. What is told
 * is committed, so whoever asks the state thereupon finds it there.
 */
final class Live implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Live.class);
    private static final long PAUSE_MILLIS = 2_000;

    /** Is told what comes; from one thread at a time. */
    interface Listener {
        void onEpoch(Epoch epoch);

        void onAlert(Alert alert);

        void onVerdict(LeakVerdict verdict);
    }

    private final Settings settings;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Custodian, LeakVerdict> verdicts = new ConcurrentSkipListMap<>();
    private final List<Thread> threads;
    private volatile Epoch latest;
    private volatile boolean closed;

    Live(Settings settings) {
        this.settings = settings;
        this.threads = List.of(
                new Thread(() -> follow(settings.topics().leakEpochs(), this::take), "live-epochs"),
                new Thread(() -> follow(settings.topics().leakAlerts(), this::take), "live-alerts"),
                new Thread(() -> follow(settings.topics().leakVerdicts(), this::take), "live-verdicts"));
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

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** The epoch that was closed last. */
    Optional<Epoch> latestEpoch() {
        return Optional.ofNullable(latest);
    }

    /** The latest verdict on each custodian. */
    Map<Custodian, LeakVerdict> verdicts() {
        return Collections.unmodifiableMap(verdicts);
    }

    private interface Taker {
        void take(Object record, boolean isNew);
    }

    /** Reads what is there, then what comes; begins again when the brokers fail. */
    private void follow(String topic, Taker taker) {
        while (!closed) {
            try (TopicReader reader = new TopicReader(settings, topic)) {
                reader.readToEnd(record -> taker.take(record, false));
                while (!closed) {
                    reader.poll(record -> taker.take(record, true));
                }
            } catch (KafkaException e) {
                LOG.warn("Cannot follow {} and will try again: {}", topic, e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
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
        if (isNew) {
            listeners.forEach(message);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

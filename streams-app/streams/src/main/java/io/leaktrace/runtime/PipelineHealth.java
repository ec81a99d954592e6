package io.leaktrace.runtime;

import io.leaktrace.wire.InternalRecordException;
import io.leaktrace.wire.RegistryUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects reasons why the pipeline is not ready, and notes for the operator. {@code /health/ready} returns both; each
 * is logged once when it begins and once when it ends. They contain no secrets and no buyer ids. Safe for use by
 * several threads.
 */
public final class PipelineHealth {

    /** Number of replaced threads within {@link #REPLACED_WITHIN} from which the pipeline is not ready. */
    static final int MAX_REPLACEMENTS = 2;

    static final Duration REPLACED_WITHIN = Duration.ofMinutes(5);

    /** Time after which a failure of the registry is forgotten; a thread that waits for it fails after 1 min. */
    static final Duration REGISTRY_WITHIN = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(PipelineHealth.class);
    private static final String THREADS = "threads";
    private static final String REGISTRY = "registry";

    private final Clock clock;
    private final SortedMap<String, String> reasons = new ConcurrentSkipListMap<>();
    private final SortedMap<String, String> notes = new ConcurrentSkipListMap<>();
    private final Deque<Instant> replacements = new ArrayDeque<>();
    private Instant lastRegistryFailure = Instant.MIN;

    PipelineHealth(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reports that the pipeline is not ready until the key is cleared.
     *
     * @param key names the condition, such as "registry"
     * @param reason what happened and what to do
     */
    public void report(String key, String reason) {
        if (reasons.put(key, reason) == null) {
            LOG.warn("Not ready: {}", reason);
        }
    }

    /**
     * Adds a note for the operator; the pipeline stays ready.
     *
     * @param key names the condition
     * @param text what happened and what to do
     */
    public void note(String key, String text) {
        if (notes.put(key, text) == null) {
            LOG.warn("{}", text);
        }
    }

    /** Removes the reason or note of this key, if there is one. */
    public void clear(String key) {
        String reason = reasons.remove(key);
        if (reason != null) {
            LOG.info("No longer: {}", reason);
        }
        notes.remove(key);
    }

    /** Records that a stream thread failed and was replaced. */
    synchronized void threadReplaced(Throwable problem) {
        Instant now = clock.instant();
        replacements.addLast(now);
        String reason = describe(problem);
        if (isCausedBy(problem, RegistryUnavailableException.class)) {
            lastRegistryFailure = now;
            report(REGISTRY, "the schema registry does not answer, and records wait for it: " + reason);
        }
        removeExpired(now);
        if (replacements.size() >= MAX_REPLACEMENTS) {
            report(
                    THREADS,
                    "stream threads fail and are replaced, " + replacements.size() + " times within "
                            + REPLACED_WITHIN.toMinutes() + " minutes, last at " + now + ": " + reason);
        }
    }

    private void removeExpired(Instant now) {
        while (!replacements.isEmpty() && replacements.getFirst().isBefore(now.minus(REPLACED_WITHIN))) {
            replacements.removeFirst();
        }
        if (replacements.size() < MAX_REPLACEMENTS) {
            clear(THREADS);
        }
        if (lastRegistryFailure.isBefore(now.minus(REGISTRY_WITHIN))) {
            clear(REGISTRY);
        }
    }

    /** Returns why the pipeline is not ready, in the order of keys; empty if it is ready. */
    public synchronized List<String> reasons() {
        removeExpired(clock.instant());
        return new ArrayList<>(reasons.values());
    }

    /** Returns the notes for the operator, in the order of keys. */
    public List<String> notes() {
        return new ArrayList<>(notes.values());
    }

    /**
     * Describes a failure: the classes of the exceptions from the outermost to the innermost, where the innermost was
     * thrown, and messages of Kafka or the registry. Other messages, such as those of state stores, may contain a key,
     * which is a buyer id.
     */
    static String describe(Throwable problem) {
        List<String> kinds = new ArrayList<>();
        String message = "";
        Throwable innermost = problem;
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            innermost = cause;
            kinds.add(cause.getClass().getSimpleName());
            boolean hasNoBuyer = cause instanceof ApiException
                    || cause instanceof InternalRecordException
                    || cause.getCause() == null && cause instanceof StreamsException;
            if (hasNoBuyer && cause.getMessage() != null) {
                message = ": " + cause.getMessage();
            }
        }
        StackTraceElement[] frames = innermost.getStackTrace();
        String place = frames.length == 0 || !message.isEmpty() ? "" : " in " + frames[0];
        return String.join(", caused by ", kinds) + place + message;
    }

    /** Returns whether a failure or one of its causes is of this class. */
    static boolean isCausedBy(Throwable problem, Class<? extends Throwable> kind) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}

package io.leaktrace.runtime;

import io.leaktrace.wire.OwnRecordException;
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
 * Why the pipeline does not do its work, and what else an operator should know. {@code /health/ready} shows both; the log
 * has each once when it begins and once when it ends. Reasons hold no secrets and name no buyer. Safe for use by several
 * threads.
 */
public final class PipelineHealth {

    /** Threads that are replaced so often within {@link #REPLACED_WITHIN} get nothing done. */
    static final int MOST_REPLACEMENTS = 2;

    static final Duration REPLACED_WITHIN = Duration.ofMinutes(5);

    /** A thread that waits in vain for the registry fails after a minute. */
    static final Duration REGISTRY_WITHIN = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(PipelineHealth.class);
    private static final String THREADS = "threads";
    private static final String REGISTRY = "registry";

    private final Clock clock;
    private final SortedMap<String, String> reasons = new ConcurrentSkipListMap<>();
    private final SortedMap<String, String> notes = new ConcurrentSkipListMap<>();
    private final Deque<Instant> replacements = new ArrayDeque<>();
    private Instant registryMissed = Instant.MIN;

    PipelineHealth(Clock clock) {
        this.clock = clock;
    }

    /**
     * The pipeline does not do its work: it is not ready until the key is cleared.
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
     * The pipeline works, but an operator should know something. It stays ready.
     *
     * @param key names the condition
     * @param text what happened and what to do
     */
    public void note(String key, String text) {
        if (notes.put(key, text) == null) {
            LOG.warn("{}", text);
        }
    }

    /** Ends the reason or note of this key, if there is one. */
    public void clear(String key) {
        String reason = reasons.remove(key);
        if (reason != null) {
            LOG.info("No longer: {}", reason);
        }
        notes.remove(key);
    }

    /** A stream thread failed and another takes its place. */
    synchronized void threadReplaced(Throwable problem) {
        Instant now = clock.instant();
        replacements.addLast(now);
        String reason = describe(problem);
        if (isCausedBy(problem, RegistryUnavailableException.class)) {
            registryMissed = now;
            report(REGISTRY, "the schema registry does not answer, and records wait for it: " + reason);
        }
        forget(now);
        if (replacements.size() >= MOST_REPLACEMENTS) {
            report(
                    THREADS,
                    "stream threads fail and are replaced, " + replacements.size() + " times within "
                            + REPLACED_WITHIN.toMinutes() + " minutes, last at " + now + ": " + reason);
        }
    }

    private void forget(Instant now) {
        while (!replacements.isEmpty() && replacements.getFirst().isBefore(now.minus(REPLACED_WITHIN))) {
            replacements.removeFirst();
        }
        if (replacements.size() < MOST_REPLACEMENTS) {
            clear(THREADS);
        }
        if (registryMissed.isBefore(now.minus(REGISTRY_WITHIN))) {
            clear(REGISTRY);
        }
    }

    /** Why the pipeline is not ready; empty if it is. In the order of their keys. */
    public synchronized List<String> reasons() {
        forget(clock.instant());
        return new ArrayList<>(reasons.values());
    }

    /** What an operator should know besides, in the order of its keys. */
    public List<String> notes() {
        return new ArrayList<>(notes.values());
    }

    /**
     * The failure in words: the kinds of exceptions from the outermost to the innermost, where the innermost happened, and
     * what Kafka or the registry said. Messages of others, state stores among them, may hold a key, which is a buyer's.
     */
    static String describe(Throwable problem) {
        List<String> kinds = new ArrayList<>();
        String message = "";
        Throwable innermost = problem;
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            innermost = cause;
            kinds.add(cause.getClass().getSimpleName());
            boolean namesNoBuyer = cause instanceof ApiException
                    || cause instanceof OwnRecordException
                    || cause.getCause() == null && cause instanceof StreamsException;
            if (namesNoBuyer && cause.getMessage() != null) {
                message = ": " + cause.getMessage();
            }
        }
        StackTraceElement[] frames = innermost.getStackTrace();
        String place = frames.length == 0 || !message.isEmpty() ? "" : " in " + frames[0];
        return String.join(", caused by ", kinds) + place + message;
    }

    /** Whether a failure, or one that it was caused by, is of this kind. */
    static boolean isCausedBy(Throwable problem, Class<? extends Throwable> kind) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}

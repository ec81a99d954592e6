package io.leaktrace.testing;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Waits for the end of threads. */
public final class EndedThreads {

    private EndedThreads() {}

    /** Fails unless all threads end whose names begin in this way. */
    public static void await(String prefix) {
        Awaitility.await("the end of " + prefix)
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith(prefix)));
    }
}

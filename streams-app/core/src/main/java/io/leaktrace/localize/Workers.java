package io.leaktrace.localize;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs independent pieces of work on a number of threads. Work is split into chunks of a fixed length, whatever the number
 * of threads, so a result that is combined from chunks in their order does not depend on it.
 */
final class Workers {

    /** Idle threads end, so that nobody has to close this. */
    private static final long IDLE_SECONDS = 10;

    private static final int CUSTODIANS = 8;
    private static final int INCIDENTS = 8192;

    /** Everything runs in the calling thread. */
    static final Workers NONE = new Workers(1);

    private final int threads;

    /** Number of custodians in a chunk, and of incidents. */
    private final int custodians;

    private final int incidents;

    /** Null if everything runs in the calling thread. */
    private final ThreadPoolExecutor others;

    /** @param threads at least 1, the calling thread included */
    Workers(int threads) {
        this(threads, CUSTODIANS, INCIDENTS);
    }

    /** As the other constructor, with other lengths of chunks; results do not depend on them either. */
    Workers(int threads, int custodians, int incidents) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
        this.threads = threads;
        this.custodians = custodians;
        this.incidents = incidents;
        this.others = threads == 1 ? null : pool(threads - 1);
    }

    private static ThreadPoolExecutor pool(int size) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "solve");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Work on the elements of a range; {@code to} is exclusive. */
    interface Chunk {
        void run(int from, int to);
    }

    /** Whether there is more than one thread. */
    boolean areSeveral() {
        return threads > 1;
    }

    /** Returns the number of chunks of a number of incidents. */
    int chunksOfIncidents(int count) {
        return chunks(count, incidents);
    }

    /** Returns the number of the chunk that begins with an incident. */
    int chunkOf(int incident) {
        return incident / incidents;
    }

    private static int chunks(int elements, int length) {
        return (elements + length - 1) / length;
    }

    /** Runs work on a number of custodians, as {@link #overIncidents}. */
    void overCustodians(int count, Chunk work) {
        run(count, custodians, work);
    }

    /**
     * Runs work on all chunks of a number of incidents, at the same time and in any order, and returns when all are done.
     * Work on a chunk must not write what work on others reads.
     */
    void overIncidents(int count, Chunk work) {
        run(count, incidents, work);
    }

    private void run(int elements, int length, Chunk work) {
        int chunks = chunks(elements, length);
        AtomicInteger next = new AtomicInteger();
        Runnable loop = () -> {
            for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
                work.run(chunk * length, Math.min(elements, (chunk + 1) * length));
            }
        };
        if (others == null || chunks < 2) {
            loop.run();
            return;
        }
        List<Future<?>> started = new ArrayList<>();
        for (int i = 0; i < Math.min(threads, chunks) - 1; i++) {
            started.add(others.submit(loop));
        }
        try {
            loop.run();
        } finally {
            next.set(chunks);
            started.forEach(Workers::await);
        }
    }

    private static void await(Future<?> work) {
        boolean interrupted = false;
        while (true) {
            try {
                work.get();
                break;
            } catch (InterruptedException e) {
                // The arrays that the thread writes to are in use until it has finished.
                interrupted = true;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof RuntimeException unchecked
                        ? unchecked
                        : new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.leaktrace.localize;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

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
        Run run = new Run(chunks, chunk -> work.run(chunk * length, Math.min(elements, (chunk + 1) * length)));
        for (int i = 0; others != null && i < Math.min(threads, chunks) - 1; i++) {
            others.execute(run::help);
        }
        run.finish();
    }

    /**
     * Work on chunks, which several threads take one after the other. Who comes when all are taken returns at once, and is
     * not waited for: most runs take less time than it takes to wake a thread up.
     */
    private static final class Run {
        private final int chunks;
        private final IntConsumer work;
        private final AtomicInteger next = new AtomicInteger();

        // Guarded by this.
        private int helping;
        private boolean ended;
        private Throwable failure;

        Run(int chunks, IntConsumer work) {
            this.chunks = chunks;
            this.work = work;
        }

        private void work() {
            for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
                work.accept(chunk);
            }
        }

        void help() {
            synchronized (this) {
                if (ended) {
                    return;
                }
                helping++;
            }
            Throwable thrown = null;
            try {
                work();
            } catch (RuntimeException | Error e) {
                next.set(chunks);
                thrown = e;
            }
            synchronized (this) {
                failure = failure == null ? thrown : failure;
                helping--;
                notifyAll();
            }
        }

        /** Works until all chunks are done; throws what failed. */
        void finish() {
            try {
                work();
            } finally {
                next.set(chunks);
                awaitHelpers();
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw (RuntimeException) failure;
            }
        }

        /** Does not end early if it is interrupted: the arrays that others write to are in use until they have finished. */
        private synchronized void awaitHelpers() {
            ended = true;
            boolean interrupted = false;
            while (helping > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

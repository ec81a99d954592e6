package io.leaktrace.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads chunks in one thread, maps them in several, and delivers the results in the order of the chunks. It holds a
 * bounded number of chunks and results. A failure is delivered in place of the result that it prevented, and is the
 * last.
 *
 * <p>With one thread, the caller of {@link #next} reads and maps, in no other thread.
 *
 * @param <C> chunk
 * @param <R> result, not null
 */
public final class OrderedChunks<C, R> implements AutoCloseable {

    /** Maximum number of chunks that are read and not yet delivered, for each thread. */
    private static final int QUEUED_PER_THREAD = 4;

    /** A source may wait for a pipe without end; its thread then ends with the process. */
    private static final long CLOSE_SECONDS = 10;

    /**
     * A sequence of chunks. One thread reads and closes it.
     *
     * @param <C> chunk
     */
    public interface Source<C> extends AutoCloseable {

        /** The next chunk, or null at the end. */
        C next() throws IOException;

        @Override
        default void close() throws IOException {
            // Many have nothing to close.
        }
    }

    private final Source<C> source;
    private final ThreadLocal<Function<C, R>> mapper;

    /** The chunks in order, each with its result once that is there. The last result is null or a failure. */
    private final ArrayBlockingQueue<FutureTask<R>> queue;

    /** Null with one thread. */
    private final Thread reader;

    private final ExecutorService workers;

    /** The end or the failure once it has been delivered; every further call delivers it again. */
    private FutureTask<R> last;

    private volatile boolean closed;

    /**
     * @param name of its threads
     * @param threads number of threads that map; one means that the caller of {@link #next} reads and maps
     * @param mappers creates a mapper for each thread
     */
    public OrderedChunks(String name, int threads, Source<C> source, Supplier<Function<C, R>> mappers) {
        this.source = source;
        this.mapper = ThreadLocal.withInitial(mappers);
        this.queue = new ArrayBlockingQueue<>(QUEUED_PER_THREAD * threads);
        if (threads == 1) {
            workers = null;
            reader = null;
        } else {
            workers = workers(name, threads);
            reader = daemon(name + "-read", this::read);
            reader.start();
        }
    }

    /** Returns an executor whose threads do not keep the process alive. */
    static ExecutorService workers(String name, int threads) {
        return Executors.newFixedThreadPool(threads, work -> daemon(name, work));
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void read() {
        FutureTask<R> end;
        try {
            readChunks();
            end = new FutureTask<>(() -> null);
        } catch (Throwable e) {
            // Errors too: they must reach the caller of next(), which would wait forever.
            end = new FutureTask<>(() -> {
                throw e instanceof Exception exception ? exception : new ExecutionException(e);
            });
        }
        try {
            queue.put(end);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void readChunks() throws IOException, InterruptedException {
        try (source) {
            for (C chunk = source.next(); chunk != null && !closed; chunk = source.next()) {
                C read = chunk;
                FutureTask<R> task = new FutureTask<>(() -> mapper.get().apply(read));
                queue.put(task);
                workers.execute(task);
            }
        }
    }

    /**
     * Returns the result for the next chunk, or null at the end.
     *
     * @throws IOException if the source throws it, or the calling thread is interrupted
     */
    public R next() throws IOException {
        if (reader == null) {
            C chunk = source.next();
            return chunk == null ? null : mapper.get().apply(chunk);
        }
        try {
            FutureTask<R> task = last == null ? queue.take() : last;
            // Does nothing if another thread has begun it.
            task.run();
            last = task;
            R result = result(task);
            last = result == null ? task : null;
            return result;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static <R> R result(FutureTask<R> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /** What failed in another thread: returned if it is an IOException, else thrown. */
    static IOException failure(ExecutionException e) {
        Throwable cause = e.getCause() instanceof ExecutionException wrapped ? wrapped.getCause() : e.getCause();
        if (cause instanceof RuntimeException failed) {
            throw failed;
        }
        if (cause instanceof Error failed) {
            throw failed;
        }
        return cause instanceof IOException failed ? failed : new IOException(cause.toString(), cause);
    }

    /** The exception for a calling thread that was interrupted. */
    static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the reading thread was interrupted");
    }

    /** Ends its threads. The reader is not interrupted, since that would close a file that others read too. */
    @Override
    public void close() throws IOException {
        if (reader == null) {
            source.close();
            return;
        }
        closed = true;
        // Makes room for a reader that waits for it.
        queue.clear();
        workers.shutdownNow();
        try {
            reader.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

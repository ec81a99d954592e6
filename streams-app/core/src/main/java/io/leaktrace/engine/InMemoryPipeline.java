package io.leaktrace.engine;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs both stages in this process, without Kafka. All partitions are read in one fixed order, so that results are
 * reproducible, including those that depend on late records.
 *
 * <p>The first stage runs in the calling thread, the second in its own thread, in the order in which the first emits.
 * All calls must come from one thread.
 */
public final class InMemoryPipeline implements AutoCloseable {

    /**
     * Maximum number of queued tasks for the second stage, which the first adds while the second estimates an epoch.
     */
    private static final int MAX_QUEUED = 10_000;

    /** Maximum number of queued epoch boundaries; each one is large. */
    private static final int MAX_QUEUED_BOUNDARIES = 32;

    /** Number of records whose buyers are prefetched together. */
    private static final int PREFETCHED = 32;

    /** A queued record; a rejected one has null as input. */
    private record Queued(int partition, byte[] key, InputRecord input) {}

    private final List<CorrelateStage> first = new ArrayList<>();
    private final LocalizeStage second;
    private final ThreadPoolExecutor secondThread;
    private final Semaphore boundaries = new Semaphore(MAX_QUEUED_BOUNDARIES);
    private final List<Queued> batch = new ArrayList<>(PREFETCHED);

    /** Exception that stopped the second stage, or null. */
    private volatile RuntimeException failure;

    /**
     * @param market name of the market
     * @param closeAtEnd whether to close the epoch in which the input ends
     * @param stores state of the first stage, one store for each partition of the input
     * @param store state of the second stage
     * @param listener receives findings, in the order in which a running pipeline publishes them and in the second
     *     stage's thread
     */
    public InMemoryPipeline(
            String market,
            ModelSettings model,
            CorrelateSettings correlate,
            boolean closeAtEnd,
            List<? extends CorrelatorStore> stores,
            MarketStore store,
            LocalizeStage.Listener listener) {
        for (CorrelatorStore partitionStore : stores) {
            first.add(new CorrelateStage(correlate, first.size(), partitionStore));
        }
        second = new LocalizeStage(
                new MarketBook(model, new Localizer(model, market), first.size(), closeAtEnd), store, listener);
        secondThread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                InMemoryPipeline::thread,
                InMemoryPipeline::wait);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "localize");
        thread.setDaemon(true);
        return thread;
    }

    private static void wait(Runnable work, ThreadPoolExecutor pool) {
        try {
            pool.getQueue().put(work);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Adds an accepted record; this or a later call processes it.
     *
     * @param key of the record
     */
    public void accept(int partition, byte[] key, InputRecord record) {
        add(new Queued(partition, key, record));
    }

    /** Counts a rejected record. */
    public void countBad(int partition) {
        add(new Queued(partition, null, null));
    }

    private void add(Queued record) {
        batch.add(record);
        if (batch.size() == PREFETCHED) {
            correlate();
        }
    }

    private void correlate() {
        try {
            batch.forEach(queued -> first.get(queued.partition).prefetch(queued.key));
            batch.forEach(this::correlate);
        } finally {
            batch.clear();
        }
    }

    private void correlate(Queued queued) {
        CorrelateStage stage = first.get(queued.partition);
        if (queued.input == null) {
            stage.countBad();
            return;
        }
        List<Correlation> correlations;
        try {
            correlations = stage.accept(queued.input);
        } catch (RuntimeException | StackOverflowError e) {
            // As in a running pipeline, which sends it to dead letters.
            stage.countBad();
            return;
        }
        handOver(correlations);
    }

    /** Signals the end of the input, and waits until both stages have processed everything. */
    public void end() throws InterruptedException {
        correlate();
        first.forEach(stage -> handOver(stage.atEnd()));
        awaitSecond();
    }

    private void handOver(List<Correlation> correlations) {
        if (failure != null) {
            throw failure;
        }
        // True for nearly all records.
        if (correlations.isEmpty()) {
            return;
        }
        boolean boundary = correlations.stream().anyMatch(Exposures.class::isInstance);
        if (boundary) {
            acquireBoundary();
        }
        secondThread.execute(() -> {
            localize(correlations);
            if (boundary) {
                boundaries.release();
            }
        });
    }

    private void acquireBoundary() {
        try {
            boundaries.acquire();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static RejectedExecutionException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RejectedExecutionException("interrupted", e);
    }

    private void localize(List<Correlation> correlations) {
        if (failure != null) {
            return;
        }
        try {
            correlations.forEach(second::accept);
        } catch (Throwable e) {
            // Errors too: in this thread they would otherwise be lost, and the result would seem complete.
            failure = e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("the second stage has failed: " + e, e);
        }
    }

    /** Waits until both stages have processed all records and the listener has received their findings. */
    public void awaitSecond() throws InterruptedException {
        correlate();
        try {
            secondThread.submit(() -> {}).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns the counts of the epochs that are still open; {@link #awaitSecond} must be called first. */
    public InputCounts open() {
        return second.open();
    }

    /**
     * Saves the state of the first stage; the second saves after each record. {@link #awaitSecond} must be called
     * first.
     */
    public void save() {
        first.forEach(CorrelateStage::save);
    }

    @Override
    public void close() {
        secondThread.shutdownNow();
        try {
            secondThread.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

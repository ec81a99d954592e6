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
 * Both stages in this process, without Kafka between them. The records of all partitions come in one order, so that not
 * only the records but also what comes late gives the same result every time.
 *
 * <p>The first stage works in the thread that brings the records, the second in one of its own, which takes everything in
 * the order in which the first said it. Calls must come from one thread.
 */
public final class InMemoryPipeline implements AutoCloseable {

    /** So many contacts, or the like, may wait for the second stage: what the first finds while the second solves. */
    private static final int WAITING = 10_000;

    /** So many partitions' counts of an epoch may wait, which are large. */
    private static final int BOUNDARIES_WAITING = 32;

    /** So many records wait until their buyers are looked up at once. */
    private static final int TOGETHER = 32;

    /** A record that waits; one that was refused has no input. */
    private record Waiting(int partition, byte[] key, InputRecord input) {}

    private final List<CorrelateStage> first = new ArrayList<>();
    private final LocalizeStage second;
    private final ThreadPoolExecutor secondThread;
    private final Semaphore boundaries = new Semaphore(BOUNDARIES_WAITING);
    private final List<Waiting> batch = new ArrayList<>(TOGETHER);

    /** Why the second stage has stopped, if it has. */
    private volatile RuntimeException failure;

    /**
     * @param market name of what is solved together
     * @param closeAtEnd whether the epoch in which the input ends is closed too
     * @param stores of the first stage, one for each partition of the input, from which it goes on
     * @param store of the second stage, from which it goes on
     * @param listener is told what is found, in the order in which a running pipeline publishes it and in the second
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
        for (CorrelatorStore ofPartition : stores) {
            first.add(new CorrelateStage(correlate, first.size(), ofPartition));
        }
        second = new LocalizeStage(
                new MarketBook(model, new Localizer(model, market), first.size(), closeAtEnd), store, listener);
        secondThread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
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
     * Takes a record that has passed all checks; this or one of the next calls does it.
     *
     * @param key of the record
     */
    public void accept(int partition, byte[] key, InputRecord record) {
        add(new Waiting(partition, key, record));
    }

    /** Counts a record that was refused. */
    public void countBad(int partition) {
        add(new Waiting(partition, null, null));
    }

    private void add(Waiting record) {
        batch.add(record);
        if (batch.size() == TOGETHER) {
            correlate();
        }
    }

    private void correlate() {
        try {
            batch.forEach(waiting -> first.get(waiting.partition).expect(waiting.key));
            batch.forEach(this::correlate);
        } finally {
            batch.clear();
        }
    }

    private void correlate(Waiting waiting) {
        CorrelateStage stage = first.get(waiting.partition);
        if (waiting.input == null) {
            stage.countBad();
            return;
        }
        List<Correlation> correlations;
        try {
            correlations = stage.accept(waiting.input);
        } catch (RuntimeException | StackOverflowError e) {
            // As a running pipeline does, which makes a dead letter of it.
            stage.countBad();
            return;
        }
        handOver(correlations);
    }

    /** Says that all input has been read, and waits until what there is to find has been found. */
    public void end() throws InterruptedException {
        correlate();
        first.forEach(stage -> handOver(stage.atEnd()));
        awaitSecond();
    }

    private void handOver(List<Correlation> correlations) {
        if (failure != null) {
            throw failure;
        }
        // Of nearly all records, there is nothing to say.
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
            // An error too: nobody else would hear of it in this thread, and the result would be taken for whole.
            failure = e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("the second stage has failed: " + e, e);
        }
    }

    /** Waits until both stages have taken all records; the listener has been told what they find by then. */
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

    /** What has been counted for epochs that are still open; {@link #awaitSecond} has to come first. */
    public InputCounts open() {
        return second.open();
    }

    /** Has the first stage save to its stores; the second has done so with each record. {@link #awaitSecond} has to come first. */
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

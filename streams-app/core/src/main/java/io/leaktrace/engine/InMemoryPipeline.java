package io.leaktrace.engine;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.correlate.StreamTime;
import io.leaktrace.domain.Correlation;
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
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs both stages in this process, without Kafka. All partitions are read in one fixed order, so that results are
 * reproducible, including those that depend on late records, whatever the number of threads.
 *
 * <p>The buyers of each partition are split over one or more correlators by hash, and these over threads. The calling thread
 * puts records into chunks and keeps the stream time of each partition; each correlator takes its records from each
 * chunk; and the thread of the second stage takes the output of each chunk in the order of its records, when all
 * correlators are done with it. All calls must come from one thread.
 */
public final class InMemoryPipeline implements AutoCloseable {

    /**
     * Number of correlators, if the input has fewer partitions; each has a cost at every epoch. It does not depend on
     * the threads, since what a correlator knows of very late records depends on how full its log is.
     */
    private static final int CORRELATORS = 8;

    /** Maximum number of chunks that wait for a correlator. */
    private static final int MAX_QUEUED = 16;

    /**
     * Maximum number of chunks whose output waits for the second stage, which is added while that estimates an epoch.
     * More would only make the output outlive collections of the young generation.
     */
    private static final int MAX_QUEUED_OUTPUTS = 128;

    private final List<CorrelateStage> first = new ArrayList<>();
    private final int partitions;
    private final int perPartition;
    /** Of each partition. */
    private final List<StreamTime> streamTimes = new ArrayList<>();

    private final List<ThreadPoolExecutor> correlateThreads = new ArrayList<>();
    private final LocalizeStage second;
    private final ThreadPoolExecutor secondThread;
    private PipelineChunk chunk;

    /** Exception that stopped a thread, or null. */
    private volatile RuntimeException failure;

    /** Returns the number of correlators, each of which needs a store, of an input with this number of partitions. */
    public static int correlators(int partitions) {
        return partitions * Math.max(1, CORRELATORS / partitions);
    }

    /**
     * @param market name of the market
     * @param closeAtEnd whether to close the epoch in which the input ends
     * @param threads number of threads of each stage
     * @param partitions number of partitions of the input
     * @param stores state of the first stage: the same number for each partition, those of the first partition first
     * @param store state of the second stage
     * @param listener receives findings, in the order in which a running pipeline publishes them and in the second
     *     stage's thread
     */
    public InMemoryPipeline(
            String market,
            ModelSettings model,
            CorrelateSettings correlate,
            boolean closeAtEnd,
            int threads,
            int partitions,
            List<? extends CorrelatorStore> stores,
            MarketStore store,
            LocalizeStage.Listener listener) {
        this.partitions = partitions;
        this.perPartition = stores.size() / partitions;
        for (CorrelatorStore correlatorStore : stores) {
            first.add(new CorrelateStage(correlate, first.size() / perPartition, correlatorStore));
        }
        for (int partition = 0; partition < partitions; partition++) {
            streamTimes.add(first.get(partition * perPartition).streamTime().copy());
        }
        second = new LocalizeStage(
                new MarketBook(model, new Localizer(model, market, threads), partitions, closeAtEnd), store, listener);
        secondThread = thread("localize", MAX_QUEUED_OUTPUTS);
        for (int i = 0; i < Math.min(threads, stores.size()); i++) {
            correlateThreads.add(thread("correlate-" + i, MAX_QUEUED));
        }
        chunk = newChunk();
    }

    /** Returns an executor of one thread that makes callers wait while its queue is full. */
    private static ThreadPoolExecutor thread(String name, int maxQueued) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxQueued),
                work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                },
                InMemoryPipeline::wait);
    }

    private static void wait(Runnable work, ThreadPoolExecutor pool) {
        try {
            pool.getQueue().put(work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("interrupted", e);
        }
    }

    private PipelineChunk newChunk() {
        return new PipelineChunk(first, perPartition, correlateThreads.size());
    }

    /**
     * Adds an accepted record; this or a later call processes it.
     *
     * @param key of the record
     */
    public void accept(int partition, byte[] key, InputRecord record) {
        StreamTime streamTime = streamTimes.get(partition);
        long before = streamTime.latest();
        boolean passesBoundary = CorrelateStage.movesStreamTime(record)
                && streamTime.advance(record.eventTime().toEpochMilli());
        add(partition, key, record, before, passesBoundary ? streamTime.latest() : PipelineChunk.NO_BOUNDARY);
    }

    /** Counts a rejected record. */
    public void countBad(int partition) {
        add(partition, null, null, streamTimes.get(partition).latest(), PipelineChunk.NO_BOUNDARY);
    }

    private void add(int partition, byte[] key, InputRecord record, long before, long boundary) {
        chunk.add(partition, key, record, before, boundary);
        if (chunk.isFull()) {
            process();
        }
    }

    /** Gives the chunk to all threads. */
    private void process() {
        if (failure != null) {
            throw failure;
        }
        if (chunk.isEmpty()) {
            return;
        }
        PipelineChunk full = chunk;
        ChunkOutput output = full.output();
        chunk = newChunk();
        for (int i = 0; i < correlateThreads.size(); i++) {
            int thread = i;
            correlateThreads.get(i).execute(() -> {
                try {
                    full.correlate(thread);
                } catch (Throwable e) {
                    fail("first", e);
                } finally {
                    output.countDown();
                }
            });
        }
        secondThread.execute(() -> localize(output));
    }

    private void localize(ChunkOutput correlated) {
        try {
            List<Correlation> output = correlated.inOrder();
            if (failure == null) {
                output.forEach(second::accept);
            }
        } catch (Throwable e) {
            fail("second", e);
        }
    }

    /** Keeps an exception, or an error, which would otherwise be lost in its thread, and the result seem complete. */
    private synchronized void fail(String stage, Throwable e) {
        if (failure == null) {
            failure = e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("the " + stage + " stage has failed: " + e, e);
        }
    }

    /** Signals the end of the input, and waits until both stages have processed everything. */
    public void end() throws InterruptedException {
        for (int partition = 0; partition < partitions; partition++) {
            add(partition, null, null, streamTimes.get(partition).latest(), PipelineChunk.END);
        }
        awaitSecond();
    }

    /** Waits until both stages have processed all records and the listener has received their findings. */
    public void awaitSecond() throws InterruptedException {
        process();
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
        for (int i = 0; i < first.size(); i++) {
            // A correlator knows the time of its last record only, and may be the one from which a partition's is
            // restored.
            first.get(i).advanceTo(streamTimes.get(i / perPartition).latest());
            first.get(i).save();
        }
    }

    @Override
    public void close() {
        correlateThreads.forEach(ThreadPoolExecutor::shutdownNow);
        secondThread.shutdownNow();
        try {
            secondThread.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.leaktrace.topology;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Both stages of {@link LeakTopology}, without Kafka Streams between them: what a replay runs. The records of all
 * partitions come in one order, so that not only the records but also what comes late gives the same result every time.
 *
 * <p>The first stage works in the thread that brings the records, the second in one of its own, which is told everything
 * in the order in which the first said it.
 */
public final class LocalPipeline implements AutoCloseable {

    /** So many contacts, or the like, may wait for the second stage: what the first finds while the second solves. */
    private static final int WAITING = 10_000;

    /** So many partitions' counts of an epoch may wait, which are large. */
    private static final int BOUNDARIES_WAITING = 32;

    /** So many records wait until their buyers are looked up at once. */
    private static final int TOGETHER = 32;

    private record Record(int partition, byte[] key, Input input) {}

    private final List<Correlator> correlators = new ArrayList<>();
    private final List<LocalCorrelatorStore> stores = new ArrayList<>();
    private final LocalEntries<String> contacts = new LocalEntries<>();
    private final LocalEntries<Long> exposures = new LocalEntries<>();
    private final LocalEntries<String> custodians = new LocalEntries<>();
    private final LocalEntries<String> market = new LocalEntries<>();
    private final Localizing localizing;
    private final ThreadPoolExecutor second;
    private final Semaphore boundaries = new Semaphore(BOUNDARIES_WAITING);

    /** Records that will be taken together. */
    private final List<Record> batch = new ArrayList<>(TOGETHER);

    private final long[] buyers = new long[TOGETHER];

    /** Why the second stage has stopped, if it has. */
    private volatile RuntimeException failure;

    /**
     * @param partitions of the order events
     * @param closeAtEnd whether the epoch in which the input ends is closed too
     * @param saved what {@link #save} has written, to go on from there; or null
     * @param findings told of what is found, in the order in which a running pipeline publishes it and in the second
     *     stage's thread
     */
    public LocalPipeline(
            String market,
            ModelSettings model,
            CorrelateSettings correlate,
            int partitions,
            boolean closeAtEnd,
            DataInputStream saved,
            Consumer<Finding> findings)
            throws IOException {
        for (int partition = 0; partition < partitions; partition++) {
            LocalCorrelatorStore store = new LocalCorrelatorStore();
            if (saved != null) {
                store.read(saved);
            }
            stores.add(store);
            correlators.add(new Correlator(correlate, partition, store));
        }
        if (saved != null) {
            contacts.read(saved, name -> name);
            exposures.read(saved, Long::valueOf);
            custodians.read(saved, name -> name);
            this.market.read(saved, name -> name);
        }
        localizing = new Localizing(
                new MarketBook(model, new Localizer(model, market), partitions, closeAtEnd),
                new MarketStores(contacts, exposures, custodians, this.market),
                (finding, end) -> findings.accept(finding));
        second = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                LocalPipeline::thread,
                LocalPipeline::wait);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "replay-solve");
        thread.setDaemon(true);
        return thread;
    }

    private static void wait(Runnable work, ThreadPoolExecutor pool) {
        try {
            pool.getQueue().put(work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("interrupted", e);
        }
    }

    /**
     * Takes a record, or counts it as bad; this or one of the next calls does it.
     *
     * @param partition of the topic it comes from
     * @param key of the record, or null
     * @param input which has been judged
     */
    public void accept(int partition, byte[] key, Input input) {
        batch.add(new Record(partition, key, input));
        if (batch.size() == TOGETHER) {
            correlate();
        }
    }

    private void correlate() {
        try {
            fetchBuyers();
            batch.forEach(this::correlate);
        } finally {
            batch.clear();
        }
    }

    private void fetchBuyers() {
        for (int i = 0; i < batch.size(); i++) {
            byte[] key = batch.get(i).key;
            buyers[i] =
                    key == null ? 0 : correlators.get(batch.get(i).partition).buyerHash(key);
        }
        for (int i = 0; i < batch.size(); i++) {
            correlators.get(batch.get(i).partition).expect(buyers[i]);
        }
    }

    private void correlate(Record record) {
        Correlator correlator = correlators.get(record.partition);
        if (record.input.refusal().isPresent()) {
            correlator.countBad();
            return;
        }
        List<Correlation> correlations;
        try {
            correlations = record.input.handTo(correlator);
        } catch (RuntimeException | StackOverflowError e) {
            // As a running pipeline does, which makes a dead letter of it.
            correlator.countBad();
            return;
        }
        tell(correlations);
    }

    /** Says that all input has been read, and waits until what there is to find has been found. */
    public void end() throws InterruptedException {
        correlate();
        correlators.forEach(correlator -> tell(correlator.atEnd()));
        awaitSecond();
    }

    private void tell(List<Correlation> correlations) {
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
        second.execute(() -> {
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
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("interrupted", e);
        }
    }

    private void localize(List<Correlation> correlations) {
        if (failure != null) {
            return;
        }
        try {
            for (Correlation correlation : correlations) {
                localizing.accept(correlation);
            }
        } catch (Throwable e) {
            // An error too: nobody else would hear of it in this thread, and the result would be taken for whole.
            failure = e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("the second stage has failed: " + e, e);
        }
    }

    /** Waits until the second stage has taken all that it was told; findings are told by then. */
    public void awaitSecond() throws InterruptedException {
        correlate();
        try {
            second.submit(() -> {}).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What has been counted for epochs that are still open; to be asked when the second stage has taken everything. */
    public InputCounts open() {
        return localizing.open();
    }

    /** Writes all that it takes to go on from here; to be asked when the second stage has taken everything. */
    public void save(DataOutputStream out) throws IOException {
        for (int partition = 0; partition < stores.size(); partition++) {
            correlators.get(partition).save();
            stores.get(partition).write(out);
        }
        contacts.write(out);
        exposures.write(out);
        custodians.write(out);
        market.write(out);
    }

    @Override
    public void close() {
        second.shutdownNow();
        try {
            second.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

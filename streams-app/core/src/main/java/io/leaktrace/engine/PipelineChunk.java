package io.leaktrace.engine;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.InputRecord;
import java.util.List;

/**
 * Consecutive records of the input. One thread adds records, then each correlating thread processes those of its
 * correlators.
 */
final class PipelineChunk {

    private static final int MAX_RECORDS = 512;

    /** Number of records whose buyers are prefetched together. */
    private static final int PREFETCHED = 32;

    /** No boundary of epochs is passed. */
    static final long NO_BOUNDARY = Long.MIN_VALUE;

    /** In place of a boundary: the input of the partition ends. */
    static final long END = Long.MAX_VALUE;

    /** Mixes the bits of a hash, since all buyers of a partition may have something in common (golden ratio · 2^32). */
    private static final int MIXER = 0x9E3779B9;

    private final List<CorrelateStage> stages;
    private final int perPartition;

    private final byte[][] keys = new byte[MAX_RECORDS][];
    /** Null for a rejected record, and at the end of a partition. */
    private final InputRecord[] records = new InputRecord[MAX_RECORDS];
    /** The number of the correlator of each record. */
    private final int[] correlators = new int[MAX_RECORDS];
    /** The time that the partition had reached before the record. */
    private final long[] reached = new long[MAX_RECORDS];
    /** The time by which the partition passes a boundary with the record, {@link #NO_BOUNDARY} or {@link #END}. */
    private final long[] boundaries = new long[MAX_RECORDS];

    private int size;

    private final int threads;
    private final ChunkOutput output;

    /**
     * @param stages the correlators, those of the first partition first
     * @param perPartition number of correlators of each partition
     * @param threads number of threads that process the chunk
     */
    PipelineChunk(List<CorrelateStage> stages, int perPartition, int threads) {
        this.stages = stages;
        this.perPartition = perPartition;
        this.threads = threads;
        this.output = new ChunkOutput(threads);
    }

    boolean isFull() {
        return size == MAX_RECORDS;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int partition, byte[] key, InputRecord record, long reachedBefore, long boundary) {
        keys[size] = key;
        records[size] = record;
        int ofPartition = record == null || perPartition == 1
                ? 0
                : (int) ((record.key().hashCode() * MIXER & 0xFFFF_FFFFL) * perPartition >>> Integer.SIZE);
        correlators[size] = partition * perPartition + ofPartition;
        reached[size] = reachedBefore;
        boundaries[size] = boundary;
        size++;
    }

    /** Returns the output, to which each thread adds. It does not hold the records. */
    ChunkOutput output() {
        return output;
    }

    /** Processes the records of a thread's correlators. */
    void correlate(int thread) {
        for (int from = 0; from < size; from += PREFETCHED) {
            int to = Math.min(from + PREFETCHED, size);
            for (int i = from; i < to; i++) {
                if (correlators[i] % threads == thread) {
                    stages.get(correlators[i]).prefetch(keys[i]);
                }
            }
            for (int i = from; i < to; i++) {
                if (boundaries[i] != NO_BOUNDARY) {
                    correlateBoundary(i, thread);
                } else if (correlators[i] % threads == thread) {
                    add(i, correlators[i], accept(i));
                }
            }
        }
    }

    /** Processes a record with which the partition passes a boundary, in all correlators of the partition. */
    private void correlateBoundary(int index, int thread) {
        int partition = correlators[index] / perPartition;
        for (int correlator = partition * perPartition; correlator < (partition + 1) * perPartition; correlator++) {
            if (correlator % threads != thread) {
                continue;
            }
            CorrelateStage stage = stages.get(correlator);
            if (boundaries[index] == END) {
                stage.advanceTo(reached[index]);
                add(index, correlator, stage.atEnd());
            } else if (correlator == correlators[index]) {
                add(index, correlator, accept(index));
            } else {
                stage.advanceTo(reached[index]);
                add(index, correlator, stage.advanceTo(boundaries[index]));
            }
        }
    }

    private void add(int index, int correlator, List<Correlation> correlations) {
        // Empty for nearly all records.
        if (!correlations.isEmpty()) {
            output.add(correlator % threads, index, correlator, correlations);
        }
    }

    private List<Correlation> accept(int index) {
        CorrelateStage stage = stages.get(correlators[index]);
        stage.advanceTo(reached[index]);
        InputRecord record = records[index];
        if (record == null) {
            stage.countBad();
            return List.of();
        }
        try {
            return stage.accept(record);
        } catch (RuntimeException | StackOverflowError e) {
            // As in a running pipeline, which sends it to dead letters.
            stage.countBad();
            return stage.advanceTo(record);
        }
    }
}

package io.leaktrace.files;

import it.unimi.dsi.fastutil.objects.ObjectHeapPriorityQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Records that are added in any order and read in the order of their time. Ties are ordered by the records' bytes, so
 * that the order does not depend on the order in which they were added. What exceeds a part of the heap lies as sorted
 * runs in a temporary file, which are merged while they are read. With several threads, a run is sorted and written while
 * records are added.
 */
public final class TimeSortedRecords implements AutoCloseable {

    /** Records are sorted and written to disk when they take one of this number of equal parts of the heap. */
    private static final int HEAP_PARTS = 8;

    private static final long CLOSE_SECONDS = 60;

    private final long maxBytes;
    private final int threads;

    private RecordBuffer buffer = new RecordBuffer();
    /** Null as long as all records are in memory. */
    private RunFile runs;

    /** Writes a run while records are added; null as long as all records are in memory, and with one thread. */
    private ExecutorService writer;

    /** The run that is being written, or null. */
    private Future<?> written;

    private long size;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;

    /** @param threads number of threads that sort and compress */
    TimeSortedRecords(int threads) {
        this(Runtime.getRuntime().maxMemory() / HEAP_PARTS, threads);
    }

    /** @param maxBytes memory of the records that are not on disk */
    TimeSortedRecords(long maxBytes, int threads) {
        this.maxBytes = maxBytes;
        this.threads = threads;
    }

    /**
     * Adds a record.
     *
     * @throws UncheckedIOException if it or an earlier one has to be written to disk and cannot be
     */
    void add(long time, byte[] key, byte[] value) {
        buffer.add(time, key, value);
        size++;
        earliest = Math.min(earliest, time);
        latest = Math.max(latest, time);
        if (buffer.bytes() >= (writer == null ? maxBytes : maxBytes / 2)) {
            appendRun();
        }
    }

    private void appendRun() {
        RecordBuffer full = buffer;
        buffer = new RecordBuffer();
        try {
            if (runs == null) {
                runs = new RunFile();
            }
            if (threads == 1) {
                write(full);
                return;
            }
            if (writer == null) {
                writer = OrderedChunks.workers("write-run", 1);
            }
            awaitWritten();
            written = writer.submit(() -> {
                write(full);
                return null;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void write(RecordBuffer full) throws IOException {
        full.sort(threads);
        runs.append(full, threads);
    }

    private void awaitWritten() throws IOException {
        if (written == null) {
            return;
        }
        try {
            written.get();
            written = null;
        } catch (ExecutionException e) {
            throw OrderedChunks.failure(e);
        } catch (InterruptedException e) {
            throw OrderedChunks.interrupted();
        }
    }

    /** Sorts the records; none can be added after that. */
    void sort() {
        if (runs == null) {
            buffer.sort(threads);
            return;
        }
        if (buffer.size() > 0) {
            appendRun();
        }
        try {
            awaitWritten();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    public long size() {
        return size;
    }

    /** The earliest time in epoch milliseconds; there must be a record. */
    public long earliest() {
        return earliest;
    }

    /** The latest time in epoch milliseconds; there must be a record. */
    public long latest() {
        return latest;
    }

    /** Starts to read the sorted records; any number of cursors can be used at a time. */
    public Cursor cursor() {
        return runs == null ? new MemoryCursor() : new MergingCursor();
    }

    /** Frees the memory and the disk space. */
    @Override
    public void close() throws IOException {
        buffer = new RecordBuffer();
        if (writer != null) {
            writer.shutdown();
            try {
                // It uses the file that is deleted next.
                writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (runs != null) {
            runs.close();
            runs = null;
        }
    }

    /** Iterates over the records in order. */
    public interface Cursor {

        /**
         * Moves to the next record, at first to the first one.
         *
         * @return false if there is none
         */
        boolean advance();

        /** In epoch milliseconds. */
        long time();

        byte[] key();

        byte[] value();
    }

    private final class MemoryCursor implements Cursor {
        private final RecordBuffer records = buffer;
        private int at = -1;

        @Override
        public boolean advance() {
            at++;
            return at < records.size();
        }

        @Override
        public long time() {
            return records.time(at);
        }

        @Override
        public byte[] key() {
            return records.key(at);
        }

        @Override
        public byte[] value() {
            return records.value(at);
        }
    }

    private final class MergingCursor implements Cursor {
        /** Those that are at a record. */
        private final ObjectHeapPriorityQueue<RunFile.Reader> readers = new ObjectHeapPriorityQueue<>();
        /** The reader that is at the current record; null before the first and after the last. */
        private RunFile.Reader current;

        MergingCursor() {
            for (RunFile.Reader reader : runs.readers()) {
                if (isAtRecord(reader)) {
                    readers.enqueue(reader);
                }
            }
        }

        private static boolean isAtRecord(RunFile.Reader reader) {
            try {
                return reader.advance();
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        @Override
        public boolean advance() {
            if (current != null) {
                if (isAtRecord(current)) {
                    readers.changed();
                } else {
                    readers.dequeue();
                }
            }
            current = readers.isEmpty() ? null : readers.first();
            return current != null;
        }

        @Override
        public long time() {
            return current.time();
        }

        @Override
        public byte[] key() {
            return current.key();
        }

        @Override
        public byte[] value() {
            return current.value();
        }
    }
}

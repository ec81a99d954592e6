package io.leaktrace.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.PriorityQueue;

/**
 * Records that are added in any order and read in the order of their time. Ties are ordered by the records' bytes, so
 * that the order does not depend on the order in which they were added. What exceeds a part of the heap lies as sorted
 * runs in a temporary file, which are merged while they are read.
 */
public final class TimeSortedRecords implements AutoCloseable {

    /** Records are written to disk when they take one of this number of equal parts of the heap. */
    private static final int HEAP_PARTS = 8;

    private final long maxBytes;

    private RecordBuffer buffer = new RecordBuffer();
    /** Null as long as all records are in memory. */
    private RunFile runs;

    private long size;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;

    TimeSortedRecords() {
        this(Runtime.getRuntime().maxMemory() / HEAP_PARTS);
    }

    /** @param maxBytes memory of the records that are not on disk */
    TimeSortedRecords(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a record.
     *
     * @throws UncheckedIOException if it has to be written to disk and cannot be
     */
    void add(long time, byte[] key, byte[] value) {
        buffer.add(time, key, value);
        size++;
        earliest = Math.min(earliest, time);
        latest = Math.max(latest, time);
        if (buffer.bytes() >= maxBytes) {
            appendRun();
        }
    }

    private void appendRun() {
        buffer.sort();
        try {
            if (runs == null) {
                runs = new RunFile();
            }
            runs.append(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        buffer = new RecordBuffer();
    }

    /** Sorts the records; none can be added after that. */
    void sort() {
        if (runs == null) {
            buffer.sort();
        } else if (buffer.size() > 0) {
            appendRun();
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
        private final PriorityQueue<RunFile.Reader> readers = new PriorityQueue<>();
        /** The reader that is at the current record; null before the first and after the last. */
        private RunFile.Reader current;

        MergingCursor() {
            runs.readers().forEach(this::queue);
        }

        private void queue(RunFile.Reader reader) {
            try {
                if (reader.advance()) {
                    readers.add(reader);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        @Override
        public boolean advance() {
            if (current != null) {
                queue(current);
            }
            current = readers.poll();
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

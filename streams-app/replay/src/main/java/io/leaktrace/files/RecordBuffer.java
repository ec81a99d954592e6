package io.leaktrace.files;

import it.unimi.dsi.fastutil.Arrays;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** Records in memory, which can be sorted by time; records of the same time are ordered by their bytes. */
final class RecordBuffer {

    private static final int CHUNK_BYTES = 8 << 20;
    private static final int HEADER_BYTES = 2 * Integer.BYTES;

    private final List<byte[]> chunks = new ArrayList<>();
    private int used = CHUNK_BYTES;
    private long[] times = new long[1024];
    private long[] positions = new long[1024];
    private int count;
    private long bytes;

    void add(long time, byte[] key, byte[] value) {
        int length = HEADER_BYTES + key.length + value.length;
        if (used + length > CHUNK_BYTES) {
            chunks.add(new byte[Math.max(CHUNK_BYTES, length)]);
            used = 0;
        }
        if (count == times.length) {
            times = java.util.Arrays.copyOf(times, 2 * count);
            positions = java.util.Arrays.copyOf(positions, 2 * count);
        }
        times[count] = time;
        positions[count] = (long) (chunks.size() - 1) << 32 | used;
        count++;
        ByteBuffer.wrap(chunks.get(chunks.size() - 1), used, length)
                .putInt(key.length)
                .putInt(value.length)
                .put(key)
                .put(value);
        used += length;
        bytes += length + 2 * Long.BYTES;
    }

    int size() {
        return count;
    }

    /** Bytes of memory that the records take. */
    long bytes() {
        return bytes;
    }

    /**
     * Sorts the records; indexes refer to this order until a record is added. The order does not depend on the number of
     * threads: records that compare as equal are equal.
     */
    void sort(int threads) {
        if (isSorted()) {
            return;
        }
        if (threads == 1) {
            Arrays.quickSort(0, count, this::compare, this::swap);
            return;
        }
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            // In the pool of the thread that calls it.
            pool.submit(() -> Arrays.parallelQuickSort(0, count, this::compare, this::swap))
                    .join();
        } finally {
            pool.shutdown();
        }
    }

    private boolean isSorted() {
        for (int i = 1; i < count; i++) {
            if (compare(i - 1, i) > 0) {
                return false;
            }
        }
        return true;
    }

    long time(int index) {
        return times[index];
    }

    byte[] key(int index) {
        ByteBuffer record = record(index);
        byte[] key = new byte[record.getInt()];
        record.getInt();
        record.get(key);
        return key;
    }

    byte[] value(int index) {
        ByteBuffer record = record(index);
        int keyLength = record.getInt();
        byte[] value = new byte[record.getInt()];
        record.position(record.position() + keyLength);
        record.get(value);
        return value;
    }

    /** Returns a view of a record: the lengths of key and value, then both. */
    ByteBuffer record(int index) {
        ByteBuffer chunk = ByteBuffer.wrap(chunks.get((int) (positions[index] >>> 32)));
        int from = (int) positions[index];
        return chunk.slice(from, HEADER_BYTES + chunk.getInt(from) + chunk.getInt(from + Integer.BYTES));
    }

    private int compare(int a, int b) {
        int byTime = Long.compare(times[a], times[b]);
        return byTime != 0 ? byTime : content(a).compareTo(content(b));
    }

    private ByteBuffer content(int index) {
        return record(index).position(HEADER_BYTES);
    }

    private void swap(int a, int b) {
        long time = times[a];
        times[a] = times[b];
        times[b] = time;
        long position = positions[a];
        positions[a] = positions[b];
        positions[b] = position;
    }
}

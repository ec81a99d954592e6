package io.leaktrace.files;

import it.unimi.dsi.fastutil.Arrays;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Records held in memory to be sent in the order of their time. Ties are ordered by the records' bytes, so that the
 * order does not depend on the order in which they were added.
 */
public final class TimeSortedRecords {

    private static final int CHUNK_BYTES = 32 << 20;
    private static final int HEADER_BYTES = 2 * Integer.BYTES;

    private final List<byte[]> chunks = new ArrayList<>();
    private int used = CHUNK_BYTES;
    private long[] times = new long[1024];
    private long[] positions = new long[1024];
    private int count;

    /** Adds a record. */
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
    }

    public int size() {
        return count;
    }

    /** The earliest time in epoch milliseconds; the spool must not be empty. */
    public long earliest() {
        return java.util.Arrays.stream(times, 0, count).min().orElseThrow();
    }

    public long latest() {
        return java.util.Arrays.stream(times, 0, count).max().orElseThrow();
    }

    public interface Receiver {
        void accept(long time, byte[] key, byte[] value);
    }

    /** Passes on all records in order. */
    public void forEachInOrder(Receiver receiver) {
        sort();
        for (int i = 0; i < count; i++) {
            receiver.accept(times[i], key(i), value(i));
        }
    }

    /** Sorts the records; indexes refer to this order from then on. */
    public void sort() {
        Arrays.quickSort(0, count, this::compare, this::swap);
    }

    public long time(int index) {
        return times[index];
    }

    public byte[] key(int index) {
        ByteBuffer record = at(index);
        byte[] key = new byte[record.getInt()];
        record.getInt();
        record.get(key);
        return key;
    }

    public byte[] value(int index) {
        ByteBuffer record = at(index);
        int keyLength = record.getInt();
        byte[] value = new byte[record.getInt()];
        record.position(record.position() + keyLength);
        record.get(value);
        return value;
    }

    private ByteBuffer at(int index) {
        byte[] chunk = chunks.get((int) (positions[index] >>> 32));
        int from = (int) positions[index];
        return ByteBuffer.wrap(chunk, from, chunk.length - from);
    }

    private int compare(int a, int b) {
        int byTime = Long.compare(times[a], times[b]);
        if (byTime != 0) {
            return byTime;
        }
        return content(a).compareTo(content(b));
    }

    private ByteBuffer content(int index) {
        ByteBuffer record = at(index);
        int length = record.getInt() + record.getInt();
        return record.slice(record.position(), length);
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

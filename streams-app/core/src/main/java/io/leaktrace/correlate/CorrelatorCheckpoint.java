package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of a correlator besides its log.
 *
 * @param reached end of the last complete epoch, in epoch milliseconds; {@link Long#MIN_VALUE} before the first
 * @param counts counts not emitted yet, by number of epoch
 */
public record CorrelatorCheckpoint(
        long reached, long latest, boolean atEndReported, long exposuresSentTo, SortedMap<Long, InputCounts> counts) {

    private static final byte FORMAT = 3;
    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + 1 + Long.BYTES;
    private static final int COUNTS_BYTES = 7 * Long.BYTES;

    /** Returns the checkpoint as bytes. */
    public byte[] write() {
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + counts.size() * COUNTS_BYTES)
                .put(FORMAT)
                .putLong(reached)
                .putLong(latest)
                .put((byte) (atEndReported ? 1 : 0))
                .putLong(exposuresSentTo);
        counts.forEach((epoch, counted) -> bytes.putLong(epoch)
                .putLong(counted.orderEvents())
                .putLong(counted.scamContacts())
                .putLong(counted.late())
                .putLong(counted.expired())
                .putLong(counted.duplicate())
                .putLong(counted.bad()));
        return bytes.array();
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @throws IllegalStateException if it has the format of another version
     */
    public static CorrelatorCheckpoint read(byte[] saved) {
        ByteBuffer bytes = ByteBuffer.wrap(saved);
        byte format = bytes.get();
        if (format != FORMAT) {
            throw new IllegalStateException("the buyers' log is of format " + format
                    + ", and this version reads format " + FORMAT + ": reset the application's state");
        }
        TreeMap<Long, InputCounts> counts = new TreeMap<>();
        CorrelatorCheckpoint checkpoint =
                new CorrelatorCheckpoint(bytes.getLong(), bytes.getLong(), bytes.get() == 1, bytes.getLong(), counts);
        while (bytes.hasRemaining()) {
            counts.put(
                    bytes.getLong(),
                    new InputCounts(
                            bytes.getLong(),
                            bytes.getLong(),
                            bytes.getLong(),
                            bytes.getLong(),
                            bytes.getLong(),
                            bytes.getLong()));
        }
        return checkpoint;
    }
}

package io.leaktrace.correlate;

import io.leaktrace.domain.InputCounts;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a correlator remembers beside its log.
 *
 * @param exposuresSentTo position in the log up to which exposures have been sent; later entries are counted again
 *     after a restart
 * @param counts by number of epoch, counted and not told yet
 */
public record CorrelatorCheckpoint(
        long reached, long latest, boolean saidAtEnd, long exposuresSentTo, SortedMap<Long, InputCounts> counts) {

    private static final byte FORMAT = 2;
    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + 1 + Long.BYTES;
    private static final int COUNTS_BYTES = 7 * Long.BYTES;

    /** Returns it in the form in which it is saved. */
    public byte[] write() {
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + counts.size() * COUNTS_BYTES)
                .put(FORMAT)
                .putLong(reached)
                .putLong(latest)
                .put((byte) (saidAtEnd ? 1 : 0))
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
     * @throws IllegalStateException if it was written in the form of another version
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

package io.leaktrace.correlate;

import java.util.Arrays;
import java.util.function.ObjLongConsumer;

/**
 * Storage of the blocks of a log. Their numbers have no gaps: blocks are added at the end and deleted from the front. A
 * block that has been put is not changed in place; a changed one is put again.
 */
public interface BlockStore {

    /** Maximum size of a block in bytes. */
    int MAX_BYTES = 16 * 1024;

    void put(long number, byte[] block);

    void delete(long number);

    /** Returns a block, which must not be changed; null if it is missing. */
    byte[] get(long number);

    /**
     * Returns part of a block: {@code length} bytes from {@code offset} on, or fewer if the block ends before; null if
     * the block is missing.
     */
    default byte[] read(long number, int offset, int length) {
        byte[] block = get(number);
        return block == null ? null : Arrays.copyOfRange(block, offset, Math.min(block.length, offset + length));
    }

    /** Passes the blocks to a receiver in the order of their numbers. */
    void blocks(ObjLongConsumer<byte[]> receiver);

    /**
     * Returns how many of the newest blocks a log holds on the heap; {@link Integer#MAX_VALUE} if the store has all of
     * them there, so that a log that drops them would save nothing.
     */
    int blocksOnHeap();

    /**
     * Returns the number of bytes from which a block is full, at most {@link #MAX_BYTES}: less if the store can read
     * only whole blocks, of which single entries are read.
     */
    default int fullBytes() {
        return MAX_BYTES;
    }

    /**
     * Returns whether a crash undoes all changes since the last save, so that blocks can be put and deleted at any time
     * and not only by a save.
     */
    default boolean undoesUnsaved() {
        return false;
    }
}

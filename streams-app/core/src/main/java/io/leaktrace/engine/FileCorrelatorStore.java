package io.leaktrace.engine;

import io.leaktrace.correlate.BlockStore;
import io.leaktrace.correlate.CorrelatorStore;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.ObjLongConsumer;

/**
 * A {@link CorrelatorStore} with its blocks in a file, and the rest in memory. A checkpoint has the rest, and where in
 * the file its blocks are; they stay there until the next checkpoint is complete. So a checkpoint writes little, and
 * what is in the file is as of the last one, whenever the process ends.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class FileCorrelatorStore extends HeapCorrelatorStore implements Closeable {

    private final Blocks recent;
    private final Blocks past = new Blocks(0);
    private final BlockFile file;

    /**
     * Opens an empty store, or one as of its last checkpoint.
     *
     * @param path file for the blocks, which is replaced if the store is empty
     * @param blocksOnHeap how many of the newest blocks the buyer log holds on the heap
     * @param saved output of {@link #write}, or null
     */
    public FileCorrelatorStore(Path path, int blocksOnHeap, DataInputStream saved) throws IOException {
        recent = new Blocks(blocksOnHeap);
        if (saved == null) {
            file = BlockFile.create(path, BlockStore.MAX_BYTES);
        } else {
            read(saved);
            recent.read(saved);
            past.read(saved);
            file = BlockFile.reopen(path, BlockStore.MAX_BYTES, used(), saved);
        }
    }

    /** Returns whether the file has all blocks of the checkpoint. */
    public boolean isIntact() {
        return file.isIntact();
    }

    /** Writes a checkpoint. It counts as soon as {@link #onCheckpoint} is called. */
    @Override
    public void write(DataOutputStream out) throws IOException {
        super.write(out);
        recent.write(out);
        past.write(out);
        file.beginCheckpoint(used(), out);
    }

    /** Records that the checkpoint that was written last is safe, and that the one before is no longer needed. */
    public void onCheckpoint() {
        file.endCheckpoint();
    }

    private BitSet used() {
        BitSet used = new BitSet();
        recent.slots.forEach(used::set);
        past.slots.forEach(used::set);
        return used;
    }

    /** The blocks of one log: the slot of each. */
    private final class Blocks implements BlockStore {

        private final int onHeap;
        private long first = 1;
        private final IntArrayList slots = new IntArrayList();

        Blocks(int onHeap) {
            this.onHeap = onHeap;
        }

        @Override
        public void put(long number, byte[] block) {
            if (slots.isEmpty()) {
                first = number;
            }
            int index = (int) (number - first);
            if (index == slots.size()) {
                slots.add(written(block));
            } else {
                file.free(slots.getInt(index));
                slots.set(index, written(block));
            }
        }

        private int written(byte[] block) {
            try {
                return file.write(block);
            } catch (IOException e) {
                // An error rather than an exception: it is no fault of the record that is being processed.
                throw new IOError(new IOException(
                        "cannot write to " + file.path() + ": " + e.getMessage()
                                + "; free space on its disk, and start the replay again, which resumes",
                        e));
            }
        }

        @Override
        public void delete(long number) {
            if (number != first) {
                throw new IllegalArgumentException("block " + number + " is not the first, which is " + first);
            }
            file.free(slots.getInt(0));
            slots.removeInt(0);
            first++;
        }

        @Override
        public byte[] get(long number) {
            return read(number, 0, MAX_BYTES);
        }

        @Override
        public byte[] read(long number, int offset, int length) {
            int index = (int) (number - first);
            if (index < 0 || index >= slots.size()) {
                return null;
            }
            try {
                return file.read(slots.getInt(index), offset, length);
            } catch (IOException e) {
                throw new IOError(new IOException(
                        "cannot read " + file.path() + ": " + e.getMessage() + "; check its disk, delete "
                                + file.path().getParent() + " and start the replay again",
                        e));
            }
        }

        @Override
        public void blocks(ObjLongConsumer<byte[]> receiver) {
            for (int i = 0; i < slots.size(); i++) {
                receiver.accept(get(first + i), first + i);
            }
        }

        @Override
        public int blocksOnHeap() {
            return onHeap;
        }

        @Override
        public boolean undoesUnsaved() {
            return true;
        }

        void write(DataOutputStream out) throws IOException {
            out.writeLong(first);
            out.writeInt(slots.size());
            for (int i = 0; i < slots.size(); i++) {
                out.writeInt(slots.getInt(i));
            }
        }

        void read(DataInputStream in) throws IOException {
            first = in.readLong();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                slots.add(in.readInt());
            }
        }
    }

    @Override
    public BlockStore recent() {
        return recent;
    }

    @Override
    public BlockStore past() {
        return past;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

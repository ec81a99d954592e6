package io.leaktrace.engine;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A file of slots of equal size, each of which can hold a block. A slot that is part of the last checkpoint is not
 * written again before the next checkpoint, so that the file can be read as of the last one whenever the process ends.
 *
 * <p>It is read and written rather than mapped, so that its pages do not count as memory of the process.
 */
final class BlockFile implements Closeable {

    private final Path path;
    private final int slotBytes;
    private final FileChannel file;
    private int slots;

    private final IntArrayList free = new IntArrayList();
    /** Free slots that are part of a checkpoint. */
    private final IntArrayList freeLater = new IntArrayList();
    /** Slots of the last complete checkpoint. */
    private BitSet saved = new BitSet();
    /** Slots of the checkpoint that is being written. */
    private BitSet saving = new BitSet();

    /** Opens an empty file. */
    static BlockFile create(Path path, int slotBytes) throws IOException {
        return new BlockFile(
                path,
                slotBytes,
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /** Opens a file as of its last checkpoint, which has these slots. A missing file is created. */
    static BlockFile reopen(Path path, int slotBytes, BitSet used) throws IOException {
        BlockFile file = new BlockFile(
                path,
                slotBytes,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        file.saved = used;
        file.slots = used.length();
        for (int slot = used.nextClearBit(0); slot < file.slots; slot = used.nextClearBit(slot + 1)) {
            file.free.add(slot);
        }
        return file;
    }

    private BlockFile(Path path, int slotBytes, FileChannel file) {
        this.path = path;
        this.slotBytes = slotBytes;
        this.file = file;
    }

    Path path() {
        return path;
    }

    /** Writes a block and returns its slot. */
    int write(byte[] block) throws IOException {
        int slot = free.isEmpty() ? slots : free.popInt();
        ByteBuffer rest = ByteBuffer.wrap(block);
        long start = (long) slot * slotBytes;
        while (rest.hasRemaining()) {
            file.write(rest, start + rest.position());
        }
        slots = Math.max(slots, slot + 1);
        return slot;
    }

    /** Returns {@code length} bytes of a slot from {@code offset} on, or fewer if the file ends before. */
    byte[] read(int slot, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        long start = (long) slot * slotBytes + offset;
        while (bytes.hasRemaining()) {
            if (file.read(bytes, start + bytes.position()) < 0) {
                return Arrays.copyOf(bytes.array(), bytes.position());
            }
        }
        return bytes.array();
    }

    void free(int slot) {
        if (saved.get(slot) || saving.get(slot)) {
            freeLater.add(slot);
        } else {
            free.add(slot);
        }
    }

    /** Records that a checkpoint with these slots is being written. */
    void beginCheckpoint(BitSet used) {
        saving = used;
    }

    /** Records that the checkpoint has been written, and replaces the one before. */
    void endCheckpoint() {
        saved = saving;
        saving = new BitSet();
        for (int i = freeLater.size() - 1; i >= 0; i--) {
            int slot = freeLater.getInt(i);
            if (!saved.get(slot)) {
                freeLater.set(i, freeLater.getInt(freeLater.size() - 1));
                freeLater.popInt();
                free.add(slot);
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

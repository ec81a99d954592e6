package io.leaktrace.engine;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * A file of slots of equal size, each of which can hold a block. A slot that is part of the last checkpoint is not
 * written again before the next checkpoint, so that the file can be read as of the last one whenever the process ends.
 * What is read is verified by checksums, which are on the heap and in the checkpoint.
 *
 * <p>It is read and written rather than mapped, so that its pages do not count as memory of the process.
 */
final class BlockFile implements Closeable {

    /**
     * Each page has a checksum, so that part of a block is verified without the rest. A read of an entry takes twice as
     * long with pages of 4 KiB; smaller ones need more memory for checksums.
     */
    private static final int PAGE_BYTES = 2048;

    private final Path path;
    private final int pagesOfSlot;
    private final FileChannel file;
    /** Length in bytes of the block in each slot. */
    private final IntArrayList lengths = new IntArrayList();
    /** Of each page of each slot. */
    private final IntArrayList checksums = new IntArrayList();

    private final IntArrayList free = new IntArrayList();
    /** Free slots that are part of a checkpoint. */
    private final IntArrayList freeLater = new IntArrayList();
    /** Slots of the last complete checkpoint. */
    private BitSet saved = new BitSet();
    /** Slots of the checkpoint that is being written. */
    private BitSet saving = new BitSet();

    /**
     * Opens an empty file.
     *
     * @param slotBytes a multiple of the size of a page
     */
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

    /**
     * Opens a file as of its last checkpoint. A missing file is created.
     *
     * @param used slots of the checkpoint
     * @param in output of {@link #beginCheckpoint}
     */
    static BlockFile reopen(Path path, int slotBytes, BitSet used, DataInputStream in) throws IOException {
        BlockFile file = new BlockFile(
                path,
                slotBytes,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        file.saved = used;
        for (int slot = 0; slot < used.length(); slot++) {
            file.addSlot();
            if (used.get(slot)) {
                file.lengths.set(slot, in.readInt());
                for (int page = 0; page < file.pagesOfSlot; page++) {
                    file.checksums.set(slot * file.pagesOfSlot + page, in.readInt());
                }
            } else {
                file.free.add(slot);
            }
        }
        return file;
    }

    private BlockFile(Path path, int slotBytes, FileChannel file) {
        this.path = path;
        this.pagesOfSlot = slotBytes / PAGE_BYTES;
        this.file = file;
    }

    private void addSlot() {
        lengths.add(0);
        checksums.size(checksums.size() + pagesOfSlot);
    }

    Path path() {
        return path;
    }

    /** Writes a block and returns its slot. */
    int write(byte[] block) throws IOException {
        if (free.isEmpty()) {
            free.add(lengths.size());
            addSlot();
        }
        int slot = free.popInt();
        ByteBuffer rest = ByteBuffer.wrap(block);
        while (rest.hasRemaining()) {
            file.write(rest, position(slot, 0) + rest.position());
        }
        lengths.set(slot, block.length);
        for (int page = 0; page * PAGE_BYTES < block.length; page++) {
            checksums.set(slot * pagesOfSlot + page, checksum(block, page * PAGE_BYTES));
        }
        return slot;
    }

    private long position(int slot, int page) {
        return ((long) slot * pagesOfSlot + page) * PAGE_BYTES;
    }

    /** Returns the checksum of the page that begins at an index. */
    private static int checksum(byte[] bytes, int from) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, Math.min(PAGE_BYTES, bytes.length - from));
        return (int) checksum.getValue();
    }

    /**
     * Returns {@code length} bytes of a block from {@code offset} on, or fewer if the block ends before.
     *
     * @throws IOException if they are not as they were written
     */
    byte[] read(int slot, int offset, int length) throws IOException {
        int firstPage = offset / PAGE_BYTES;
        int start = firstPage * PAGE_BYTES;
        int end = Math.min(lengths.getInt(slot), offset + length);
        // Whole pages, since each has one checksum.
        int pagesEnd = Math.min(lengths.getInt(slot), (end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
        ByteBuffer pages = ByteBuffer.allocate(pagesEnd - start);
        while (pages.hasRemaining()) {
            if (file.read(pages, position(slot, firstPage) + pages.position()) < 0) {
                throw new IOException("it has been truncated");
            }
        }
        byte[] bytes = pages.array();
        for (int at = 0; at < bytes.length; at += PAGE_BYTES) {
            if (checksum(bytes, at) != checksums.getInt(slot * pagesOfSlot + (start + at) / PAGE_BYTES)) {
                throw new IOException("it is damaged");
            }
        }
        return Arrays.copyOfRange(bytes, offset - start, end - start);
    }

    /** Returns whether the file has all blocks of the last checkpoint. */
    boolean isIntact() {
        try {
            for (int slot = saved.nextSetBit(0); slot >= 0; slot = saved.nextSetBit(slot + 1)) {
                read(slot, 0, lengths.getInt(slot));
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void free(int slot) {
        if (saved.get(slot) || saving.get(slot)) {
            freeLater.add(slot);
        } else {
            free.add(slot);
        }
    }

    /** Writes the lengths and checksums of the slots of a checkpoint, and records that this is being written. */
    void beginCheckpoint(BitSet used, DataOutputStream out) throws IOException {
        for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot + 1)) {
            out.writeInt(lengths.getInt(slot));
            for (int page = 0; page < pagesOfSlot; page++) {
                out.writeInt(checksums.getInt(slot * pagesOfSlot + page));
            }
        }
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

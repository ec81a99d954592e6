package io.leaktrace.files;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A temporary file of sorted runs, each a sequence of compressed blocks of records. It is deleted when it is closed, at
 * the latest when the process ends.
 */
final class RunFile implements AutoCloseable {

    /** A block holds at least one record, and more until it has this length. */
    private static final int BLOCK_BYTES = 64 << 10;

    /** The checksum of the rest of the block, and its length before and after compression. */
    private static final int BLOCK_HEADER = 3 * Integer.BYTES;

    /** The fastest: the file is read once or a few times. */
    private static final int COMPRESSION = 1;

    private static final String OTHER_FOLDER = "another folder with LEAKTRACE_JAVA_OPTIONS=-Djava.io.tmpdir=DIR";

    private final Path path;
    private final FileChannel channel;
    private final List<Run> runs = new ArrayList<>();
    private long length;

    /** Positions of a run's first byte, and of the byte after its last. */
    private record Run(long from, long to) {}

    /** Creates the file in the folder for temporary files, readable by its owner only. */
    RunFile() throws IOException {
        path = Files.createTempFile("leaktrace-sorted-", ".tmp");
        path.toFile().deleteOnExit();
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Appends a run.
     *
     * @param sorted its records
     * @param threads number of threads that compress
     * @throws IOException if the folder is full; the message says how to choose another
     */
    void append(RecordBuffer sorted, int threads) throws IOException {
        long from = length;
        try (OrderedChunks<byte[], ByteBuffer> blocks =
                new OrderedChunks<>("compress-run", threads, new Blocks(sorted), () -> RunFile::compressed)) {
            for (ByteBuffer block = blocks.next(); block != null; block = blocks.next()) {
                write(block);
            }
        }
        runs.add(new Run(from, length));
    }

    /** The records of a run in blocks. */
    private static final class Blocks implements OrderedChunks.Source<byte[]> {
        private final RecordBuffer sorted;
        private ByteBuffer block = ByteBuffer.allocate(2 * BLOCK_BYTES);
        private int at;

        Blocks(RecordBuffer sorted) {
            this.sorted = sorted;
        }

        @Override
        public byte[] next() {
            block.clear();
            for (; at < sorted.size(); at++) {
                ByteBuffer record = sorted.record(at);
                int needed = Long.BYTES + record.remaining();
                if (block.position() > 0 && block.position() + needed > BLOCK_BYTES) {
                    break;
                }
                if (block.remaining() < needed) {
                    block = ByteBuffer.allocate(needed);
                }
                block.putLong(sorted.time(at)).put(record);
            }
            return block.position() == 0 ? null : Arrays.copyOf(block.array(), block.position());
        }
    }

    private static ByteBuffer compressed(byte[] block) {
        byte[] compressed = Zstd.compress(block, COMPRESSION);
        ByteBuffer written = ByteBuffer.allocate(BLOCK_HEADER + compressed.length)
                .putInt(0)
                .putInt(block.length)
                .putInt(compressed.length)
                .put(compressed)
                .flip();
        return written.putInt(0, checksum(written));
    }

    /** Returns the checksum of all bytes of a block after its own. */
    private static int checksum(ByteBuffer block) {
        CRC32C checksum = new CRC32C();
        checksum.update(block.array(), Integer.BYTES, block.limit() - Integer.BYTES);
        return (int) checksum.getValue();
    }

    private void write(ByteBuffer block) throws IOException {
        try {
            while (block.hasRemaining()) {
                length += channel.write(block, length);
            }
        } catch (IOException e) {
            throw new IOException(
                    "the records are too many for memory and are sorted in " + path + ", which cannot be written ("
                            + e.getMessage() + "); make room there, or choose " + OTHER_FOLDER,
                    e);
        }
    }

    /** Opens a reader of each run. */
    List<Reader> readers() {
        return runs.stream().map(Reader::new).toList();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    /** Reads a run from its first record to its last. */
    final class Reader implements Comparable<Reader> {
        private final long to;
        private long next;
        private ByteBuffer block = ByteBuffer.allocate(0);

        private long time;
        private int keyLength;
        /** Key and value. */
        private byte[] content;

        private Reader(Run run) {
            next = run.from;
            to = run.to;
        }

        /** Moves to the next record; returns false at the end. */
        boolean advance() throws IOException {
            if (!block.hasRemaining()) {
                if (next == to) {
                    return false;
                }
                readBlock();
            }
            time = block.getLong();
            keyLength = block.getInt();
            content = new byte[keyLength + block.getInt()];
            block.get(content);
            return true;
        }

        private void readBlock() throws IOException {
            int compressed = read(BLOCK_HEADER).getInt(2 * Integer.BYTES);
            if (compressed < 0 || compressed > to - next - BLOCK_HEADER) {
                throw damaged();
            }
            ByteBuffer stored = read(BLOCK_HEADER + compressed);
            if (stored.getInt(0) != checksum(stored)) {
                throw damaged();
            }
            next += stored.limit();
            byte[] raw = new byte[stored.getInt(Integer.BYTES)];
            Zstd.decompressByteArray(raw, 0, raw.length, stored.array(), BLOCK_HEADER, compressed);
            block = ByteBuffer.wrap(raw);
        }

        /** Returns the next bytes, without moving on. */
        private ByteBuffer read(int bytes) throws IOException {
            ByteBuffer read = ByteBuffer.allocate(bytes);
            while (read.hasRemaining()) {
                if (channel.read(read, next + read.position()) < 0) {
                    throw damaged();
                }
            }
            return read.flip();
        }

        private IOException damaged() {
            return new IOException(path
                    + " was damaged while it was in use; check its disk, and start again, or choose " + OTHER_FOLDER);
        }

        long time() {
            return time;
        }

        byte[] key() {
            return Arrays.copyOf(content, keyLength);
        }

        byte[] value() {
            return Arrays.copyOfRange(content, keyLength, content.length);
        }

        /** Compares the records that they are at, in the order of {@link RecordBuffer#sort}. */
        @Override
        public int compareTo(Reader other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Arrays.compare(content, other.content);
        }
    }
}

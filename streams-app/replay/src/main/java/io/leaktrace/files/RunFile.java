package io.leaktrace.files;

import com.github.luben.zstd.Zstd;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A temporary file of sorted runs, each a sequence of compressed blocks of records. It is deleted when it is closed, at
 * the latest when the process ends.
 */
final class RunFile implements AutoCloseable {

    /** A block holds at least one record, and more until it has this length. */
    private static final int BLOCK_BYTES = 64 << 10;

    private static final int BLOCK_HEADER = 2 * Integer.BYTES;

    /** The fastest: the file is read once or a few times. */
    private static final int COMPRESSION = 1;

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
        return ByteBuffer.allocate(BLOCK_HEADER + compressed.length)
                .putInt(compressed.length)
                .putInt(block.length)
                .put(compressed)
                .flip();
    }

    private void write(ByteBuffer block) throws IOException {
        try {
            while (block.hasRemaining()) {
                length += channel.write(block, length);
            }
        } catch (IOException e) {
            throw new IOException(
                    "the records are too many for memory and are sorted in " + path + ", which cannot be written ("
                            + e.getMessage() + "); make room there, or choose another folder with"
                            + " LEAKTRACE_JAVA_OPTIONS=-Djava.io.tmpdir=DIR",
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
            ByteBuffer header = read(BLOCK_HEADER);
            int compressed = header.getInt();
            int raw = header.getInt();
            block = ByteBuffer.wrap(Zstd.decompress(read(compressed).array(), raw));
        }

        private ByteBuffer read(int bytes) throws IOException {
            ByteBuffer read = ByteBuffer.allocate(bytes);
            while (read.hasRemaining()) {
                int count = channel.read(read, next);
                if (count < 0) {
                    throw new EOFException(path + " was truncated while it was in use");
                }
                next += count;
            }
            return read.flip();
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

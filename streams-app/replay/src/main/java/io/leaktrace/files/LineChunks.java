package io.leaktrace.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file as chunks of whole lines. Lines are bytes, not characters, so that a line in a broken encoding is one bad line
 * and not the end of the file. The length of a line is limited to {@link #LONGEST_LINE}, so that a file of another type
 * does not fill the memory.
 */
final class LineChunks implements OrderedChunks.Source<LineChunks.Chunk> {

    /** In bytes. A record has some hundreds. */
    static final int LONGEST_LINE = 1 << 20;

    /** In bytes. A longer line is not text; a device such as /dev/zero never ends. */
    private static final long MAX_SKIPPED = 1L << 28;

    private static final int FIRST_BUFFER = 1 << 16;

    /** Receives lines that are not blank; a length of -1 means that the line was longer than {@link #LONGEST_LINE}. */
    interface LineHandler {

        /** @param number of the line in its chunk, from 0 on */
        void line(byte[] bytes, int from, int length, int number);
    }

    /** The file cannot be read further. Only who has seen all chunks before knows the number of the line. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1;

        private final String before;
        private final String after;

        UnreadableException(String before, String after, IOException cause) {
            super(before + after, cause);
            this.before = before;
            this.after = after;
        }

        /** The exception with the number of the line in its message. */
        IOException at(long line) {
            return new IOException(before + line + after, getCause());
        }
    }

    /**
     * Whole lines, the last of a file perhaps without an end.
     *
     * @param bytes begins with these lines
     * @param length of the lines
     * @param first whether it is the beginning of the file
     * @param overlong whether its first line is the end of one that is too long
     */
    record Chunk(byte[] bytes, int length, boolean first, boolean overlong) {

        /** Passes on each line that is not blank; returns the number of line ends. */
        int forEachLine(LineHandler handler) {
            int from = 0;
            int number = 0;
            for (int at = 0; at < length; at++) {
                if (bytes[at] == '\n') {
                    pass(from, at, number, handler);
                    number++;
                    from = at + 1;
                }
            }
            if (from < length || overlong && number == 0) {
                pass(from, length, number, handler);
            }
            return number;
        }

        private void pass(int from, int to, int number, LineHandler handler) {
            if (overlong && number == 0 || to - from > LONGEST_LINE) {
                handler.line(bytes, from, -1, number);
                return;
            }
            int start = from;
            if (first && number == 0 && to - from >= 3 && isByteOrderMark(from)) {
                start += 3;
            }
            int end = to;
            while (end > start && isSpace(bytes[end - 1])) {
                end--;
            }
            while (start < end && isSpace(bytes[start])) {
                start++;
            }
            if (start < end) {
                handler.line(bytes, start, end - start, number);
            }
        }

        private boolean isByteOrderMark(int at) {
            return bytes[at] == (byte) 0xEF && bytes[at + 1] == (byte) 0xBB && bytes[at + 2] == (byte) 0xBF;
        }

        private static boolean isSpace(byte b) {
            return b == ' ' || b == '\t' || b == '\r';
        }
    }

    private final Path file;
    private final OpenedFile opened;
    private final InputStream in;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int filled;
    private boolean first = true;
    private boolean ended;
    private boolean overlong;
    /** Bytes skipped of a line that is too long. */
    private long skipped;
    /** Null before the end. */
    private FileFingerprint contents;

    /** @throws IOException if the file cannot be opened */
    LineChunks(Path file) throws IOException {
        this.file = file;
        opened = new OpenedFile(file);
        in = opened.in();
    }

    /**
     * The next lines, or null at the end.
     *
     * @throws UnreadableException if the file cannot be read, or ends within a compressed block
     */
    @Override
    public Chunk next() throws IOException {
        while (!ended) {
            int read = read();
            if (read < 0) {
                ended = true;
                return filled > 0 || overlong ? chunk(filled) : next();
            }
            int end = endOfLines(filled + read);
            filled += read;
            if (end > 0) {
                return chunk(end);
            }
            limit();
        }
        contents = opened.finish();
        return null;
    }

    private int read() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        try {
            return in.read(buffer, filled, buffer.length - filled);
        } catch (IOException e) {
            throw new UnreadableException(
                    OpenedFile.name(file) + " cannot be read from line ", " on: " + e.getMessage(), e);
        }
    }

    /** The index after the last line end in the bytes that were read last; 0 if there is none. */
    private int endOfLines(int to) {
        for (int at = to; at > filled; at--) {
            if (buffer[at - 1] == '\n') {
                return at;
            }
        }
        return 0;
    }

    /** Takes the beginning of the buffer as a chunk; the rest stays. */
    private Chunk chunk(int end) throws UnreadableException {
        Chunk chunk = new Chunk(buffer, end, first, overlong);
        filled -= end;
        byte[] rest = new byte[filled < FIRST_BUFFER ? FIRST_BUFFER : buffer.length];
        System.arraycopy(buffer, end, rest, 0, filled);
        buffer = rest;
        first = false;
        overlong = false;
        skipped = 0;
        limit();
        return chunk;
    }

    /** Drops the beginning of a line that is too long. */
    private void limit() throws UnreadableException {
        if (filled <= LONGEST_LINE) {
            return;
        }
        overlong = true;
        skipped += filled;
        filled = 0;
        if (skipped > MAX_SKIPPED) {
            throw new UnreadableException(
                    OpenedFile.name(file) + " has no line end within 256 MiB from line ",
                    " on; it is not a JSON Lines file",
                    null);
        }
    }

    /** Length and hash of the file; available once {@link #next} has returned null. */
    FileFingerprint contents() {
        return contents;
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}

package io.leaktrace.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Splits a file into lines of bytes. Bytes, not characters, so that a line in a broken encoding is one bad line and not
 * the end of the file. The length of a line is limited to {@link #LONGEST_LINE}, so that a file of another type does
 * not fill the memory.
 */
final class LineSplitter {

    /** In bytes. A record has some hundreds. */
    static final int LONGEST_LINE = 1 << 20;

    /** In bytes. A longer line is not text; a device such as /dev/zero never ends. */
    private static final long MAX_SKIPPED = 1L << 28;

    private static final int FIRST_BUFFER = 1 << 16;

    /** Receives lines that are not blank; a length of -1 means that the line was longer than {@link #LONGEST_LINE}. */
    interface LineHandler {
        void line(byte[] bytes, int from, int length, long number);
    }

    private final InputStream in;
    private final LineHandler handler;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int filled;
    private long number = 1;
    private boolean overlong;
    /** Bytes skipped of a line that is too long. */
    private long skipped;

    private LineSplitter(InputStream in, LineHandler handler) {
        this.in = in;
        this.handler = handler;
    }

    /**
     * Passes on each line that is not blank.
     *
     * @throws IOException if the file cannot be read, or ends within a compressed block
     */
    static FileFingerprint forEachLine(Path file, LineHandler handler) throws IOException {
        try (OpenedFile reading = new OpenedFile(file)) {
            new LineSplitter(reading.in(), handler).run(file);
            return reading.finish();
        }
    }

    private void run(Path file) throws IOException {
        while (fill(file)) {
            int from = 0;
            for (int at = 0; at < filled; at++) {
                if (buffer[at] == '\n') {
                    emit(from, at);
                    number++;
                    from = at + 1;
                }
            }
            System.arraycopy(buffer, from, buffer, 0, filled - from);
            filled -= from;
            if (filled > LONGEST_LINE) {
                overlong = true;
                skipped = from == 0 ? skipped + filled : filled;
                filled = 0;
                if (skipped > MAX_SKIPPED) {
                    throw new IOException(OpenedFile.name(file) + " has no line end within 256 MiB from line " + number
                            + " on; it is not a JSON Lines file");
                }
            }
        }
        emit(0, filled);
    }

    private boolean fill(Path file) throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read;
        try {
            read = in.read(buffer, filled, buffer.length - filled);
        } catch (IOException e) {
            throw new IOException(
                    OpenedFile.name(file) + " cannot be read from line " + number + " on: " + e.getMessage(), e);
        }
        filled += Math.max(read, 0);
        return read >= 0;
    }

    private void emit(int from, int to) {
        if (overlong || to - from > LONGEST_LINE) {
            overlong = false;
            handler.line(buffer, from, -1, number);
            return;
        }
        int start = from;
        if (number == 1 && to - from >= 3 && isByteOrderMark(from)) {
            start += 3;
        }
        int end = to;
        while (end > start && isSpace(buffer[end - 1])) {
            end--;
        }
        while (start < end && isSpace(buffer[start])) {
            start++;
        }
        if (start < end) {
            handler.line(buffer, start, end - start, number);
        }
    }

    private boolean isByteOrderMark(int at) {
        return buffer[at] == (byte) 0xEF && buffer[at + 1] == (byte) 0xBB && buffer[at + 2] == (byte) 0xBF;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}

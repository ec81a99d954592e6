package io.leaktrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output that keeps the first write error. A {@code PrintStream} hides it: with a full disk, the command would
 * end with exit code 0.
 */
final class StandardOutput extends OutputStream {

    private static final int KIND_OF_FILE = 0170000;
    private static final int PIPE = 0010000;

    private final OutputStream out;
    private volatile IOException failure;

    /** Writes to the standard output of the process. */
    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    /** The first write error, or null if there was none. */
    IOException failure() {
        return failure;
    }

    /** Whether the output is a pipe. Its reader may close it early, as {@code head} does. */
    static boolean isPipe() {
        try {
            int mode = (int) Files.getAttribute(Path.of("/dev/stdout"), "unix:mode");
            return (mode & KIND_OF_FILE) == PIPE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}

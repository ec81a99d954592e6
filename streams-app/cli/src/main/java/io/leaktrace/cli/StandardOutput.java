package io.leaktrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output that remembers whether it could be written to: a {@code PrintStream} passes over a full disk without a
 * word, and the command would end with exit code 0.
 */
final class StandardOutput extends OutputStream {

    private static final int KIND_OF_FILE = 0170000;
    private static final int PIPE = 0010000;

    private final OutputStream out;
    private volatile IOException failure;

    /** Writes to what the process was given as standard output. */
    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    /** Why something could not be written, or null if everything was. */
    IOException failure() {
        return failure;
    }

    /** Whether another program reads the output. One that wants no more, as {@code head} does, closes the pipe. */
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

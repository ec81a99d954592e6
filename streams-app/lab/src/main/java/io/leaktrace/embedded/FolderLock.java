package io.leaktrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lock of a folder that only one process may use at a time. It is held on a file in the folder, which contains the
 * process id, and ends with the process at the latest.
 */
final class FolderLock implements AutoCloseable {

    /** Name of the lock file. */
    static final String FILE = "in-use";

    /** Folders locked by this process: the system would let it lock them again. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel file;

    private FolderLock(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * Locks a folder, which is created if it is missing.
     *
     * @throws FolderInUseException if it is locked by another process or by this one
     */
    static FolderLock of(Path folder) {
        Path real;
        try {
            Files.createDirectories(folder);
            real = folder.toRealPath();
            if (!HELD.add(real)) {
                throw inUse(folder, real);
            }
        } catch (IOException e) {
            throw cannotLock(folder, e);
        }
        try {
            return new FolderLock(real, lockedFile(folder, real));
        } catch (IOException e) {
            HELD.remove(real);
            throw cannotLock(folder, e);
        } catch (FolderInUseException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static FileChannel lockedFile(Path folder, Path real) throws IOException {
        FileChannel file = FileChannel.open(real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (file.tryLock() == null) {
            file.close();
            throw inUse(folder, real);
        }
        file.truncate(0);
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        file.write(ByteBuffer.wrap(pid));
        return file;
    }

    private static UncheckedIOException cannotLock(Path folder, IOException problem) {
        return new UncheckedIOException("cannot lock the folder " + folder + ": " + problem.getMessage(), problem);
    }

    private static FolderInUseException inUse(Path folder, Path real) throws IOException {
        return new FolderInUseException("process " + Files.readString(real.resolve(FILE)) + " uses the folder " + folder
                + "; stop it, or choose another folder");
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unlock the folder " + folder + ": " + e.getMessage(), e);
        } finally {
            HELD.remove(folder);
        }
    }
}

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
 * A folder that one process at a time uses. The lock is held through a file in the folder, which names the process,
 * and ends with the process at the latest.
 */
final class FolderLock implements AutoCloseable {

    /** Name of the file. */
    static final String FILE = "in-use";

    /** Folders that this process has locked: the system would give it a lock that it has already. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel file;

    private FolderLock(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * Locks a folder, which is made if it is missing.
     *
     * @throws FolderInUseException if another process, or another part of this one, has it
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

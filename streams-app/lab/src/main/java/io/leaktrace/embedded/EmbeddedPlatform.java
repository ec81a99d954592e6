package io.leaktrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Broker and schema registry on this machine, with nothing installed. */
public final class EmbeddedPlatform implements AutoCloseable {

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final FolderLock lock;

    private EmbeddedPlatform(FolderLock lock, EmbeddedBroker broker, EmbeddedRegistry registry) {
        this.lock = lock;
        this.broker = broker;
        this.registry = registry;
    }

    /**
     * Starts both, with their data in a folder that is emptied first, and waits until they respond.
     *
     * @throws FolderInUseException if another process uses the folder
     */
    public static EmbeddedPlatform startFresh(Path folder) {
        return startFresh(folder, Map.of());
    }

    /** The same with broker properties that replace the defaults. */
    public static EmbeddedPlatform startFresh(Path folder, Map<String, String> brokerProperties) {
        FolderLock lock = FolderLock.of(folder);
        EmbeddedRegistry registry = null;
        EmbeddedBroker broker = null;
        try {
            empty(folder);
            registry = EmbeddedRegistry.start(folder);
            // The processes of registry and broker start at the same time.
            broker = EmbeddedBroker.start(folder.resolve("broker"), brokerProperties);
            registry.awaitReady();
            return new EmbeddedPlatform(lock, broker, registry);
        } catch (RuntimeException e) {
            if (broker != null) {
                broker.close();
            }
            if (registry != null) {
                registry.close();
            }
            lock.close();
            throw e;
        }
    }

    /** Whether a folder may be emptied: it is missing or empty, or a platform had its data there. */
    public static boolean mayEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || Files.exists(folder.resolve(FolderLock.FILE))) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    /** Deletes the content of a folder except its lock file. */
    private static void empty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> !file.endsWith(FolderLock.FILE)).forEach(EmbeddedPlatform::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty the folder " + folder, e);
        }
    }

    /** Deletes a file, or a folder with its content, if it exists. */
    public static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty the folder " + folder, e);
        }
    }

    /** Settings with the addresses of both. */
    public Map<String, String> settings() {
        return Map.of("bootstrap.servers", broker.bootstrapServers(), "schema.registry.url", registry.url());
    }

    @Override
    public void close() {
        try {
            broker.close();
        } finally {
            try {
                registry.close();
            } finally {
                lock.close();
            }
        }
    }
}

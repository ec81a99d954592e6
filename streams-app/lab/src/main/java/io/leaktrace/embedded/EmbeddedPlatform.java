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
     * Starts both, with their data in a folder that is emptied first, and waits until they answer.
     *
     * @throws FolderInUseException if another process has its platform in the folder
     */
    public static EmbeddedPlatform startFresh(Path folder) {
        return startFresh(folder, Map.of());
    }

    /** The same with other properties of the broker. */
    public static EmbeddedPlatform startFresh(Path folder, Map<String, String> brokerProperties) {
        FolderLock lock = FolderLock.of(folder);
        EmbeddedRegistry registry = null;
        EmbeddedBroker broker = null;
        try {
            empty(folder);
            registry = EmbeddedRegistry.start(folder);
            // The registry's process starts while the broker does.
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

    /** Whether a folder may be emptied: it is missing or empty, or a platform has had its data there. */
    public static boolean mayEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || Files.exists(folder.resolve(FolderLock.FILE))) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    /** Deletes what is in a folder, but for its lock. */
    private static void empty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> !file.endsWith(FolderLock.FILE)).forEach(EmbeddedPlatform::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty the folder " + folder, e);
        }
    }

    /** Deletes a file, or a folder with all it holds, if it is there. */
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

    /** The settings that lead to both. */
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

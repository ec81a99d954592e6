package io.leaktrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Broker and schema registry on this machine, with nothing installed. */
public final class EmbeddedPlatform implements AutoCloseable {

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;

    private EmbeddedPlatform(EmbeddedBroker broker, EmbeddedRegistry registry) {
        this.broker = broker;
        this.registry = registry;
    }

    /** Starts both, with their data in a folder that is emptied first, and waits until they answer. */
    public static EmbeddedPlatform startFresh(Path folder) {
        return startFresh(folder, Map.of());
    }

    /** The same with other properties of the broker. */
    public static EmbeddedPlatform startFresh(Path folder, Map<String, String> brokerProperties) {
        delete(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
        EmbeddedRegistry registry = EmbeddedRegistry.start(folder);
        EmbeddedBroker broker = null;
        try {
            // The registry's process starts while the broker does.
            broker = EmbeddedBroker.start(folder.resolve("broker"), brokerProperties);
            registry.awaitReady();
            return new EmbeddedPlatform(broker, registry);
        } catch (RuntimeException e) {
            if (broker != null) {
                broker.close();
            }
            registry.close();
            throw e;
        }
    }

    /** Deletes a folder with all it holds, if it is there. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
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
            registry.close();
        }
    }
}

package io.leaktrace.benchmarks.process;

import io.leaktrace.embedded.EmbeddedPlatform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The broker and the registry that all contenders use, in processes of their own. */
public final class Platform implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(120);
    private static final String HEAP = "-Xmx1g";

    private final JavaProcess process;
    private final Path data;
    private final Map<String, String> settings;

    private Platform(JavaProcess process, Path data, Map<String, String> settings) {
        this.process = process;
        this.data = data;
        this.settings = settings;
    }

    /** Starts both with their data in a folder inside of the one given, and waits until they answer. */
    public static Platform start(Path folder) throws InterruptedException {
        Path settings = folder.resolve("platform.properties");
        Path data = folder.resolve("platform");
        try {
            Files.deleteIfExists(settings);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + settings, e);
        }
        JavaProcess process = JavaProcess.start(
                "the broker",
                PlatformMain.class,
                List.of(HEAP),
                jar -> false,
                folder.resolve("platform.log"),
                data.toString(),
                settings.toString());
        long start = System.nanoTime();
        while (!Files.exists(settings)) {
            process.requireAlive();
            if (System.nanoTime() - start > START_PATIENCE.toNanos()) {
                process.close();
                throw new IllegalStateException("the broker was not ready within " + START_PATIENCE.toSeconds()
                        + " s; its log is " + folder.resolve("platform.log"));
            }
            Thread.sleep(50);
        }
        return new Platform(process, data, PropertiesFile.read(settings));
    }

    /** The settings that lead to both. */
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public void close() {
        process.close();
        EmbeddedPlatform.delete(data);
    }
}

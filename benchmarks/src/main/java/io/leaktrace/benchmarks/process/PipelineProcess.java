package io.leaktrace.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An instance of Leaktrace in a process of its own. */
public final class PipelineProcess implements AutoCloseable {

    /** How the pipeline's log says that all its state is there and it reads its input. */
    private static final String RUNNING = "REBALANCING -> RUNNING";

    private final JavaProcess process;
    private final Path log;

    private PipelineProcess(JavaProcess process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param folder for its settings and its log, which are named after the name given */
    public static PipelineProcess start(String name, Map<String, String> settings, Path folder) {
        Path file = folder.resolve(name + ".properties");
        PropertiesFile.write(file, settings);
        Path log = folder.resolve(name + ".log");
        JavaProcess process = JavaProcess.start(
                name,
                PipelineMain.class,
                List.of("-Xmx2g", "-Dorg.slf4j.simpleLogger.log.io.leaktrace.runtime.Pipeline=debug"),
                jar -> jar.startsWith("frocksdbjni-"),
                log,
                file.toString());
        return new PipelineProcess(process, log);
    }

    /** Waits until it has restored its state and reads its input. */
    public void awaitRunning() throws InterruptedException {
        while (!said().contains(RUNNING)) {
            process.requireAlive();
            Thread.sleep(20);
        }
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log " + log, e);
        }
    }

    public void requireAlive() {
        process.requireAlive();
    }

    /** {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}

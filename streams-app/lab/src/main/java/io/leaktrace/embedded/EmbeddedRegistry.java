package io.leaktrace.embedded;

import io.leaktrace.wire.HttpSchemaRegistry;
import io.leaktrace.wire.RegistryConfig;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * A real schema registry: Apicurio Registry in its own process, used through its Confluent-compatible API. It listens
 * on the loopback address and keeps schemas in memory.
 */
public final class EmbeddedRegistry implements AutoCloseable {

    /** System property with the folder of the registry; by default the one to which the build copies it. */
    private static final String HOME_PROPERTY = "leaktrace.registry.home";

    private static final String RUNNER = "apicurio-registry-app-2.6.13.Final-runner.jar";
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Thread stopOnExit;
    private final String url;
    private final Path log;

    private EmbeddedRegistry(Process process, Thread stopOnExit, String url, Path log) {
        this.process = process;
        this.stopOnExit = stopOnExit;
        this.url = url;
        this.log = log;
    }

    /**
     * Starts the process; {@link #awaitReady()} waits until it responds. Its log goes to a file in the folder. It ends
     * when this process ends, even by {@code kill -9}.
     */
    public static EmbeddedRegistry start(Path folder) {
        Path runner = home().resolve(RUNNER);
        if (!Files.exists(runner)) {
            throw new IllegalStateException("the embedded schema registry is not at " + runner
                    + "; './leaktrace build' or 'mvn package' copies it there");
        }
        int port = Ports.free();
        Path log = folder.resolve("registry.log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-cp",
                runner + File.pathSeparator + launcher(folder),
                EndWithParent.class.getName(),
                mainClass(runner)));
        builder.redirectErrorStream(true);
        builder.redirectOutput(log.toFile());
        builder.directory(new File(folder.toString()));
        try {
            Files.createDirectories(folder);
            Process process = builder.start();
            Thread stopOnExit = new Thread(process::destroyForcibly, "stop-registry");
            Runtime.getRuntime().addShutdownHook(stopOnExit);
            return new EmbeddedRegistry(process, stopOnExit, "http://127.0.0.1:" + port + "/apis/ccompat/v7", log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the schema registry", e);
        }
    }

    /** A class path with {@link EndWithParent} only: other classes could conflict with those of the registry. */
    private static Path launcher(Path folder) {
        String file = EndWithParent.class.getName().replace('.', '/') + ".class";
        Path classPath = folder.toAbsolutePath().resolve("registry-launcher");
        Path copy = classPath.resolve(file);
        try (InputStream code = EndWithParent.class.getClassLoader().getResourceAsStream(file)) {
            Files.createDirectories(copy.getParent());
            Files.copy(code, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + copy, e);
        }
        return classPath;
    }

    private static String mainClass(Path runner) {
        try (JarFile jar = new JarFile(runner.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + runner, e);
        }
    }

    private static Path home() {
        return Path.of(System.getProperty(HOME_PROPERTY, "streams-app/lab/target/registry"))
                .toAbsolutePath();
    }

    /** Waits until the registry responds. */
    public void awaitReady() {
        HttpSchemaRegistry registry = new HttpSchemaRegistry(RegistryConfig.of(url), Duration.ZERO);
        long start = System.nanoTime();
        while (!registry.isReady()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "the embedded schema registry ended with code " + process.exitValue() + "; its log is " + log);
            }
            if (System.nanoTime() - start > START_PATIENCE.toNanos()) {
                close();
                throw new IllegalStateException("the embedded schema registry did not answer within "
                        + START_PATIENCE.toSeconds() + " s; its log is " + log);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** Id of the registry's process. */
    public long pid() {
        return process.pid();
    }

    /** URL of its Confluent-compatible API. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(stopOnExit);
        } catch (IllegalStateException e) {
            // The shutdown has started; the hook ends the process.
        }
    }
}

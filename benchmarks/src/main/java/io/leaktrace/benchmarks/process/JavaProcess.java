package io.leaktrace.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A Java program in a process of its own, with its output in a file. It does not outlive this process. */
public final class JavaProcess implements AutoCloseable {

    private static final int LINES_OF_A_FAILURE = 30;
    private static final long CLOSE_SECONDS = 60;

    private final String name;
    private final Process process;
    private final Path log;

    private JavaProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** How {@code ./leaktrace} has the virtual machine work is the same for everybody. */
    private static List<String> ownOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:"))
                .toList();
    }

    /**
     * Starts a program that calls {@link #endWithParent()}.
     *
     * @param leftOut jars of this process's class path that the program does without, by file name
     */
    public static JavaProcess start(
            String name,
            Class<?> main,
            List<String> options,
            Predicate<String> leftOut,
            Path log,
            String... arguments) {
        return start(name, Cores.all(), main, options, leftOut, log, arguments);
    }

    /**
     * As the other method, on some of the machine's cores.
     *
     * @param cores their number
     */
    public static JavaProcess start(
            String name,
            int cores,
            Class<?> main,
            List<String> options,
            Predicate<String> leftOut,
            Path log,
            String... arguments) {
        List<String> command = new ArrayList<>(Cores.launcher(cores));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ownOptions());
        command.addAll(Cores.options(cores));
        command.addAll(options);
        command.add("-Dleaktrace.registry.home=" + System.getProperty("leaktrace.registry.home"));
        command.addAll(List.of("-cp", classPath(leftOut), main.getName()));
        command.addAll(List.of(arguments));
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new JavaProcess(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    private static String classPath(Predicate<String> leftOut) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !leftOut.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** For the program's {@code main}: it ends when the process that started it has closed it or is gone. */
    public static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is ever sent; the end is what is waited for.
                        }
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    System.exit(0);
                },
                "end-with-parent");
        watch.setDaemon(true);
        watch.start();
    }

    /** Waits until it has ended by itself, and requires that it ended well. */
    public void awaitEnd() throws InterruptedException {
        int code = process.waitFor();
        if (code != 0) {
            throw new IllegalStateException(name + " ended with code " + code + ":\n" + lastWords());
        }
    }

    /** Requires that it has not ended. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    name + " ended by itself with code " + process.exitValue() + ":\n" + lastWords());
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_A_FAILURE), lines.size()))
                    + "\n(all of it is in " + log + ")";
        } catch (IOException e) {
            return "and its log " + log + " cannot be read: " + e.getMessage();
        }
    }

    /** {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it end, and sees to it that it does. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

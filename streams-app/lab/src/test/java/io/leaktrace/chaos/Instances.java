package io.leaktrace.chaos;

import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.Ports;
import io.leaktrace.testing.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Instances of Leaktrace, each a process with a state directory of its own; every second keeps its stores on disk. */
final class Instances {

    private static final int LOG_LINES = 30;

    private final Path folder;
    private final Map<String, String> settings;
    private final TreeMap<Integer, OwnProcess> running = new TreeMap<>();

    Instances(Path folder, Map<String, String> settings) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.settings = settings;
    }

    void start(int number) throws IOException {
        running.put(number, start(number, List.of()));
    }

    /** Starts an instance that can write files of so many kilobytes at most, and may end by itself. */
    OwnProcess startOnFullDisk(int number, int kilobytes) throws IOException {
        return start(number, List.of("bash", "-c", "ulimit -f " + kilobytes + "; exec \"$@\"", "limited"));
    }

    private OwnProcess start(int number, List<String> prefix) throws IOException {
        Map<String, String> own = new TreeMap<>(settings);
        own.put("state.dir", state(number).toString());
        own.put("http.port", Integer.toString(Ports.free()));
        own.put("state.stores", number % 2 == 0 ? "memory" : "disk");
        StringBuilder text = new StringBuilder();
        own.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        Path config = folder.resolve("instance-" + number + ".properties");
        Files.writeString(config, text);
        return OwnProcess.java(
                prefix,
                "512m",
                folder.resolve("instance-" + number + ".log"),
                "io.leaktrace.cli.Main",
                "run",
                "--config",
                config.toString());
    }

    OwnProcess get(int number) {
        return running.get(number);
    }

    void kill(int number) throws InterruptedException {
        running.remove(number).kill();
    }

    void end(int number) throws InterruptedException {
        running.remove(number).end();
    }

    void loseState(int number) {
        EmbeddedPlatform.delete(state(number));
    }

    private Path state(int number) {
        return folder.resolve("state-" + number);
    }

    /** Nobody may end without having been asked to. */
    void requireAlive() throws IOException {
        for (Map.Entry<Integer, OwnProcess> instance : running.entrySet()) {
            if (!instance.getValue().isAlive()) {
                List<String> said = Files.readAllLines(folder.resolve("instance-" + instance.getKey() + ".log"));
                throw new AssertionError("instance " + instance.getKey() + " ended by itself with code "
                        + instance.getValue().exitValue() + ":\n"
                        + String.join("\n", said.subList(Math.max(0, said.size() - LOG_LINES), said.size())));
            }
        }
    }

    void close() throws InterruptedException {
        for (OwnProcess process : running.values()) {
            process.kill();
        }
        running.clear();
    }
}

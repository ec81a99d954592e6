package io.leaktrace.benchmarks.report;

import io.leaktrace.runtime.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What was measured, where and how, so that somebody can do it again. */
public final class Machine {

    /** Libraries whose version a reader will want to know, as their jars are named. */
    private static final List<String> LIBRARIES = List.of(
            "kafka-clients", "kafka-streams", "avro", "flink-streaming-java", "flink-connector-kafka", "duckdb_jdbc");

    private Machine() {}

    public static String markdown(List<String> commandLine) {
        return "- command: `./leaktrace bench" + (commandLine.isEmpty() ? "" : " ") + String.join(" ", commandLine)
                + "`\n- Leaktrace " + Version.text() + ", commit " + System.getProperty("leaktrace.commit", "unknown")
                + "\n- " + Runtime.getRuntime().availableProcessors() + " cores, "
                + valueIn("/proc/cpuinfo", "model name") + ", memory " + valueIn("/proc/meminfo", "MemTotal")
                + "\n- " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + "\n- "
                + libraries() + "\n";
    }

    private static String valueIn(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String libraries() {
        List<String> jars = Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.endsWith(".jar"))
                .map(name -> name.substring(0, name.length() - ".jar".length()))
                .toList();
        return LIBRARIES.stream()
                .flatMap(library -> jars.stream()
                        .filter(jar -> jar.matches(library + "-[0-9].*"))
                        .map(jar -> library + " " + jar.substring(library.length() + 1)))
                .collect(Collectors.joining(", "));
    }
}

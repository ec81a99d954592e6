package io.leaktrace.benchmarks.contenders;

import java.util.List;
import java.util.stream.Stream;

/** What a contender's process is given. */
enum Needs {
    /** As {@code ./leaktrace} starts itself. */
    PLAIN("2g", List.of(), "frocksdbjni-"),
    FLINK("2g", opened(), "rocksdbjni-"),
    /** State as objects on the heap is several times as large as its bytes. */
    FLINK_HEAP("6g", opened(), "rocksdbjni-");

    private final String heap;
    private final List<String> javaOptions;
    private final String otherRocksDb;

    Needs(String heap, List<String> javaOptions, String otherRocksDb) {
        this.heap = heap;
        this.javaOptions = javaOptions;
        this.otherRocksDb = otherRocksDb;
    }

    /** What Flink's own scripts open for it. */
    private static List<String> opened() {
        return Stream.of("lang", "lang.reflect", "net", "io", "nio", "text", "time", "util", "util.concurrent")
                .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED")
                .toList();
    }

    String heap() {
        return heap;
    }

    List<String> javaOptions() {
        return javaOptions;
    }

    /** Kafka's RocksDB and Flink's have the same classes and exclude each other. */
    boolean doesWithout(String jar) {
        return jar.startsWith(otherRocksDb);
    }
}

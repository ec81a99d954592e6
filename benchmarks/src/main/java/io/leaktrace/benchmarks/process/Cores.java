package io.leaktrace.benchmarks.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Limits a program to the first cores of the machine. */
public final class Cores {

    private Cores() {}

    /** Returns the number of cores of the machine. */
    public static int all() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Returns whether a program really cannot use other cores; otherwise its virtual machine only does not know of them. */
    public static boolean canPin() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "taskset")));
    }

    /** Returns the command that starts the program; empty if none is needed. */
    static List<String> launcher(int cores) {
        return canPin() && cores < all() ? List.of("taskset", "--cpu-list", "0-" + (cores - 1)) : List.of();
    }

    /** Returns the options of its virtual machine. */
    static List<String> options(int cores) {
        return List.of("-XX:ActiveProcessorCount=" + cores);
    }
}

package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.process.JavaProcess;
import io.leaktrace.benchmarks.process.ProcessFigures;
import io.leaktrace.benchmarks.process.PropertiesFile;
import io.leaktrace.cli.Main;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Runs a command of Leaktrace and writes what it used: {@code FilesMain FILE_FOR_THE_FIGURES COMMAND ARGUMENT…}. */
final class FilesMain {

    private FilesMain() {}

    public static void main(String[] arguments) {
        JavaProcess.endWithParent();
        int code = Main.commandLine().execute(Arrays.copyOfRange(arguments, 1, arguments.length));
        ProcessFigures figures = ProcessFigures.now();
        PropertiesFile.write(
                Path.of(arguments[0]),
                Map.of(
                        "cpuSeconds",
                        Double.toString(figures.cpuSeconds()),
                        "wallSeconds",
                        Double.toString(figures.wallSeconds()),
                        "peakBytes",
                        Long.toString(figures.peakBytes())));
        System.exit(code);
    }
}

package io.leaktrace.benchmarks.process;

import io.leaktrace.benchmarks.contenders.Catalogue;
import io.leaktrace.benchmarks.contenders.Contender;
import java.nio.file.Path;

/** One run of one contender, alone in its process: {@code ContenderMain FILE_OF_THE_RUN FILE_FOR_THE_MEASUREMENT}. */
final class ContenderMain {

    private ContenderMain() {}

    public static void main(String[] arguments) throws Exception {
        JavaProcess.endWithParent();
        ContenderRun run = ContenderRun.read(Path.of(arguments[0]));
        try (Contender contender = Catalogue.named(run.contender()).make(run)) {
            contender.run();
            ProcessFigures figures = ProcessFigures.now();
            // What comes now is no part of the job, and the figures are taken already.
            Measurement measurement = new Measurement(
                    figures.cpuSeconds(),
                    figures.wallSeconds(),
                    figures.peakBytes(),
                    contender.result(),
                    contender.stateBytesPerTouch());
            PropertiesFile.write(Path.of(arguments[1]), measurement.asMap());
        }
        // Flink leaves threads behind that are no daemons.
        System.exit(0);
    }
}

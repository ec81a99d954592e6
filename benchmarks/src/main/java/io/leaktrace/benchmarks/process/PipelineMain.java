package io.leaktrace.benchmarks.process;

import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;

/** The pipeline as {@code leaktrace run} runs it: {@code PipelineMain FILE_OF_THE_SETTINGS}. */
final class PipelineMain {

    private PipelineMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        JavaProcess.endWithParent();
        Settings settings = Settings.of(PropertiesFile.read(Path.of(arguments[0])));
        try (Pipeline pipeline = new Pipeline(settings, settings.integer(Setting.TOPIC_PARTITIONS), false)) {
            pipeline.start();
            while (!pipeline.awaitEnd(Duration.ofSeconds(1))) {
                // Until it is stopped or fails.
            }
        }
    }
}

package io.leaktrace.benchmarks.process;

import io.leaktrace.embedded.EmbeddedPlatform;
import java.nio.file.Path;

/** Broker and registry, apart from those who use them: {@code PlatformMain FOLDER FILE_FOR_THE_SETTINGS}. */
final class PlatformMain {

    private PlatformMain() {}

    public static void main(String[] arguments) {
        JavaProcess.endWithParent();
        EmbeddedPlatform platform = EmbeddedPlatform.startFresh(Path.of(arguments[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "stop-platform"));
        PropertiesFile.write(Path.of(arguments[1]), platform.settings());
    }
}

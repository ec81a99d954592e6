package io.leaktrace.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs and libraries of others that tests run for real; {@code src/test/tools/prepare} fetches them. A test that
 * misses one is skipped, but fails where CI is set.
 */
public final class Tools {

    private static final Path LIBRARIES = Path.of("src/test/tools/node_modules");

    private Tools() {}

    /** A program of Debian's. */
    public static String program(String name) {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseGet(() -> missing(name)).toString();
    }

    /** A file of an npm package. */
    public static Path library(String file) {
        Path found = LIBRARIES.resolve(file);
        return Files.exists(found) ? found : missing("the npm package of " + file);
    }

    /** Requires a font with Chinese characters: without one, browsers draw boxes. */
    public static void requireChineseFont() throws IOException {
        Process list = new ProcessBuilder(program("fc-list"), ":lang=zh").start();
        try (InputStream fonts = list.getInputStream()) {
            if (fonts.readAllBytes().length == 0) {
                missing("a font with Chinese characters");
            }
        }
    }

    private static Path missing(String what) {
        String message = what + " is missing; streams-app/lab/src/test/tools/prepare fetches it";
        if (System.getenv("CI") != null) {
            throw new AssertionError(message);
        }
        System.out.println("Skipped: " + message);
        return Assumptions.abort(message);
    }
}

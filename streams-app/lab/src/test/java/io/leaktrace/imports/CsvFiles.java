package io.leaktrace.imports;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data for the tests of imports: written on the spot, or real where it is at hand. */
public final class CsvFiles {

    private CsvFiles() {}

    static void write(Path dir, String name, String... lines) throws IOException {
        Files.writeString(dir.resolve(name), String.join("\n", lines) + "\n");
    }

    /** A file or folder of the real data; skips the test, saying so, where it is missing. */
    public static Path realData(String name) {
        String variable = System.getenv("LEAKTRACE_DATA");
        Path data = variable == null || variable.isBlank() ? besideTheCheckout() : Path.of(variable);
        Path wanted = data.resolve(name);
        if (!Files.exists(wanted)) {
            System.out.println("skipped: there is no real data at " + wanted + " (set LEAKTRACE_DATA)");
        }
        assumeTrue(Files.exists(wanted), "skipped: there is no real data at " + wanted + " (set LEAKTRACE_DATA)");
        return wanted;
    }

    /** {@code ../shared/data}, seen from the root of the checkout, which Maven's tests run some folders below. */
    private static Path besideTheCheckout() {
        Path here = Path.of("").toAbsolutePath();
        Path root = here;
        while (!Files.exists(root.resolve("streams-app"))) {
            root = root.getParent();
        }
        return root.resolveSibling("shared").resolve("data");
    }
}

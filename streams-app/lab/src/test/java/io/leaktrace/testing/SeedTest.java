package io.leaktrace.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeedTest {

    /** A generator that nobody can seed. */
    private static final Pattern UNSEEDED = Pattern.compile("new Random\\(\\)|[.]seed\"");

    @Test
    void aSeedThatIsGivenIsTaken() {
        assertEquals(7_266_080_025_714_709_293L, Seed.of("7266080025714709293", new Random(1)));
        assertEquals(-5, Seed.of("-5", new Random(1)));
        assertEquals(Seed.of(null, new Random(1)), Seed.of(null, new Random(1)));
        assertThrows(IllegalArgumentException.class, () -> Seed.of("five", new Random(1)));
    }

    @Test
    void everyTestThatDrawsASeedTakesOne() throws IOException {
        try (Stream<Path> tests = Files.walk(Path.of(".."))) {
            List<Path> unseeded = tests.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/test/java/") || file.startsWith("../testing"))
                    .filter(file -> !file.endsWith("Seed.java") && !file.endsWith("SeedTest.java"))
                    .filter(SeedTest::drawsUnseeded)
                    .toList();
            assertEquals(List.of(), unseeded, "these draw seeds that cannot be given: use Seed.of");
        }
    }

    private static boolean drawsUnseeded(Path file) {
        try {
            return UNSEEDED.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

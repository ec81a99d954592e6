package io.leaktrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryBytesTest {

    @Test
    void aDecimalHasTheDigitsOfALong() {
        Random random = new Random(Seed.of("EntryBytesTest.aDecimalHasTheDigitsOfALong"));
        for (int i = 0; i < 100_000; i++) {
            long number = random.nextLong() >>> 1 + random.nextInt(63);
            byte[] digits = new byte[2 + 19];
            int end = EntryBytes.putDecimal(digits, 2, number);
            assertEquals(Long.toString(number), new String(digits, 2, end - 2, StandardCharsets.US_ASCII));
        }
    }

    /** A number takes as many bytes as it has groups of 7 bits. */
    @ParameterizedTest
    @CsvSource({
        "o-17, 1, 2, 1",
        "o-0, 1, 3, 0",
        "o-007, 1, 4, 1",
        "12345678, 1, 0, 4",
        "2026112700000012, 1, 0, 8",
        "1234567890123456789, 1, 1, 9",
        "900000000000000000000, 1, 21, 0",
        "A1b, 1, 3, 0",
        "'', 1, 0, 0"
    })
    void anIdIsItsTextAndTheNumberAtItsEnd(String id, int lengthBytes, int textBytes, int numberBytes) {
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        byte[] written = new byte[64];
        assertEquals(lengthBytes + textBytes + numberBytes, EntryBytes.putOrderId(written, 0, utf8));
    }
}

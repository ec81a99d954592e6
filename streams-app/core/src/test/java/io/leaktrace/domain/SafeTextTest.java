package io.leaktrace.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.testing.Seed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SafeTextTest {

    @Test
    void aTerminalActsOnNothing() {
        for (List<String> pair : List.of(
                List.of("s-17", "s-17"),
                List.of("阳光旗舰店 é 😀", "阳光旗舰店 é 😀"),
                List.of("\u001B[31mred", "\\u001B[31mred"),
                List.of("\u009B2J", "\\u009B2J"),
                List.of("a\nb\r\tc\u0000\u007F", "a\\u000Ab\\u000D\\u0009c\\u0000\\u007F"),
                List.of("\u202Egnp.exe\u2066", "\\u202Egnp.exe\\u2066"),
                List.of("a\u200Bb\uFEFF\u2028", "a\\u200Bb\\uFEFF\\u2028"),
                List.of("\uD83D", "\\uD83D"),
                List.of(Character.toString(0xE0041), "\\U000E0041"))) {
            assertEquals(pair.get(1), SafeText.forTerminal(pair.get(0)));
        }
        assertNull(SafeText.forTerminal(null));
        assertEquals("one\n\\u001Btwo\n", SafeText.linesForTerminal("one\r\n\u001Btwo\n"));
    }

    @Test
    void aSpreadsheetTakesNothingForAFormulaAndEachTextIsReadBack() {
        for (List<String> pair : List.of(
                List.of("s-17", "s-17"),
                List.of("", ""),
                List.of("=1+2", "'=1+2"),
                List.of("-x", "'-x"),
                List.of("+8613912345678", "'+8613912345678"),
                List.of("@SUM(A1)", "'@SUM(A1)"),
                List.of("\t=1", "'\t=1"),
                List.of("\r=1", "'\r=1"),
                List.of("＝1", "'＝1"),
                List.of("\u0000=1", "'\u0000=1"),
                List.of("\u001B[31m", "'\u001B[31m"),
                List.of("'quoted'", "'quoted'"),
                List.of("'=1", "''=1"),
                List.of("'", "'"))) {
            assertEquals(pair.get(1), SafeText.forSpreadsheet(pair.get(0)));
            assertEquals(pair.get(0), SafeText.fromSpreadsheet(pair.get(1)));
        }
        long seed = Seed.of("SafeTextTest cells");
        Random random = new Random(seed);
        String alphabet = "''=+-@\t\ra1";
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String cell = SafeText.forSpreadsheet(text.toString());
            assertEquals(text.toString(), SafeText.fromSpreadsheet(cell));
            assertTrue(cell.isEmpty() || "=+-@\t\r".indexOf(cell.charAt(0)) < 0, cell);
        }
    }
}

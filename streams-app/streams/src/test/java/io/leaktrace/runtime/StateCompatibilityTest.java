package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings state depends on. */
class StateCompatibilityTest {

    private static StateCompatibility with(Map<String, String> settings) {
        return StateCompatibility.of(
                Settings.of(settings),
                4,
                new TreeMap<>(Map.of("order-events", "x1")),
                new TreeSet<>(List.of("leaktrace-buyer-log-changelog")));
    }

    @ParameterizedTest
    @CsvSource({
        "epoch, 1h",
        "window, 7d",
        "ring.days, 56",
        "learning.days, 0",
        "level.lowest, 0.001",
        "level.count, 12",
        "market, shoes",
        "topic.prefix, eu."
    })
    void stateIsNotGoneOnWithUnderAnother(String name, String value) {
        StateCompatibility before = with(Map.of());
        StateCompatibility now = with(Map.of(name, value));
        assertEquals(1, before.differencesFrom(now).size());
        assertTrue(before.differencesFrom(now).get(0).startsWith(name + " was "));
        assertTrue(before.differencesFrom(now).get(0).endsWith(" and is " + value));
        assertEquals(List.of(), before.changesTo(now));
    }

    @ParameterizedTest
    @CsvSource({
        "half.life.control, 10",
        "knows.SELLER, 'NAME,PHONE'",
        "lateness, 1h",
        "reports.reliability.BUYER, 0.9",
        "leave.out, STRATA",
        "incident.span, 1d",
        "memory.days, 90"
    })
    void whatIsReadAnewAtEachEpochMayChangeAndIsNamed(String name, String value) {
        StateCompatibility before = with(Map.of());
        StateCompatibility now = with(Map.of(name, value));
        assertEquals(List.of(), before.differencesFrom(now));
        assertEquals(1, before.changesTo(now).size());
        assertTrue(before.changesTo(now).get(0).startsWith(name));
    }

    @ParameterizedTest
    @CsvSource({
        "window, 336h",
        "level.lowest, 5e-4",
        "threads, 7",
        "knows.LOGISTICS_NODE, 'PHONE,NAME,ADDRESS,TRACKING_NUMBER'"
    })
    void whatMeansTheSameIsTheSame(String name, String value) {
        StateCompatibility now = with(Map.of(name, value));
        assertEquals(List.of(), with(Map.of()).differencesFrom(now));
        assertEquals(List.of(), with(Map.of()).changesTo(now));
    }

    @Test
    void aNoteIsReadAsItWasWritten() {
        StateCompatibility note = with(Map.of("epoch", "3h"));
        assertEquals(note, StateCompatibility.read("topic", note.write()));
        assertArrayEquals(
                note.write(), StateCompatibility.read("topic", note.write()).write());
    }

    @ParameterizedTest
    @CsvSource({"'{\"format\":2,\"version\":\"9.1\"}', 9.1", "{}, delete that topic", "{, delete that topic"})
    void aNoteThatIsNoneIsNamed(String text, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StartException problem = assertThrows(StartException.class, () -> StateCompatibility.read("a-topic", bytes));
        assertTrue(problem.getMessage().contains("a-topic"), problem.getMessage());
        assertTrue(problem.getMessage().contains(expected), problem.getMessage());
    }
}

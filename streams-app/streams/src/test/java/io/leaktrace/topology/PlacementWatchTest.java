package io.leaktrace.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementWatchTest {

    private static final int PARTITIONS = 4;
    private static final int PARTITION = 2;

    private final List<String> reports = new ArrayList<>();
    private final PlacementWatch watch = new PlacementWatch(
            "scam-contacts",
            "contacts.partitioner",
            KeyPlacement.MURMUR2,
            PARTITION,
            PARTITIONS,
            (topic, message) -> reports.add(topic + ": " + message));

    /** Shows keys that a rule puts into this partition. */
    private void see(KeyPlacement rule, int count) {
        for (int i = 0, seen = 0; seen < count; i++) {
            byte[] key = ("buyer " + i).getBytes(StandardCharsets.UTF_8);
            if (rule.partition(key, PARTITIONS) == PARTITION) {
                watch.count(key);
                seen++;
            }
        }
    }

    @Test
    void keysOfTheOtherRuleAreReportedOnceWithWhatToDo() {
        see(KeyPlacement.CRC32, 99);
        assertEquals(List.of(), reports);
        see(KeyPlacement.CRC32, 500);
        assertEquals(1, reports.size(), reports.toString());
        String report = reports.get(0);
        assertTrue(report.contains("not placed by murmur2"), report);
        assertTrue(report.contains("but by crc32 (librdkafka"), report);
        assertTrue(report.contains("contacts.partitioner=crc32"), report);
        assertFalse(report.contains("buyer "), report);
    }

    @Test
    void keysOfNoKnownRuleAreReportedAsSuch() {
        for (int i = 0; i < 200; i++) {
            watch.count(("buyer " + i).getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(reports.get(0).contains("but by another rule"), reports.toString());
        assertTrue(reports.get(0).contains("contacts.partitioner=any"), reports.toString());
    }

    @Test
    void aFewStraysAndRecordsWithoutKeyAreNot() {
        for (int i = 0; i < 20; i++) {
            see(KeyPlacement.MURMUR2, 100);
            see(KeyPlacement.CRC32, 2);
            watch.count(null);
            watch.count(new byte[0]);
        }
        assertEquals(List.of(), reports);
    }

    @Test
    void aChangeOfTheWritersShowsSoonHoweverLongAllWasWell() {
        see(KeyPlacement.MURMUR2, 100_000);
        see(KeyPlacement.CRC32, 150);
        assertEquals(1, reports.size());
    }
}

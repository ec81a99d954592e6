package io.leaktrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.testing.Seed;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HourChangesTest {

    /** Against a map; hours wander for years, with some far from all others, before and after. */
    @Test
    void changesAddUpWhereverTheHoursAre() {
        long seed = Seed.of("HourChangesTest.changesAddUpWhereverTheHoursAre");
        Random random = new Random(seed);
        HourChanges changes = new HourChanges();
        long now = 490_000;
        for (int epoch = 0; epoch < 300; epoch++) {
            TreeMap<Long, Integer> expected = new TreeMap<>();
            for (int i = random.nextInt(50); i > 0; i--) {
                boolean far = random.nextInt(20) == 0;
                long hour = now + random.nextInt(far ? 60_000 : 700) - (far ? 30_000 : 350);
                int change = random.nextInt(5) - 2;
                changes.add(hour, change);
                expected.merge(hour, change, Integer::sum);
            }
            expected.values().removeIf(change -> change == 0);
            assertEquals(expected, changes.take(), "epoch " + epoch);
            now += random.nextInt(10) == 0 ? random.nextInt(20_000) : 6;
        }
    }
}

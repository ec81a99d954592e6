package io.leaktrace.correlate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class BuyerIndexTest {

    /** What is known of a buyer. */
    private static final class Known {
        long latest;
        long past;
        long time;
        long[] events = {};
    }

    /** Hashes of which many share the bits that determine the place in the table; others are next to each other. */
    private static long hash(Random random, int buyers) {
        int buyer = random.nextInt(buyers);
        return buyer % 3 == 0 ? (long) buyer << 54 | buyer : new Random(buyer).nextLong();
    }

    @Test
    void answersAsAMapDoes() {
        Random random = new Random(Seed.of("BuyerIndexTest.answersAsAMap"));
        BuyerIndex index = new BuyerIndex();
        BuyerLog.LatestEntries past = index.past();
        Map<Long, Known> expected = new HashMap<>();
        int buyers = 3_000;
        for (int i = 0; i < 400_000; i++) {
            // Many are removed at the end of each cycle, so that the index grows and shrinks.
            boolean shrinks = i / 50_000 % 2 == 1;
            long buyer = hash(random, buyers);
            Known known = expected.computeIfAbsent(buyer, absent -> new Known());
            int what = random.nextInt(10);
            if (what < (shrinks ? 5 : 1)) {
                index.remove(buyer);
                known.latest = 0;
                known.events = new long[0];
            } else if (what < (shrinks ? 9 : 2)) {
                past.remove(buyer);
                known.past = 0;
            } else if (what < 4) {
                known.past = 1 + random.nextInt(1 << 30);
                past.setLatest(buyer, known.past);
            } else {
                known.latest = (1L << 45) - 1 - random.nextInt(1 << 30);
                index.setLatest(buyer, known.latest);
                known.events = new long[0];
                if (what > 4) {
                    known.time = (random.nextInt(4) + 1) * 500_000_000_000L + random.nextInt(1 << 30);
                    known.events = random.longs(1 + random.nextInt(BuyerIndex.MAX_EVENTS))
                            .toArray();
                    int last = known.events.length - 1;
                    known.events[last] = BuyerIndex.event(random.nextInt(), random.nextInt(), known.time);
                    long[] given = new long[known.events.length + 2];
                    System.arraycopy(known.events, 0, given, 2, known.events.length);
                    index.cache(buyer, known.time, given, 2, known.events.length);
                }
            }
            if (i % 20_000 == 9_999) {
                long position = random.nextInt(1 << 30);
                index.removePastBefore(position);
                expected.values().forEach(each -> each.past = each.past < position ? 0 : each.past);
            }
            if (i % 20_000 == 9_999 || i % 20_000 == 19_999) {
                expected.forEach((each, of) -> assertKnown(of, index, past, each));
            }
            long other = hash(random, buyers);
            index.fetch(other);
            assertKnown(expected.getOrDefault(other, new Known()), index, past, other);
        }
    }

    private static void assertKnown(Known known, BuyerIndex index, BuyerLog.LatestEntries past, long buyer) {
        assertEquals(known.latest, index.latestOf(buyer));
        assertEquals(known.past, past.latestOf(buyer));
        assertEquals(known.latest != 0 || known.past != 0, index.find(buyer));
        if (index.find(buyer)) {
            assertEquals(known.events.length, index.count());
            assertEquals(known.events.length > 0, index.isCached());
            long[] events = new long[index.count()];
            for (int i = 0; i < events.length; i++) {
                events[i] = index.eventAt(i);
            }
            assertArrayEquals(known.events, events);
            if (index.isCached()) {
                assertEquals(known.time, index.latestTime());
            }
        }
    }

    @Test
    void aPositionThatDoesNotFitIsRejected() {
        BuyerIndex index = new BuyerIndex();
        index.setLatest(1, (1L << 45) - 1);
        for (BuyerLog.LatestEntries entries : List.of(index, index.past())) {
            assertThrows(IllegalStateException.class, () -> entries.setLatest(1, 1L << 45));
        }
    }

    @Test
    void eventsOfATimeThatDoesNotFitAreNotCached() {
        BuyerIndex index = new BuyerIndex();
        index.past().setLatest(1, 77);
        for (long time : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            index.setLatest(1, 33);
            index.cache(1, time, new long[] {BuyerIndex.event(5, 6, time)}, 0, 1);
            assertFalse(index.find(1) && index.isCached());
            assertEquals(33, index.latestOf(1));
            assertEquals(77, index.past().latestOf(1));
        }
    }

    /** By the heap that it takes, of a million buyers with 6 events each. */
    @Test
    void aBuyerTakesAtMost40BytesAnd8ForEachEvent() {
        Random random = new Random(1);
        long[] events = new long[BuyerIndex.MAX_EVENTS];
        List<BuyerIndex> indexes = new ArrayList<>();
        long before = used();
        int buyers = 1_000_000;
        long cached = 0;
        for (int i = 0; i < 32; i++) {
            BuyerIndex index = new BuyerIndex();
            indexes.add(index);
            for (int j = 0; j < buyers / 32; j++) {
                long buyer = random.nextLong();
                int count = 1 + random.nextInt(11);
                for (int grown = 1; grown <= count; grown++) {
                    index.setLatest(buyer, 1);
                    index.cache(buyer, 0, events, 0, grown);
                }
                index.past().setLatest(buyer, 1);
                cached += count;
            }
        }
        double perBuyer = (used() - before - 8.0 * cached) / buyers;
        assertFalse(indexes.isEmpty());
        assertTrue(perBuyer < 45, perBuyer + " bytes");
        System.out.printf("BuyerIndexTest: %.1f bytes a buyer%n", perBuyer);
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

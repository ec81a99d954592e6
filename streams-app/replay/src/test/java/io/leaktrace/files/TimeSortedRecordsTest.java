package io.leaktrace.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeSortedRecordsTest {

    private static final long IN_MEMORY = Long.MAX_VALUE;

    private record Timed(long time, String key, byte[] value) {}

    /** Records with many equal times and keys, equal records, and one larger than a block on disk. */
    private static List<Timed> records(Random random) {
        List<Timed> records = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            byte[] value = new byte[random.nextInt(60)];
            for (int at = 0; at < value.length; at++) {
                // Bytes of both signs, seldom different.
                value[at] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : 0);
            }
            records.add(new Timed(random.nextInt(200) - 100L, "buyer-" + random.nextInt(20), value));
        }
        byte[] large = new byte[300_000];
        random.nextBytes(large);
        records.add(new Timed(0, "large", large));
        records.add(records.get(17));
        return records;
    }

    private static TimeSortedRecords sorted(List<Timed> records, long maxBytes) {
        return sorted(records, maxBytes, 2);
    }

    private static TimeSortedRecords sorted(List<Timed> records, long maxBytes, int threads) {
        TimeSortedRecords sorted = new TimeSortedRecords(maxBytes, threads);
        records.forEach(record -> sorted.add(record.time, bytes(record.key), record.value));
        sorted.sort();
        return sorted;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Timed> read(TimeSortedRecords.Cursor cursor) {
        List<Timed> read = new ArrayList<>();
        while (cursor.advance()) {
            read.add(new Timed(cursor.time(), new String(cursor.key(), StandardCharsets.UTF_8), cursor.value()));
        }
        return read;
    }

    private static void assertSame(List<Timed> expected, List<Timed> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).time, found.get(i).time, "record " + i);
            assertEquals(expected.get(i).key, found.get(i).key, "record " + i);
            assertArrayEquals(expected.get(i).value, found.get(i).value, "record " + i);
        }
    }

    @Test
    void runsOnDiskAreReadInTheSameOrderAsMemoryWhateverTheOrderOfAdding() throws IOException {
        Random random = new Random(Seed.of("TimeSortedRecordsTest.runsOnDisk"));
        List<Timed> records = records(random);
        List<Timed> shuffled = new ArrayList<>(records);
        Collections.shuffle(shuffled, random);
        List<Timed> expected = null;
        for (int threads : new int[] {1, 2, 7}) {
            try (TimeSortedRecords inMemory = sorted(records, IN_MEMORY, threads);
                    TimeSortedRecords onDisk = sorted(shuffled, 20_000, threads)) {
                expected = expected == null ? read(inMemory.cursor()) : expected;
                assertTrue(isSorted(expected));
                assertSame(expected, read(inMemory.cursor()));
                assertSame(expected, read(onDisk.cursor()));
                assertEquals(records.size(), onDisk.size());
                assertEquals(-100, onDisk.earliest());
                assertEquals(99, onDisk.latest());
            }
        }
    }

    @Test
    void cursorsDoNotDisturbEachOther() throws IOException {
        List<Timed> records = records(new Random(Seed.of("TimeSortedRecordsTest.cursors")));
        try (TimeSortedRecords onDisk = sorted(records, 20_000)) {
            TimeSortedRecords.Cursor first = onDisk.cursor();
            for (int i = 0; i < 100; i++) {
                first.advance();
            }
            List<Timed> all = read(onDisk.cursor());
            assertSame(all.subList(100, all.size()), read(first));
        }
    }

    @Test
    void theTemporaryFileIsDeletedWhenItIsClosed() throws IOException {
        List<Path> before = temporaryFiles();
        TimeSortedRecords onDisk = sorted(records(new Random(1)), 20_000);
        List<Path> during = temporaryFiles();
        during.removeAll(before);
        assertFalse(during.isEmpty());
        onDisk.close();
        during.forEach(file -> assertFalse(Files.exists(file), file.toString()));
    }

    /** As by a failing disk; what is written to a truncated file later leaves zeros before it. */
    @Test
    void aDamagedTemporaryFileEndsTheReadingWithASentence() throws IOException {
        record Case(String what, UnaryOperator<byte[]> damaged) {}
        List<Timed> records = records(new Random(1));
        Random random = new Random(Seed.of("TimeSortedRecordsTest.aDamagedTemporaryFile"));
        for (Case given : List.of(
                new Case("a bit flipped", content -> {
                    content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
                    return content;
                }),
                new Case("zeros", content -> new byte[content.length]),
                new Case("empty", content -> new byte[0]),
                new Case("truncated", content -> Arrays.copyOf(content, random.nextInt(content.length))))) {
            List<Path> before = temporaryFiles();
            try (TimeSortedRecords onDisk = sorted(records, 20_000)) {
                List<Path> made = temporaryFiles();
                made.removeAll(before);
                Path file = made.get(0);
                Files.write(file, given.damaged.apply(Files.readAllBytes(file)));
                UncheckedIOException failed =
                        assertThrows(UncheckedIOException.class, () -> read(onDisk.cursor()), given.what);
                assertEquals(
                        file + " was damaged while it was in use; check its disk, and start again, or choose another"
                                + " folder with LEAKTRACE_JAVA_OPTIONS=-Djava.io.tmpdir=DIR",
                        failed.getMessage(),
                        given.what);
            }
        }
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith("leaktrace-sorted-"))
                            .toList());
        }
    }

    @Test
    void noRecordsHaveNoNext() throws IOException {
        try (TimeSortedRecords none = sorted(List.of(), 20_000)) {
            assertFalse(none.cursor().advance());
            assertEquals(0, none.size());
        }
    }

    private static boolean isSorted(List<Timed> records) {
        // "buyer-1" is followed by a value, so its order beside "buyer-12" is that of these bytes.
        Comparator<Timed> order = Comparator.<Timed>comparingLong(Timed::time)
                .thenComparing(TimeSortedRecordsTest::content, Arrays::compare);
        return IntStream.range(1, records.size()).allMatch(i -> order.compare(records.get(i - 1), records.get(i)) <= 0);
    }

    private static byte[] content(Timed record) {
        byte[] key = bytes(record.key);
        byte[] content = Arrays.copyOf(key, key.length + record.value.length);
        System.arraycopy(record.value, 0, content, key.length, record.value.length);
        return content;
    }
}

package io.leaktrace.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.TimeLimit;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.InputFiles;
import io.leaktrace.files.JsonLines;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.testing.EndedThreads;
import io.leaktrace.testing.Given;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileHistoryTest {

    private static final TimeLimit LIMIT = new TimeLimit(Given.day(400), Duration.ZERO);

    /** Rejects what is later, although it was accepted when the files were read. */
    private static final TimeLimit EARLIER_LIMIT = new TimeLimit(Given.day(25), Duration.ZERO);

    private static final ProgressListener SILENT = new ProgressListener() {
        @Override
        public void onProgress(String step, long done, long total) {
            // Nobody watches.
        }

        @Override
        public void onBadLine(BadLine line) {
            throw new AssertionError(line);
        }
    };

    @TempDir
    private Path folder;

    private History history(Random random, int threads) throws IOException {
        List<String> orders = new ArrayList<>();
        List<String> contacts = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            String buyer = "b-" + random.nextInt(200);
            orders.add(JsonLines.line(Given.anOrder("o" + i)
                    .by(buyer)
                    .from(Given.seller("s-" + random.nextInt(9)))
                    .at(Given.day(random.nextInt(30)))));
            if (i % 10 == 0) {
                contacts.add("{\"contactId\":\"c" + i + "\",\"buyerId\":\"" + buyer + "\",\"contactedAt\":\""
                        + Given.day(random.nextInt(30)) + "\",\"reportedAt\":\"" + Given.day(30)
                        + "\",\"channel\":\"CALL\",\"disclosed\":[]}");
            }
        }
        InputFiles files = new InputFiles(
                List.of(Files.write(folder.resolve("orders.jsonl"), orders)),
                List.of(Files.write(folder.resolve("contacts.jsonl"), contacts)),
                null,
                Pseudonyms.NONE,
                LIMIT,
                threads);
        return FileHistory.read(files, SILENT);
    }

    private static String text(HistoryRecord record) {
        return record == null
                ? "end"
                : new String(record.key(), StandardCharsets.UTF_8) + " " + record.record() + " " + record.time() + " "
                        + record.sentAt();
    }

    private static byte[] place(History.Reading reading) throws IOException {
        ByteArrayOutputStream place = new ByteArrayOutputStream();
        reading.writePlace(new DataOutputStream(place));
        return place.toByteArray();
    }

    @Test
    void recordsAndPlacesDoNotDependOnTheNumberOfThreads() throws Exception {
        long seed = Seed.of("FileHistoryTest");
        Selection selection = new Selection(Given.day(2), Given.day(28), 0.6);
        List<List<String>> seen = new ArrayList<>();
        for (int threads : new int[] {1, 2, 7}) {
            Random random = new Random(seed);
            History history = history(random, threads);
            List<String> all = new ArrayList<>();
            List<byte[]> places = new ArrayList<>();
            List<Long> done = new ArrayList<>();
            try (History.Reading reading = history.read(selection, EARLIER_LIMIT, null)) {
                for (HistoryRecord next = reading.next(); next != null; next = reading.next()) {
                    all.add(text(next));
                    places.add(place(reading));
                    done.add(reading.done());
                }
                assertEquals(history.length(), reading.done());
            }
            for (int i = 0; i < 5; i++) {
                int resumed = random.nextInt(places.size() - 1);
                try (History.Reading reading = history.read(
                        selection, EARLIER_LIMIT, new DataInputStream(new ByteArrayInputStream(places.get(resumed))))) {
                    assertEquals(done.get(resumed), reading.done());
                    assertEquals(all.get(resumed + 1), text(reading.next()));
                }
                EndedThreads.await("replay-decode");
            }
            assertTrue(all.stream().anyMatch(one -> one.contains(" null ")), "none was rejected");
            all.add(done.toString());
            seen.add(all);
        }
        assertEquals(seen.get(0), seen.get(1));
        assertEquals(seen.get(0), seen.get(2));
    }
}

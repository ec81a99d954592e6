package io.leaktrace.engine;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.BlockStore;
import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCorrelatorStoreTest {

    private static final CorrelateSettings SETTINGS =
            new CorrelateSettings(7 * EventTime.DAY, 6 * EventTime.HOUR, EventTime.DAY, 60);

    @TempDir
    private Path folder;

    private static List<Correlation> accept(Correlator correlator, Object record) {
        if (record instanceof OrderEvent event) {
            return correlator.accept(event);
        }
        return record instanceof ScamContact contact ? correlator.accept(contact) : correlator.accept((Erasure) record);
    }

    /** Orders with several events, some of them late or repeated, contacts and erasures; of few buyers, over 150 days. */
    private static List<Object> records(Random random, int count) {
        List<Object> records = new ArrayList<>();
        OrderEventType[] types = OrderEventType.values();
        List<OrderEvent> recent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant time = day(1).plus(Duration.ofMinutes(150L * 24 * 60 * i / count));
            String buyer = "b" + random.nextInt(25);
            int what = random.nextInt(100);
            if (what < 1) {
                records.add(new Erasure(buyer, time.minus(Duration.ofDays(random.nextInt(20)))));
            } else if (what < 8) {
                records.add(aContact("c" + i)
                        .with(buyer)
                        .quoting("o".repeat(random.nextInt(400)))
                        .at(time.minus(Duration.ofHours(random.nextInt(48)))));
            } else if (what < 50 && !recent.isEmpty()) {
                OrderEvent earlier = recent.get(recent.size() - 1 - random.nextInt(Math.min(20, recent.size())));
                Instant at = what < 20 ? time.minus(Duration.ofHours(random.nextInt(300))) : time;
                records.add(
                        what < 10
                                ? earlier
                                : anOrder(earlier.orderId())
                                        .by(earlier.buyerId())
                                        .event(types[random.nextInt(types.length)])
                                        .from(seller("s" + random.nextInt(5)), node("n" + random.nextInt(3)))
                                        .withEventId("e" + i)
                                        .at(at));
            } else {
                OrderEvent order = anOrder("o".repeat(random.nextInt(300)) + i)
                        .by(buyer)
                        .from(seller("s" + random.nextInt(5)))
                        .at(time);
                recent.add(order);
                records.add(order);
            }
        }
        return records;
    }

    private static byte[] checkpoint(Correlator correlator, FileCorrelatorStore store) throws IOException {
        correlator.save();
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        store.write(new DataOutputStream(saved));
        return saved.toByteArray();
    }

    private static FileCorrelatorStore reopened(Path file, byte[] saved) throws IOException {
        return new FileCorrelatorStore(file, 1, new DataInputStream(new ByteArrayInputStream(saved)));
    }

    private static int blocks(BlockStore store) {
        int[] count = {0};
        store.blocks((block, number) -> count[0]++);
        return count[0];
    }

    /** Also if the process ends at any record, or while it writes a checkpoint, and resumes from its last checkpoint. */
    @Test
    void emitsTheSameAsAStoreOnTheHeap() throws IOException {
        Random random = new Random(Seed.of("FileCorrelatorStoreTest.emitsTheSame"));
        List<Object> records = records(random, 6_000);
        List<List<Correlation>> expected = new ArrayList<>();
        Correlator onHeap = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        records.forEach(record -> expected.add(accept(onHeap, record)));

        Path file = folder.resolve("blocks");
        FileCorrelatorStore store = new FileCorrelatorStore(file, 1, null);
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        byte[] saved = checkpoint(correlator, store);
        store.onCheckpoint();
        int savedAt = 0;
        int resumed = 0;
        for (int i = 0; i < records.size(); i++) {
            assertEquals(expected.get(i), accept(correlator, records.get(i)), "record " + i);
            int what = random.nextInt(1_000);
            if (what < 10) {
                saved = checkpoint(correlator, store);
                savedAt = i + 1;
                store.onCheckpoint();
            } else if (what < 15) {
                if (what < 12) {
                    checkpoint(correlator, store);
                }
                store.close();
                store = reopened(file, saved);
                assertTrue(store.isIntact());
                correlator = new Correlator(SETTINGS, 0, store);
                i = savedAt - 1;
                resumed++;
            }
        }
        assertTrue(resumed > 3, "resumed " + resumed + " times");
        assertTrue(blocks(store.recent()) > 3 && blocks(store.past()) > 1, "blocks of both logs");
        store.close();
    }

    @Test
    void anErasedBuyerIsInNoBlockOfTheNextCheckpoint() throws IOException {
        FileCorrelatorStore store = new FileCorrelatorStore(folder.resolve("blocks"), 1, null);
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        for (int i = 0; i < 400; i++) {
            String buyer = i % 2 == 0 ? "zhou" : "li";
            correlator.accept(
                    anOrder(buyer.repeat(40) + i).by(buyer).from(seller("s")).at(day(1 + i / 20)));
        }
        correlator.accept(new Erasure("zhou", day(30)));
        correlator.save();
        StringBuilder left = new StringBuilder();
        store.recent().blocks((block, number) -> left.append(new String(block, StandardCharsets.ISO_8859_1)));
        assertFalse(left.toString().contains("zhou"));
        assertTrue(left.toString().contains("lili"));
        store.close();
    }

    @Test
    void slotsOfExpiredBlocksAreReused() throws IOException {
        Path file = folder.resolve("blocks");
        FileCorrelatorStore store = new FileCorrelatorStore(file, 1, null);
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        int mostBlocks = 0;
        for (int d = 0; d < 900; d++) {
            for (int i = 0; i < 10; i++) {
                correlator.accept(anOrder("o".repeat(1_000) + d + "-" + i)
                        .by("b" + i)
                        .from(seller("s"))
                        .at(day(1 + d)));
            }
            if (d % 10 == 0) {
                checkpoint(correlator, store);
                store.onCheckpoint();
                mostBlocks = Math.max(mostBlocks, blocks(store.recent()) + blocks(store.past()));
            }
        }
        long slots = Files.size(file) / BlockStore.MAX_BYTES;
        assertTrue(slots < mostBlocks + 15, slots + " slots for " + mostBlocks + " blocks");
        store.close();
    }

    /** It is no fault of the record that is being processed, which would be rejected after an exception. */
    @Test
    void aBlockThatCannotBeReadIsAnError() throws IOException {
        Path file = folder.resolve("blocks");
        FileCorrelatorStore store = new FileCorrelatorStore(file, 1, null);
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        for (int d = 1; d < 12; d++) {
            for (int i = 0; i < 40; i++) {
                correlator.accept(anOrder("o".repeat(1_000) + d + "-" + i)
                        .by("b" + i)
                        .from(seller("s"))
                        .at(day(d)));
            }
        }
        byte[] good = Files.readAllBytes(file);
        byte[] flipped = good.clone();
        for (int at = 0; at < flipped.length; at += 500) {
            flipped[at] ^= 16;
        }
        record Case(String fault, byte[] content) {}
        for (Case given : List.of(
                new Case("it has been truncated", new byte[0]),
                // What is written to a truncated file leaves zeros before it.
                new Case("it is damaged", new byte[good.length]),
                new Case("it is damaged", flipped))) {
            Files.write(file, given.content);
            IOError error = assertThrows(
                    IOError.class,
                    () -> correlator.accept(aContact("c").with("b1").at(day(12))));
            assertEquals(
                    "cannot read " + file + ": " + given.fault + "; check its disk, delete " + folder
                            + " and start the replay again",
                    error.getCause().getMessage());
        }
        store.close();
    }

    @Test
    void aDamagedOrMissingFileIsNoticed() throws IOException {
        Path file = folder.resolve("blocks");
        FileCorrelatorStore store = new FileCorrelatorStore(file, 1, null);
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        records(new Random(7), 300).forEach(record -> accept(correlator, record));
        byte[] saved = checkpoint(correlator, store);
        store.close();
        byte[] good = Files.readAllBytes(file);

        byte[] flipped = good.clone();
        flipped[100] ^= 1;
        record Case(String what, boolean intact, byte[] content) {}
        for (Case given : List.of(
                new Case("as written", true, good),
                new Case("a bit flipped", false, flipped),
                new Case("truncated", false, Arrays.copyOf(good, good.length - 1)),
                new Case("empty", false, new byte[0]))) {
            Files.write(file, given.content);
            try (FileCorrelatorStore found = reopened(file, saved)) {
                assertEquals(given.intact, found.isIntact(), given.what);
            }
        }
        Files.delete(file);
        try (FileCorrelatorStore found = reopened(file, saved)) {
            assertFalse(found.isIntact(), "missing");
        }
    }
}

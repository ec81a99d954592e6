package io.leaktrace.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.testing.EndedThreads;
import io.leaktrace.testing.Seed;
import io.leaktrace.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the number of threads, files are read in the same way. */
@Timeout(120)
class ThreadsOfInputFilesTest {

    private static final int[] THREADS = {1, 2, 7};

    private static final TimeLimit LIMIT = new TimeLimit(Instant.parse("2030-01-01T00:00:00Z"), Duration.ZERO);

    @TempDir
    private Path folder;

    /** A line with its end: a good record mostly, else blank, broken, implausible or long. */
    private static String line(Random random, int number) {
        String buyer = "b-" + random.nextInt(50) + (random.nextInt(3) == 0 ? "买家é😀" : "");
        String good = "{\"eventId\":\"e" + number + "\",\"orderId\":\"o" + number + "\",\"buyerId\":\"" + buyer
                + "\",\"type\":\"PLACED\",\"occurredAt\":\"2024-07-0" + (1 + random.nextInt(5)) + "T0"
                + random.nextInt(10) + ":00:00Z\",\"custodians\":[{\"role\":\"SELLER\",\"id\":\"s-" + random.nextInt(9)
                + "\"}]";
        String content =
                switch (random.nextInt(20)) {
                    case 0 -> "";
                    case 1 -> " \t ";
                    case 2 -> good;
                    case 3 -> good + "} {}";
                    case 4 -> good.replace("PLACED", "GONE") + "}";
                    case 5 -> good.replace("2024", "2034") + "}";
                    case 6 ->
                        random.nextInt(4) == 0
                                ? good + ",\"other\":\"" + "é".repeat(20_000 + random.nextInt(40_000)) + "\"}"
                                : "  " + good + "}\t";
                    default -> good + "}";
                };
        return content + (random.nextInt(4) == 0 ? "\r\n" : "\n");
    }

    private static byte[] lines(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
        int count = random.nextInt(3_000);
        int overlong = random.nextInt(2 * count + 1);
        for (int i = 0; i < count; i++) {
            text.append(line(random, i));
            if (i == overlong) {
                text.append("x".repeat(LineChunks.LONGEST_LINE + random.nextInt(3 << 20)))
                        .append('\n');
            }
        }
        if (random.nextBoolean()) {
            text.append(line(random, count).stripTrailing());
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] packed(byte[] content, String extension) throws IOException {
        if (extension.equals(".zst")) {
            return Zstd.compress(content, 1);
        }
        if (extension.isEmpty()) {
            return content;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    /** Everything that is seen of reading, in its order. */
    private static List<String> seen(Path file, int threads) throws IOException {
        List<String> seen = new ArrayList<>();
        try (InputFiles input = new InputFiles(List.of(file), List.of(), null, Pseudonyms.NONE, LIMIT, threads)) {
            input.read(
                    WireFormat.local(),
                    "orders",
                    "contacts",
                    record -> seen.add(JsonLines.line((OrderEvent) record)),
                    bad -> seen.add(bad.toString()),
                    done -> seen.add("read " + done));
            TimeSortedRecords.Cursor records = input.orderEvents().cursor();
            while (records.advance()) {
                seen.add(records.time() + " " + new String(records.key(), StandardCharsets.UTF_8) + " "
                        + HexFormat.of().formatHex(records.value()));
            }
            seen.add(input.orderContents() + " " + input.bad() + " " + input.read() + " " + input.shortcomings());
        }
        return seen;
    }

    /** Records and bad lines by a reader that holds the whole file. */
    private static List<String> expected(Path file, byte[] content) {
        List<String> expected = new ArrayList<>();
        String text = new String(content, StandardCharsets.UTF_8);
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String reason = null;
            if (lines[i].isBlank()) {
                continue;
            }
            if (lines[i].getBytes(StandardCharsets.UTF_8).length > LineChunks.LONGEST_LINE) {
                reason = "longer than 1048576 bytes";
            } else {
                try {
                    OrderEvent event = JsonLines.parseOrderEvent(lines[i].strip());
                    if (event.occurredAt().isBefore(LIMIT.recordTime())) {
                        expected.add(JsonLines.line(event));
                    } else {
                        reason = "occurredAt " + event.occurredAt() + " is ";
                    }
                } catch (BadRecordException e) {
                    reason = e.getMessage();
                }
            }
            if (reason != null) {
                expected.add(new BadLine(file, i + 1L, reason).toString());
            }
        }
        return expected;
    }

    @Test
    void recordsBadLinesAndTheirOrderAreTheSame() throws IOException {
        Random random = new Random(Seed.of("ThreadsOfInputFilesTest"));
        for (int round = 0; round < 6; round++) {
            String extension = List.of("", ".gz", ".zst").get(round % 3);
            byte[] content = round == 5 ? new byte[0] : lines(random);
            Path file = Files.write(folder.resolve("orders.jsonl" + extension), packed(content, extension));
            List<String> once = seen(file, 1);
            List<String> expected = expected(file, content);
            List<String> found = once.subList(1, once.size()).stream()
                    .filter(one -> one.startsWith("{") || one.startsWith("line "))
                    .toList();
            assertEquals(expected.size(), found.size());
            for (int i = 0; i < expected.size(); i++) {
                assertTrue(found.get(i).startsWith(expected.get(i)), found.get(i) + "\n" + expected.get(i));
            }
            for (int threads : THREADS) {
                assertEquals(once, seen(file, threads), threads + " threads");
            }
        }
    }

    @Test
    void whereAFileBreaksOffIsToldInTheSameWords() throws IOException {
        byte[] content = lines(new Random(Seed.of("ThreadsOfInputFilesTest.broken")));
        byte[] lines = Arrays.copyOf(content, content.length + (1 << 20));
        Arrays.fill(lines, content.length, lines.length, (byte) '\n');
        for (String extension : List.of(".gz", ".zst")) {
            byte[] whole = packed(lines, extension);
            Path file =
                    Files.write(folder.resolve("orders.jsonl" + extension), Arrays.copyOf(whole, whole.length - 10));
            List<String> messages = new ArrayList<>();
            for (int threads : THREADS) {
                List<String> seen = new ArrayList<>();
                try (InputFiles input =
                        new InputFiles(List.of(file), List.of(), null, Pseudonyms.NONE, LIMIT, threads)) {
                    IOException e = assertThrows(
                            IOException.class,
                            () -> input.scan(
                                    record -> seen.add(record.key()), bad -> seen.add(bad.toString()), done -> {}));
                    messages.add(e.getMessage() + seen);
                }
            }
            assertTrue(messages.get(0).contains(" cannot be read from line "), messages.get(0));
            assertEquals(1, messages.stream().distinct().count(), messages.toString());
        }
    }

    @Test
    void aFileWithoutLineEndsIsRefused() throws IOException {
        Path file = folder.resolve("orders.jsonl.zst");
        byte[] zeros = Zstd.compress(new byte[1 << 24]);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(Zstd.compress("\n\n".getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 17; i++) {
                out.write(zeros);
            }
        }
        for (int threads : THREADS) {
            try (InputFiles input = new InputFiles(List.of(file), List.of(), null, Pseudonyms.NONE, LIMIT, threads)) {
                IOException e = assertThrows(IOException.class, () -> input.scan(record -> {}, bad -> {}, done -> {}));
                assertEquals(
                        file + " has no line end within 256 MiB from line 3 on; it is not a JSON Lines file",
                        e.getMessage());
            }
        }
    }

    @Test
    void whatTheReceiverThrowsEndsTheReadingAndItsThreads() throws IOException {
        Path file = Files.write(folder.resolve("orders.jsonl"), lines(new Random(17)));
        for (int threads : THREADS) {
            try (InputFiles input = new InputFiles(List.of(file), List.of(), null, Pseudonyms.NONE, LIMIT, threads)) {
                IllegalStateException full = new IllegalStateException("full");
                assertEquals(
                        full,
                        assertThrows(
                                IllegalStateException.class,
                                () -> input.scan(
                                        record -> {
                                            throw full;
                                        },
                                        bad -> {},
                                        done -> {})));
            }
            EndedThreads.await("read-lines");
        }
    }
}

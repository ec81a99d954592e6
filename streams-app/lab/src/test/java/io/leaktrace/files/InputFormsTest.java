package io.leaktrace.files;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.leaktrace.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What files of input may be, and what is said of those that cannot be used. */
@Timeout(60)
class InputFormsTest {

    private static final String LINE =
            JsonLines.line(anOrder("o1").by("b").from(seller("s")).at(day(1))) + "\n";

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    private interface Packer {
        OutputStream pack(OutputStream out) throws IOException;
    }

    private static byte[] packed(String text, Packer packer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = packer.pack(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        return packed(text, GZIPOutputStream::new);
    }

    private static byte[] zstd(String text) {
        return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] zip(String text) throws IOException {
        return packed(text, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.putNextEntry(new ZipEntry("orders.jsonl"));
            return zip;
        });
    }

    private static byte[] tar() {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        return tar;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }

    private int replay(String... arguments) {
        err.getBuffer().setLength(0);
        List<String> all =
                new ArrayList<>(List.of("replay", "--out", folder.resolve("out").toString()));
        all.addAll(List.of(arguments));
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(new StringWriter()));
        line.setErr(new PrintWriter(err, true));
        return line.execute(all.toArray(String[]::new));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void whatIsPackedIsKnownByItsBytesAndNotByItsName() throws Exception {
        Object[][] cases = {
            {"plain.jsonl", LINE.getBytes(StandardCharsets.UTF_8), 1},
            {"small.gz", gzip(LINE), 1},
            {"LARGE.GZ", gzip(LINE), 1},
            {"LARGE.ZST", zstd(LINE), 1},
            {"small.zst", zstd(LINE), 1},
            {"no-name", gzip(LINE), 1},
            {"orders.jsonl", zstd(LINE), 1},
            {"joined.gz", joined(gzip(LINE), gzip(LINE)), 2},
            {"joined.zst", joined(zstd(LINE), zstd(LINE)), 2},
            {"empty.jsonl", new byte[0], 0},
            {"bom.jsonl", ("\uFEFF" + LINE.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8), 1},
        };
        for (Object[] one : cases) {
            Path file = Files.write(folder.resolve((String) one[0]), (byte[]) one[1]);
            List<Object> read = new ArrayList<>();
            List<BadLine> bad = new ArrayList<>();
            FileFingerprint contents = JsonLines.readOrderEvents(file, read::add, bad::add);
            assertEquals(List.of(), bad, one[0].toString());
            assertEquals(one[2], read.size(), one[0].toString());
            assertEquals(
                    new FileFingerprint((String) one[0], ((byte[]) one[1]).length, sha256((byte[]) one[1])), contents);
        }
    }

    @Test
    void archivesAreRefusedWithWhatToDo() throws Exception {
        Object[][] cases = {
            {"orders.zip", zip(LINE), "is a zip archive"},
            {"orders.jsonl", zip(LINE), "is a zip archive"},
            {"orders.tar", tar(), "is a tar archive"},
            {"orders.tar.gz", gzip(new String(tar(), StandardCharsets.ISO_8859_1)), "is a tar archive"},
            {"orders.xz", HexFormat.of().parseHex("fd377a585a0000"), "is compressed with xz"},
            {"orders.bz2", "BZh91AY".getBytes(StandardCharsets.US_ASCII), "is compressed with bzip2"},
            {"orders.parquet", "PAR1".getBytes(StandardCharsets.US_ASCII), "is a Parquet file"},
            {"orders.gz", LINE.getBytes(StandardCharsets.UTF_8), "is not a gzip file"},
            {"orders.ZST", LINE.getBytes(StandardCharsets.UTF_8), "is not a zstd file"},
        };
        for (Object[] one : cases) {
            Path file = Files.write(folder.resolve((String) one[0]), (byte[]) one[1]);
            assertEquals(1, replay("--orders", file.toString()), one[0] + ": " + err);
            assertTrue(err.toString().contains(file + " " + one[2]), err.toString());
        }
    }

    @Test
    void aPipeIsReadOnceAndItsManifestIsThatOfAFile() throws Exception {
        byte[] bytes = joined(gzip(LINE), gzip(LINE.replace("o1", "o2")));
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (OutputStream out = Files.newOutputStream(fifo)) {
                // In pieces, so that the second part is not there yet where the first one ends.
                for (byte one : bytes) {
                    out.write(one);
                    out.flush();
                }
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        assertEquals(0, replay("--orders", fifo.toString()), err.toString());
        writer.get();
        assertTrue(err.toString().contains("Replayed 2 records"), err.toString());
        String manifest = Files.readString(folder.resolve("out/manifest.json"));
        assertTrue(manifest.contains("\"bytes\" : " + bytes.length), manifest);
        assertTrue(manifest.contains("\"sha256\" : \"" + sha256(bytes) + "\""), manifest);

        assertEquals(1, replay("--orders", fifo.toString(), "--contacts", fifo.toString()));
        assertTrue(err.toString().contains("fifo is named twice"), err.toString());
    }

    @Test
    void standardInputIsReadOnce() throws Exception {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream((LINE + "no json\n").getBytes(StandardCharsets.UTF_8)));
            assertEquals(0, replay("--orders", "-"), err.toString());
            assertTrue(err.toString().contains("Left out: line 2 of standard input: not JSON"), err.toString());
            assertTrue(Files.readString(folder.resolve("out/manifest.json")).contains("\"file\" : \"-\""));
        } finally {
            System.setIn(before);
        }
        assertEquals(1, replay("--orders", "-", "-"));
        assertTrue(err.toString().contains("standard input is named twice"), err.toString());
    }

    @Test
    void aFileThatIsMissingOrOfLittleUseIsAFailure() throws Exception {
        Path good = Files.writeString(folder.resolve("good.jsonl"), LINE);
        Path half = Files.writeString(folder.resolve("half.jsonl"), LINE + "x\n");
        Path most = Files.writeString(folder.resolve("most.jsonl"), LINE + "x\nx\n");
        Path none = Files.writeString(folder.resolve("none.jsonl"), "x\n");
        Path empty = Files.writeString(folder.resolve("empty.jsonl"), "");
        String missing = folder.resolve("missing.jsonl").toString();
        Object[][] cases = {
            {0, "", List.of("--orders", good, "--contacts", empty)},
            {0, "line 2 of half.jsonl", List.of("--orders", half)},
            {1, "2 of the 3 lines of " + most + " could not be used", List.of("--orders", most)},
            {1, "1 of the 1 lines of " + none + " could not be used", List.of("--orders", good, "--contacts", none)},
            {1, "There is no order event in " + empty, List.of("--orders", empty)},
            {1, "--orders: " + missing + " does not exist", List.of("--orders", missing)},
            {1, "--contacts: " + missing + " does not exist", List.of("--orders", good, "--contacts", missing)},
            {1, "--orders: " + folder + " is a folder", List.of("--orders", folder)},
        };
        for (Object[] one : cases) {
            String[] arguments =
                    ((List<?>) one[2]).stream().map(Object::toString).toArray(String[]::new);
            assertEquals(one[0], replay(arguments), one[2] + ": " + err);
            assertTrue(err.toString().contains((String) one[1]), one[2] + ": " + err);
        }
    }

    @Test
    void aRecordThatNoTopicWouldTakeIsABadLine() throws Exception {
        String contact =
                "{\"contactId\":\"c\",\"buyerId\":\"b\",\"channel\":\"SMS\",\"contactedAt\":\"2024-01-02T00:00:00Z\","
                        + "\"reportedAt\":\"2024-01-02T00:00:00Z\",\"disclosed\":[],\"impersonated\":\""
                        + "x".repeat(1_000_000)
                        + "\"}\n";
        Path orders = Files.writeString(folder.resolve("good.jsonl"), LINE);
        Path contacts = Files.writeString(folder.resolve("large.jsonl"), contact);
        assertEquals(1, replay("--orders", orders.toString(), "--contacts", contacts.toString()));
        assertTrue(err.toString().contains("line 1 of large.jsonl: the record has 1,000,"), err.toString());
    }

    @Test
    void aCutFileIsAnErrorThatNamesTheLine() throws Exception {
        byte[] whole = gzip(LINE.repeat(2000));
        Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, whole.length - 12));
        IOException e = assertThrows(IOException.class, () -> JsonLines.readOrderEvents(cut, x -> {}, x -> {}));
        assertTrue(e.getMessage().contains("cannot be read from line"), e.getMessage());
    }

    @Test
    void aDeviceWithoutEndIsGivenUp() {
        Path zeros = Path.of("/dev/zero");
        IOException e = assertThrows(IOException.class, () -> JsonLines.readOrderEvents(zeros, x -> {}, x -> {}));
        assertTrue(e.getMessage().contains("/dev/zero has no line end within"), e.getMessage());
    }

    /** Java's gzip takes it for the end, and all records behind it would be missing without a word. */
    @Test
    void aPartThatIsDamagedAtItsBeginningIsNoEnd() throws Exception {
        byte[] damaged = gzip(LINE.repeat(2000));
        damaged[0] = 1;
        Path file = Files.write(folder.resolve("joined.gz"), joined(gzip(LINE), damaged));
        IOException e = assertThrows(IOException.class, () -> JsonLines.readOrderEvents(file, x -> {}, x -> {}));
        assertTrue(e.getMessage().contains("not gzip"), e.getMessage());
        Path padded = Files.write(folder.resolve("padded.gz"), joined(gzip(LINE), new byte[512]));
        List<Object> read = new ArrayList<>();
        JsonLines.readOrderEvents(padded, read::add, x -> {});
        assertEquals(1, read.size());
    }
}

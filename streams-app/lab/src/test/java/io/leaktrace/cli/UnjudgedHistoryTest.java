package io.leaktrace.cli;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.hour;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.files.JsonLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A replay states which part of its history it cannot judge. */
class UnjudgedHistoryTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path orders;

    @BeforeEach
    void writeAnOrder() throws IOException {
        orders = Files.writeString(
                folder.resolve("orders.jsonl"),
                JsonLines.line(anOrder("o").from(seller("s")).at(day(1))) + "\n");
    }

    private int replay(Path run, String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(Stream.concat(
                        Stream.of("replay", "--orders", orders.toString(), "--out", run.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void aHistoryShorterThanTheLearningPeriodIsNamed() throws Exception {
        Path whole = folder.resolve("whole");
        assertEquals(0, replay(whole));
        String until = "learning until " + day(6);
        assertTrue(out.toString().startsWith(until), out.toString());
        assertTrue(err.toString().contains("Warning: ") && err.toString().contains(until), err.toString());
        assertTrue(err.toString().contains("--set learning.days=N"), err.toString());
        JsonNode manifest = manifest(whole);
        assertTrue(manifest.path("learning").asBoolean());
        assertEquals(day(6).toString(), manifest.path("learningUntil").asText());

        Path judged = folder.resolve("judged");
        assertEquals(0, replay(judged, "--set", "learning.days=0"));
        assertFalse((out.toString() + err).contains("learning"), out.toString() + err);
        assertFalse(manifest(judged).path("learning").asBoolean());
        assertEquals(day(1).toString(), manifest(judged).path("learningUntil").asText());
    }

    @Test
    void aShortHistoryIsLearnedForAThirdOfItsDays() throws Exception {
        Files.write(
                orders,
                List.of(
                        JsonLines.line(anOrder("o1").from(seller("s")).at(day(1))),
                        JsonLines.line(anOrder("o2").from(seller("s")).at(day(11)))));
        Path run = folder.resolve("short");
        assertEquals(0, replay(run), err.toString());
        assertTrue(err.toString().contains("span 10.0 days: the background is learned for 3 days"), err.toString());
        assertEquals(day(4).toString(), manifest(run).path("learningUntil").asText());
        assertEquals("3", manifest(run).path("settings").path("learning.days").asText());

        Path given = folder.resolve("given");
        assertEquals(0, replay(given, "--set", "learning.days=5"), err.toString());
        assertEquals(day(6).toString(), manifest(given).path("learningUntil").asText());
    }

    @Test
    void unmatchedContactsAreCountedByReason() throws Exception {
        Path contacts = folder.resolve("contacts.jsonl");
        Files.write(
                orders,
                List.of(
                        JsonLines.line(
                                anOrder("o1").by("returning").from(seller("s")).at(day(1))),
                        JsonLines.line(anOrder("o2").by("new").from(seller("s")).at(hour(20, 2)))));
        Files.write(
                contacts,
                List.of(
                        JsonLines.line(aContact("c1").with("returning").at(day(20))),
                        JsonLines.line(aContact("c2").with("new").quoting("o2").at(day(20))),
                        JsonLines.line(aContact("c3").with("nobody").at(day(20))),
                        JsonLines.line(aContact("c4")
                                .with("nobody-2")
                                .from(ReportSource.POLICE)
                                .at(hour(20, 3)))));
        Path run = folder.resolve("unmatched");
        assertEquals(0, replay(run, "--contacts", contacts.toString(), "--formats", "ndjson"), err.toString());

        JsonNode counts = manifest(run).path("counts");
        assertEquals(4, counts.path("unmatched").asInt());
        assertEquals(2, counts.path("unmatchedNoOrderKnown").asInt());
        assertEquals(1, counts.path("unmatchedOrderLater").asInt());
        assertEquals(1, counts.path("unmatchedOrderOutsideWindow").asInt());
        assertEquals(1, counts.path("quotedOrderLater").asInt());
        assertTrue(err.toString().contains("1 of 4 contacts quote an order that came after them"), err.toString());
        List<String> epochs = Files.readAllLines(run.resolve("epochs.ndjson"));
        assertTrue(
                epochs.get(epochs.size() - 1)
                        .endsWith(",\"learning_until\":\"" + day(6) + "\",\"unmatched_no_order_known\":2,"
                                + "\"unmatched_order_later\":1,\"unmatched_order_outside_window\":1,"
                                + "\"quoted_order_later\":1}"),
                epochs.toString());
        List<String> evidence = Files.readAllLines(run.resolve("evidence.ndjson"));
        assertEquals(
                List.of("null", "null", "null", "\"POLICE\""),
                evidence.stream()
                        .map(line -> line.replaceFirst(".*\"source\":(null|\"[A-Z]+\").*", "$1"))
                        .toList());
    }

    private static JsonNode manifest(Path run) throws IOException {
        return new ObjectMapper().readTree(run.resolve("manifest.json").toFile());
    }
}

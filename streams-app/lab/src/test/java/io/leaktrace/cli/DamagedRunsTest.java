package io.leaktrace.cli;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.files.JsonLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Folders of runs that were edited or truncated by a full disk: a sentence that names the file, and exit code 1. */
class DamagedRunsTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path orders;
    private Path whole;

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int code = line.execute(arguments);
        assertFalse(err.toString().contains("Unexpected"), err.toString());
        return code;
    }

    private int replay(Path run, String... more) {
        return run(Stream.concat(
                        Stream.of("replay", "--orders", orders.toString(), "--out", run.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    @BeforeEach
    void makeARun() throws IOException {
        OrderEvent order = anOrder("o").from(seller("s")).at(day(1));
        orders = Files.writeString(folder.resolve("orders.jsonl"), JsonLines.line(order) + "\n");
        whole = folder.resolve("whole");
        assertEquals(0, replay(whole), err.toString());
    }

    private Path damaged(String file, String text, boolean append) throws IOException {
        Path run = Files.createDirectories(folder.resolve("damaged"));
        for (String name : new String[] {"suspects.csv", "alerts.csv", "explanations.ndjson", "manifest.json"}) {
            Files.copy(whole.resolve(name), run.resolve(name));
        }
        String before = append ? Files.readString(run.resolve(file)) : "";
        Files.write(run.resolve(file), (before + text).getBytes(StandardCharsets.ISO_8859_1));
        return run;
    }

    /** What is written into, or with a + behind, a file. */
    private static Stream<Arguments> damages() {
        String row = ",CLEAR,0.5,1,1,0,0,0,0,0,0,,,2024-01-02T00:00:00Z,,0,0,0,0,false,,,,0,0\n";
        return Stream.of(
                Arguments.of("suspects.csv", "", "columns"),
                Arguments.of("suspects.csv", "a,b\n1,2\n", "columns"),
                Arguments.of("suspects.csv", "+x,SELLER,t" + row, "record 2"),
                Arguments.of("suspects.csv", "+2,SHOP,t" + row, "record 2"),
                Arguments.of("suspects.csv", "+2,SELLER,t" + row.replace("CLEAR", "FINE"), "record 2"),
                Arguments.of("suspects.csv", "+2,SELLER,s" + row, "twice"),
                Arguments.of("suspects.csv", "+2,SELLER\n", "record 2"),
                Arguments.of("suspects.csv", "+2,SELLER,\"open", ""),
                Arguments.of("suspects.csv", "+2,SELLER,t,CLEAR,0.5,1,1,0,0,0,0", "is the file truncated?"),
                Arguments.of("suspects.csv", "+\u00ff\u00fe\n", "UTF-8"),
                Arguments.of("alerts.csv", "", "columns"),
                Arguments.of("alerts.csv", "+2024,SELLER,s,RAISED,1,1,1,0,0,\n", "record 1"),
                Arguments.of("alerts.csv", "++999999999-01-01T00:00:00Z,SELLER,s,RAISED,1,1,1,0,0,\n", "record 1"),
                Arguments.of("manifest.json", "nope", ""),
                Arguments.of("manifest.json", "[]", "not a JSON object"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aRunThatIsDamagedIsNotCompared(String file, String text, String part) throws Exception {
        Path run = damaged(file, text.replaceFirst("^\\+", ""), text.startsWith("+"));
        assertEquals(1, run("diff", whole.toString(), run.toString()), out.toString());
        assertTrue(err.toString().contains(run.resolve(file).toString()), err.toString());
        assertTrue(err.toString().contains(part), err.toString());
    }

    @ParameterizedTest
    @MethodSource("explanations")
    void anExplanationThatIsDamagedIsNamed(String file, String text) throws Exception {
        Path run = damaged(file, text, false);
        assertEquals(1, run("explain", "SELLER:s", "--run", run.toString()), out.toString());
        assertTrue(err.toString().contains(run.resolve(file).toString()), err.toString());
    }

    private static Stream<Arguments> explanations() {
        return Stream.of(
                Arguments.of("explanations.ndjson", "null"),
                Arguments.of("explanations.ndjson", "{}"),
                Arguments.of("explanations.ndjson", "nope"),
                Arguments.of("explanations.ndjson", "{\"custodian\":\"s\"}"),
                Arguments.of("explanations.ndjson", "{\"custodian\":\"SELLER:s\",\"asOf\":\"nope\"}"),
                Arguments.of("explanations.ndjson", "\u00ff"),
                Arguments.of("suspects.csv", "rank,role,id\n1,SHOP,s\n"),
                Arguments.of("suspects.csv", "rank,role,id\n1,SELLER,s\n"));
    }

    /** What in a manifest is replaced by what. */
    private static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("\"window\" : \"14d\"", "\"window\" : \"7d\""),
                Arguments.of("\"window\" : \"14d\"", "\"window\" : \"nope\""),
                Arguments.of("\"window\" : \"14d\"", "\"schema.registry.url\" : \"http://elsewhere\""),
                Arguments.of("\"settings\" : {", "\"settings\" : {\"bootstrap.servers\" : \"elsewhere:9092\","),
                Arguments.of("\"sample\" : 1.0", "\"sample\" : \"x\""),
                Arguments.of("\"from\" : null", "\"from\" : \"yesterday\""),
                Arguments.of("\"judgedAt\" : \"", "\"judgedAt\" : \"+10000"),
                Arguments.of("\"judgedAt\"", "\"judged\""));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aManifestThatWasChangedIsNotFollowed(String part, String changed) throws Exception {
        String manifest = Files.readString(whole.resolve("manifest.json"));
        assertTrue(manifest.contains(part), manifest);
        Path other = Files.writeString(folder.resolve("manifest.json"), manifest.replace(part, changed));
        assertEquals(
                0,
                replay(
                        folder.resolve("same"),
                        "--like",
                        whole.resolve("manifest.json").toString()));
        assertEquals(1, replay(folder.resolve("again"), "--like", other.toString()), out.toString());
        assertTrue(err.toString().contains("damaged or was changed"), err.toString());
        assertFalse(Files.exists(folder.resolve("again")));
    }

    @Test
    void aPlaceThatIsDamagedIsNotGoneOnFrom() throws Exception {
        Path run = folder.resolve("begun");
        Path work = Files.createDirectories(run.resolve(".replay"));
        String manifest = Files.readString(whole.resolve("manifest.json"));
        Files.writeString(work.resolve("begun.json"), manifest.replaceFirst("\\{", "{\"formats\" : [\"CSV\"],"));
        for (byte[] place : new byte[][] {{}, {1, 2, 3}, {127, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0}}) {
            Files.write(work.resolve("place"), place);
            assertEquals(1, replay(run));
            assertTrue(err.toString().contains("place is damaged"), err.toString());
        }
        Files.delete(work.resolve("place"));
        assertEquals(0, replay(run), err.toString());
        assertEquals(0, run("diff", whole.toString(), run.toString()), out.toString());
    }

    @Test
    void aSweepHasAFolderForEachOfItsRuns() {
        for (String axis : new String[] {"window=7d,7d", "market=\u7532,\u4e59"}) {
            assertEquals(2, replay(folder.resolve("grid"), "--sweep", axis), out.toString());
            assertTrue(err.toString().contains("same folder"), err.toString());
        }
        assertFalse(Files.exists(folder.resolve("grid")));
    }

    @Test
    void aSelectionOfNothingIsAFailure() {
        assertEquals(1, replay(folder.resolve("later"), "--from", "2099-01-01T00:00:00Z"));
        assertTrue(err.toString().contains("No record was replayed"), err.toString());
    }

    @Test
    void aTruthThatIsNoneIsNamed() throws Exception {
        for (Path file : new Path[] {folder, orders, Files.write(folder.resolve("binary"), new byte[] {-1, -2})}) {
            assertEquals(1, replay(folder.resolve("t"), "--sweep", "window=7d", "--truth", file.toString()));
            assertTrue(err.toString().contains(file.toString()), err.toString());
        }
    }

    @Test
    void aDemoEmptiesNoFolderThatIsNotADemos() throws Exception {
        assertEquals(2, run("demo", "--exit", "--dir", folder.toString()), out.toString());
        assertTrue(err.toString().contains("empties its folder"), err.toString());
        assertTrue(Files.exists(orders));
    }

    @Test
    void anIdThatBeginsWithAnAtIsNoFileOfArguments() throws Exception {
        Path arguments = Files.writeString(folder.resolve("arguments"), "SELLER:s --run " + whole);
        assertEquals(2, run("explain", "@" + arguments), out.toString());
        assertTrue(err.toString().contains("@" + arguments), err.toString());
    }

    @Test
    void deadLettersDoOneThingAtATimeAndKnowTheInputTopics() {
        for (String[] wrong : new String[][] {
            {"dead-letters", "--resubmit", "--export", "order-events"}, {"dead-letters", "--show", "0:1", "--resubmit"}
        }) {
            assertEquals(2, run(wrong), err.toString());
        }
        assertEquals(2, run("dead-letters", "--export", "orders", "--set", "start.wait=0s", "-b", "127.0.0.1:1"));
        assertTrue(err.toString().contains("order-events, scam-contacts"), err.toString());
    }
}

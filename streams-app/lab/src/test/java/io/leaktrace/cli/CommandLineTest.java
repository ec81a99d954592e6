package io.leaktrace.cli;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.files.JsonLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : Main.commandLine().getSubcommands().keySet()) {
            assertEquals(0, run(command, "--help"), command);
        }
        assertTrue(out.toString().contains("leaktrace replay --orders"), out.toString());
    }

    @Test
    void wrongUsageEndsWithCode2() {
        assertEquals(2, run("replay"));
        assertEquals(2, run("no-such-command"));
        assertEquals(2, run("simulate", "--scenario", "no-such-market", "--out", folder.toString()));
        assertTrue(err.toString().contains("leaking-hub"), "the scenarios there are: " + err);
        assertEquals(2, run("import", "ebay", folder.toString()));
    }

    @Test
    void aReplayThatCannotBeMeantEndsWithCode2BeforeItReadsAnything() {
        for (List<String> wrong : List.of(
                List.of("--contacts", "contacts.jsonl"),
                List.of("--sample", "0%"),
                List.of("--sample", "some"),
                List.of("--from", "2024-02-01T00:00:00Z", "--to", "2024-01-01T00:00:00Z"),
                List.of("--sweep", "window"),
                List.of("--truth", "truth.csv"),
                List.of("--like", "manifest.json", "--set", "window=7d"),
                List.of("--formats", "xml"))) {
            List<String> arguments = new ArrayList<>(List.of("replay", "--out", folder.toString()));
            arguments.addAll(wrong);
            assertEquals(2, run(arguments.toArray(String[]::new)), wrong + ": " + err);
        }
    }

    @Test
    void aSweepWithABadValueEndsWithCode2AndRunsNothing() throws Exception {
        Path none = Files.writeString(folder.resolve("none.jsonl"), "");
        Path grid = folder.resolve("grid");
        for (String more : List.of("--formats=csv", "--dry-run")) {
            err.getBuffer().setLength(0);
            int code = run(
                    "replay",
                    "--orders",
                    none.toString(),
                    "--out",
                    grid.toString(),
                    "--sweep",
                    "window=7d,14d,x",
                    "--sweep",
                    "epoch=6h,5h",
                    more);
            assertEquals(2, code, err.toString());
            assertTrue(err.toString().contains("window must"), err.toString());
            assertTrue(err.toString().contains("epoch must"), err.toString());
        }
        assertFalse(Files.exists(grid));
        OrderEvent order = anOrder("o").from(seller("s")).at(day(1));
        Path one = Files.writeString(folder.resolve("one.jsonl"), JsonLines.line(order));
        assertEquals(
                0,
                run("replay", "--orders", one.toString(), "--out", grid.toString(), "--sweep", "window=7d,14d"),
                err.toString());
        assertTrue(Files.exists(grid.resolve("window-14d/manifest.json")));
        assertEquals(
                Files.readString(grid.resolve("window-7d/check.json")),
                Files.readString(grid.resolve("window-14d/check.json")));
    }

    @Test
    void wrongSettingsEndWithCode2AndAllMistakes() {
        assertEquals(2, run("run", "--set", "window=x", "--set", "epoch=5h"));
        assertTrue(err.toString().contains("window") && err.toString().contains("epoch"), err.toString());
    }

    @Test
    void aDemoCannotGoByFasterThanASecondAnEpoch() {
        assertEquals(
                2, run("demo", "--pace", "0", "--dir", folder.resolve("demo").toString()));
        assertTrue(err.toString().contains("--pace"), err.toString());
    }

    @Test
    void aBrokerThatIsAwayIsWaitedForAndThenNamed() {
        assertEquals(1, run("topics", "-b", "127.0.0.1:1", "--set", "start.wait=1s"));
        assertTrue(err.toString().contains("no Kafka broker answered at 127.0.0.1:1"), err.toString());
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing");
        assertEquals(1, run("import", "olist", missing.toString()));
        assertTrue(err.toString().contains("missing"), err.toString());
    }

    @Test
    void aPublicSetBecomesOrderEvents() throws Exception {
        Files.writeString(
                folder.resolve("baskets.csv"),
                "basket_id,household_id,store_id,transaction_timestamp,sales_value,items\n"
                        + "1,906,319,2017-01-01 12:30:27,1.50,1\n");
        Path file = folder.resolve("out/orders.jsonl");
        assertEquals(0, run("import", "completejourney", folder.toString(), "--out", file.toString()), err.toString());
        assertTrue(Files.readString(file).contains("store-319"), Files.readString(file));
    }

    @Test
    void twoSimulationsDoNotMixTheirFiles() throws Exception {
        Path dir = Files.createDirectories(folder.resolve("shared"));
        String[] command = {"simulate", "--scenario", "quiet", "--days", "2", "--out", dir.toString()};
        try (FileChannel other =
                FileChannel.open(dir.resolve("truth.csv"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertTrue(other.lock().isValid());
            assertEquals(1, run(command));
            assertTrue(err.toString().contains("another simulation is writing to " + dir), err.toString());
        }
        assertEquals(0, run(command), err.toString());
    }

    @Test
    void oddArgumentsEndWithASentence() {
        String orders = folder.resolve("none.jsonl").toString();
        assertEquals(
                2, run("simulate", "--orders", orders, "--out", folder.toString(), "--utc-offset", "Europe/Paris"));
        assertTrue(err.toString().contains("--utc-offset"), err.toString());
        assertEquals(2, run("simulate", "--scenario", "quiet", "--out", ""), "not into the folder where one stands");
        assertEquals(2, run("replay", "--orders", orders, "--out", ""), "nor here");
        assertEquals(2, run("replay", "--dry-run", "--orders", orders, "--from", "2024-07-01"));
        assertTrue(err.toString().contains("'2024-07-01' is not a time such as 2024-07-01T00:00:00Z"), err.toString());
        assertEquals(1, run("import", "olist", folder.toString(), "--out", "/"));
        assertFalse(err.toString().contains("Unexpected"), err.toString());
    }

    @Test
    void aPrincipalIsNoCommandForTheShellThatTheRulesArePastedInto() {
        assertEquals(0, run("topics", "--acls", "User:$(reboot)"));
        assertTrue(out.toString().contains("--allow-principal 'User:$(reboot)' "), out.toString());
        assertEquals(0, run("topics", "--acls", "User:leaktrace"));
        assertTrue(out.toString().contains("--allow-principal User:leaktrace "), out.toString());
    }

    @Test
    void theTopologyIsPrintedWithoutACluster() {
        assertEquals(0, run("topology"));
        assertTrue(out.toString().contains("Sub-topology: 1"), out.toString());
    }
}

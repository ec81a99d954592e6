package io.leaktrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code check} prints and returns, and what a replay says and writes about its input. */
class CheckCommandTest {

    @TempDir
    private static Path folder;

    private static String orders;
    private static String contacts;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void simulate() throws Exception {
        MarketOverrides size = new MarketOverrides(80, 30, 1_500, 100, 20, 0.004, null, null);
        SimulatedFiles.write(Scenario.QUIET.market(1, size, CallHabits.assumed()), folder);
        orders = folder.resolve(SimulatedFiles.ORDERS).toString();
        contacts = folder.resolve(SimulatedFiles.CONTACTS).toString();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void soundDataAreFineAndTheirPowerIsStated() throws Exception {
        Path made = folder.resolve("reports/sound");
        assertEquals(
                0, run("check", "--orders", orders, "--contacts", contacts, "--out", made.toString()), out + "" + err);
        assertTrue(out.toString().startsWith("Fine."), out.toString());
        for (String part : List.of("order events, ", "SELLER", "100%", "within a week", "10,000 (none here)")) {
            assertTrue(out.toString().contains(part), part + " in: " + out);
        }

        JsonNode report = new ObjectMapper().readTree(made.resolve("check.json").toFile());
        assertEquals("FINE", report.path("verdict").asText());
        assertEquals(8, report.path("power").size());
        JsonNode hundred = report.path("power").get(1);
        assertEquals("SELLER 100", hundred.path("role").asText() + " " + hundred.path("ordersPerDay"));
        assertTrue(hundred.path("month").path("monthPercent").asInt() >= 80, hundred.toString());
        assertTrue(
                hundred.path("month").path("ratePercent").asDouble()
                        <= hundred.path("week").path("ratePercent").asDouble(),
                hundred.toString());
    }

    @Test
    void reservationsEndWithCode4AndAReplayRepeatsThem() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(orders));
        Path local = folder.resolve("local.jsonl");
        Files.write(
                local,
                Stream.concat(
                                lines.stream()
                                        .map(line -> line.replaceAll("\\{\"role\":\"PAYMENT_CHANNEL\"[^}]*},?", "")
                                                .replace(",]", "]")),
                                lines.stream().limit(lines.size() / 8).map(line -> line.replace("eventId", "event")))
                        .toList());
        Path made = folder.resolve("reports/poor");
        assertEquals(
                4,
                run("check", "--orders", local.toString(), "--contacts", contacts, "--out", made.toString()),
                out + "" + err);
        assertTrue(out.toString().startsWith("Usable with reservations."), out.toString());
        String found = "No order names a PAYMENT_CHANNEL.";
        assertTrue(out.toString().contains("RESERVATION ROLE_MISSING: " + found), out.toString());
        assertTrue(out.toString().contains("To do: "), out.toString());
        assertTrue(out.toString().contains(" × "), "reasons for rows that were left out: " + out);

        Path run = folder.resolve("run");
        assertEquals(0, run("replay", "--orders", local.toString(), "--contacts", contacts, "--out", run.toString()));
        assertTrue(err.toString().contains("Check: usable with reservations. " + found), err.toString());
        JsonNode check = new ObjectMapper()
                .readTree(run.resolve("manifest.json").toFile())
                .path("check");
        assertEquals("RESERVATIONS", check.path("verdict").asText());
        assertEquals(found, check.path("findings").get(0).path("text").asText());

        ObjectNode report = (ObjectNode)
                new ObjectMapper().readTree(made.resolve("check.json").toFile());
        report.putArray("power");
        String written = Files.readString(run.resolve("check.json"));
        assertEquals(report, new ObjectMapper().readTree(written));
        JsonNode missing = report.path("findings").get(0);
        assertEquals(
                "ROLE_MISSING [\"PAYMENT_CHANNEL\"]", missing.path("code").asText() + " " + missing.path("values"));

        List<String> shuffled = new ArrayList<>(Files.readAllLines(local));
        Collections.shuffle(shuffled, new Random(1));
        Path again = Files.write(folder.resolve("shuffled.jsonl"), shuffled);
        assertEquals(
                0,
                run("replay", "--orders", again.toString(), "--contacts", contacts, "--out", run.toString()),
                err + "");
        assertEquals(written, Files.readString(run.resolve("check.json")));
    }

    @Test
    void dataThatCannotAnswerEndWithCode5AndNoDataWithCode2() throws Exception {
        assertEquals(5, run("check", "--orders", orders));
        assertTrue(out.toString().contains("BLOCKER NO_CONTACTS"), out.toString());
        assertFalse(out.toString().contains("within a week"), out.toString());
        Path made = folder.resolve("reports/blocked");
        assertEquals(5, run("check", "--orders", orders, "--json", "--out", made.toString()));
        assertEquals(out.toString(), Files.readString(made.resolve("check.json")));
        assertEquals(2, run("check"));
        assertEquals(2, run("check", "--orders", orders, "--out", ""));
        assertEquals(1, run("check", "--orders", orders, "--out", orders), "a file is in the place of the folder");
        assertTrue(err.toString().contains(orders), err.toString());
        assertEquals(1, run("check", "--orders", folder.resolve("none").toString()));
    }
}

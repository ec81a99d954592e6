package io.leaktrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        assertEquals(0, run("check", "--orders", orders, "--contacts", contacts), out + "" + err);
        assertTrue(out.toString().startsWith("Fine."), out.toString());
        for (String part : List.of("order events, ", "SELLER", "100%", "within a week", "10,000 (none here)")) {
            assertTrue(out.toString().contains(part), part + " in: " + out);
        }

        assertEquals(0, run("check", "--orders", orders, "--contacts", contacts, "--json"));
        JsonNode report = new ObjectMapper().readTree(out.toString());
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
        assertEquals(4, run("check", "--orders", local.toString(), "--contacts", contacts), out + "" + err);
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
    }

    @Test
    void dataThatCannotAnswerEndWithCode5AndNoDataWithCode2() {
        assertEquals(5, run("check", "--orders", orders));
        assertTrue(out.toString().contains("BLOCKER NO_CONTACTS"), out.toString());
        assertFalse(out.toString().contains("within a week"), out.toString());
        assertEquals(2, run("check"));
        assertEquals(1, run("check", "--orders", folder.resolve("none").toString()));
    }
}

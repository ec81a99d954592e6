package io.leaktrace.cli;

import static io.leaktrace.testing.Given.DAY_1;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Suspect.Status;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.testing.Suspects;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code decoys} prints of the folder of a run. */
class DecoysCommandTest {

    private static final Custodian ERP = new Custodian(Role.SERVICE_PROVIDER, "erp");

    @TempDir
    private Path run;

    private Path orders;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** All orders of the shop pass through its software, as do those of the client; the other has none. */
    @BeforeEach
    void writeOrders() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            String name = i < 30 ? "shop" : i < 60 ? "client" : "other";
            String erp = i < 60 ? ",{\"role\":\"SERVICE_PROVIDER\",\"id\":\"erp\"}" : "";
            lines.add("{\"eventId\":\"e" + i + "\",\"orderId\":\"o" + i + "\",\"buyerId\":\"b" + i
                    + "\",\"type\":\"PLACED\",\"occurredAt\":\"2024-02-20T09:30:00Z\",\"custodians\":[{\"role\":\"SELLER\","
                    + "\"id\":\"" + name + "\"}" + erp + "]}");
        }
        orders = run.resolve("orders.jsonl");
        Files.write(orders, lines);
        Files.writeString(run.resolve(RunFiles.EXPLANATIONS), explanation(ERP));
    }

    private static String explanation(Custodian custodian) {
        return "{\"market\":\"m\",\"custodian\":\"" + custodian + "\",\"asOf\":\"" + DAY_1
                + "\",\"alone\":4.0,\"given\":1.5,\"threshold\":4.5,\"negativeControl\":1.0,\"days\":[],"
                + "\"leadTimes\":[],\"disclosed\":[],\"takenBy\":[],\"incidents\":[],\"wouldRaise\":0,\"wouldClear\":0}\n";
    }

    private void write(Suspect... suspects) throws IOException {
        RunFiles.writeSuspects(run.resolve(RunFiles.SUSPECTS), List.of(suspects));
    }

    private void writeContested() throws IOException {
        write(
                Suspects.suspect(seller("shop"), Status.WATCH, 0.4, 4.0, ERP, DAY_1),
                Suspects.suspect(ERP, Status.CLEAR, 0.01, 1.5, null, DAY_1),
                Suspects.suspect(seller("client"), Status.CLEAR, 0.001, 1.4, null, DAY_1));
    }

    private int decoys(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("decoys"));
        all.addAll(List.of(arguments));
        return line.execute(all.toArray(String[]::new));
    }

    private int ofRun(String... more) {
        List<String> all = new ArrayList<>(List.of("--run", run.toString(), "--orders", orders.toString()));
        all.addAll(List.of(more));
        return decoys(all.toArray(String[]::new));
    }

    @Test
    void proposalsAreOrdersOfTheOneAndTheOther() throws IOException {
        writeContested();
        assertEquals(0, ofRun(), err.toString());
        for (String part : List.of(
                "20 decoys are expected to resolve",
                "SELLER:client ",
                "SELLER:shop or SERVICE_PROVIDER:erp",
                "SERVICE_PROVIDER:erp 100%",
                "5.00%")) {
            assertTrue(out.toString().contains(part), part + " in: " + out);
        }
        assertTrue(!out.toString().contains("SELLER:other"), out.toString());
    }

    @Test
    void jsonHasTheSameFigures() throws IOException {
        writeContested();
        assertEquals(0, ofRun("--json", "--budget", "6", "--choose", "service_provider,seller"), err.toString());
        JsonNode plan = new ObjectMapper().readTree(out.toString());
        assertEquals(6, plan.path("budget").asInt());
        assertEquals(DAY_1.toString(), plan.path("asOf").asText());
        int placed = 0;
        for (JsonNode proposal : plan.path("proposals")) {
            placed += proposal.path("orders").asInt();
        }
        assertEquals(6, placed);
        assertEquals(
                "[\"SELLER:client\",\"SERVICE_PROVIDER:erp\"]",
                plan.path("proposals").get(0).path("from").toString());
        assertEquals(
                "SELLER:shop", plan.path("examined").get(0).path("custodian").asText());
        assertEquals(
                "SELLER:shop", plan.path("examined").get(1).path("sharedWith").asText());
        assertTrue(plan.path("examined").get(0).path("decoysToSee").asInt() > 0, plan.toString());
    }

    @Test
    void withoutAContestedSuspectWatchedOnesAreConfirmedOrCleared() throws IOException {
        write(Suspects.suspect(seller("shop"), Status.WATCH, 0.3, 3.6, null, DAY_1));
        assertEquals(0, ofRun("--budget", "3"), err.toString());
        assertTrue(out.toString().contains("No suspect is contested"), out.toString());
        assertTrue(out.toString().contains("SELLER:shop"), out.toString());
    }

    @Test
    void mistakesAreExplained() throws IOException {
        writeContested();
        assertEquals(2, ofRun("--budget", "0"));
        assertTrue(err.toString().contains("--budget must be 1 to 1000, not 0"), err.toString());
        assertEquals(2, decoys("--run", run.toString()));
        assertTrue(err.toString().contains("--run needs the orders of the run too"), err.toString());
        assertEquals(2, decoys("--orders", orders.toString()));
        assertTrue(err.toString().contains("go with --run DIR"), err.toString());
        assertEquals(1, ofRun("--choose", "PAYMENT_CHANNEL"));
        assertTrue(err.toString().contains("Choose other roles with --choose"), err.toString());

        write(Suspects.suspect(seller("shop"), Status.CLEAR, 0.001, 1.5, null, DAY_1));
        assertEquals(1, ofRun());
        assertTrue(err.toString().contains("no custodian is watched, suspected or contested"), err.toString());
        write();
        assertEquals(1, ofRun());
        assertTrue(err.toString().contains("No custodian has been judged yet"), err.toString());
        Files.delete(run.resolve(RunFiles.EXPLANATIONS));
        assertEquals(1, ofRun());
        assertTrue(err.toString().contains("is not the folder of a run of this version"), err.toString());
    }
}

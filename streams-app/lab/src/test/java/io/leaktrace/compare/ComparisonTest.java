package io.leaktrace.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.cli.Main;
import io.leaktrace.compare.Comparison.Change;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.SimulatedContacts;
import io.leaktrace.simulate.SimulatedFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ComparisonTest {

    private static final String HEAD = "rank,role,id,status,score,evidence\n";

    @TempDir
    private Path runs;

    private Path fortnight;
    private Path week;

    @BeforeEach
    void writeTwoRuns() throws IOException {
        fortnight = run(
                "fortnight",
                "14d",
                "1,SELLER,found,SUSPECT,0.9,20.0\n2,SELLER,lost,SUSPECT,0.8,9.0\n3,SELLER,up,CLEAR,0.1,2.0\n"
                        + "4,SELLER,down,CLEAR,0.1,1.9\n5,SELLER,gained,WATCH,0.1,1.8\n6,SELLER,gone,CLEAR,0,1.0\n",
                "2024-03-10T00:00:00Z,SELLER,found,RAISED,0.9,6.0\n2024-03-11T00:00:00Z,SELLER,lost,RAISED,0.9,6.0\n"
                        + "2024-03-12T00:00:00Z,SELLER,found,ESCALATED,0.9,9.0\n");
        week = run(
                "week",
                "7d",
                "1,SELLER,found,SUSPECT,0.9,21.0\n2,SELLER,gained,SUSPECT,0.8,9.0\n3,SELLER,lost,CLEAR,0.1,2.5\n"
                        + "4,SELLER,up,CLEAR,0.1,2.0\n5,SELLER,down,CLEAR,0.1,1.9\n6,SELLER,new,CLEAR,0.1,1.8\n",
                "2024-03-08T12:00:00Z,SELLER,found,RAISED,0.9,6.0\n2024-03-12T00:00:00Z,SELLER,gained,RAISED,0.9,6\n");
    }

    private Path run(String name, String window, String suspects, String alerts) throws IOException {
        Path folder = Files.createDirectories(runs.resolve(name));
        Files.writeString(folder.resolve("suspects.csv"), HEAD + suspects);
        Files.writeString(folder.resolve("alerts.csv"), "at,role,id,change,score,evidence\n" + alerts);
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"name\":\"" + name + "\",\"version\":\"0.2.0\",\"settings\":{\"epoch\":\"6h\",\"window\":\"" + window
                        + "\"},\"eventTime\":{\"from\":\"2024-03-01T00:00:00Z\",\"to\":null},\"counts\":{\"read\":7}}");
        return folder;
    }

    @Test
    void idsThatLookLikeFormulasAreWrittenAsTextAndCompared() throws IOException {
        Instant at = Instant.parse("2024-03-10T00:00:00Z");
        List<String> ids = List.of("-x", "+8613912345678", "=1+2", "@a", "'=1", "plain");
        for (Path run : List.of(fortnight, week)) {
            List<Suspect> suspects = new ArrayList<>();
            List<Alert> alerts = new ArrayList<>();
            for (String id : ids) {
                Custodian custodian = new Custodian(Role.SELLER, id);
                suspects.add(new Suspect(
                        null,
                        custodian,
                        Suspect.Status.SUSPECT,
                        0.9,
                        -1.5,
                        10,
                        2,
                        1,
                        1,
                        0,
                        0,
                        0,
                        at,
                        at,
                        null,
                        0,
                        Reporters.NONE,
                        null,
                        null,
                        0,
                        at));
                alerts.add(new Alert(
                        "a", "m", custodian, Alert.Change.RAISED, at, 0.9, -1.5, 5, 2, 1, 10, Reporters.NONE, null));
            }
            RunFiles.writeSuspects(run.resolve(RunFiles.SUSPECTS), suspects);
            RunFiles.writeAlerts(run.resolve(RunFiles.ALERTS), alerts);
        }
        String csv = Files.readString(week.resolve(RunFiles.SUSPECTS));
        assertTrue(csv.contains(",SELLER,'-x,SUSPECT,0.900000,-1.5000,"), csv);
        assertTrue(csv.contains(",SELLER,''=1,"), csv);
        assertTrue(csv.contains(",2024-03-10T00:00:00Z,2024-03-10T00:00:00Z,"), csv);
        assertTrue(Files.readString(week.resolve(RunFiles.ALERTS)).contains(",SELLER,'+8613912345678,RAISED,"));
        Set<String> expected = ids.stream().map(id -> "SELLER:" + id).collect(Collectors.toSet());
        Comparison compared = Comparison.of(fortnight, week);
        assertEquals(
                expected,
                compared.suspects().stream()
                        .map(Comparison.SuspectChange::custodian)
                        .collect(Collectors.toSet()));
        assertEquals(
                expected,
                compared.alerts().stream()
                        .map(Comparison.AlertChange::custodian)
                        .collect(Collectors.toSet()));

        Leak leak = new Leak(new Custodian(Role.SELLER, "-x"), at, null, 0.5);
        SimulatedFiles.write(new SimulatedContacts(List.of(), List.of(leak), 0, 0), runs);
        assertTrue(Files.readString(runs.resolve(SimulatedFiles.TRUTH)).contains("SELLER,'-x,"));
        Truth.Score score = Truth.read(runs.resolve(SimulatedFiles.TRUTH))
                .score(Run.read(week).firstAlerts());
        assertEquals(1, score.found());
    }

    @Test
    void suspectsAreGainedLostRisenAndFallen() throws IOException {
        Comparison comparison = Comparison.of(fortnight, week);
        Map<String, Change> changes = comparison.suspects().stream()
                .collect(Collectors.toMap(Comparison.SuspectChange::custodian, Comparison.SuspectChange::change));
        assertEquals(
                Map.of(
                        "SELLER:found", Change.SAME,
                        "SELLER:gained", Change.GAINED,
                        "SELLER:new", Change.APPEARED,
                        "SELLER:lost", Change.LOST,
                        "SELLER:gone", Change.GONE,
                        "SELLER:up", Change.FALLEN,
                        "SELLER:down", Change.FALLEN),
                changes);
        assertEquals(
                Change.RISEN,
                Comparison.of(week, fortnight).suspects().stream()
                        .filter(change -> change.custodian().equals("SELLER:up"))
                        .findFirst()
                        .orElseThrow()
                        .change());
        assertEquals("SELLER:gained", comparison.suspects().get(0).custodian(), "those that changed most first");
    }

    @Test
    void whoIsUnknownToARunIsNotAccusedThere() throws IOException {
        Path few = run("few", "14d", "1,SELLER,both,CLEAR,0.1,2.0\n", "");
        Path more = run(
                "more",
                "14d",
                "1,SELLER,accused,CONFIRMED,0.9,20.0\n2,SELLER,both,CLEAR,0.1,2.0\n3,SELLER,clear,CLEAR,0.1,1.0\n",
                "");
        assertEquals(
                List.of("SELLER:accused GAINED", "SELLER:both FALLEN", "SELLER:clear APPEARED"),
                changes(Comparison.of(few, more)));
        assertEquals(
                List.of("SELLER:accused LOST", "SELLER:both RISEN", "SELLER:clear GONE"),
                changes(Comparison.of(more, few)));

        StringWriter out = new StringWriter();
        assertEquals(3, diff(out, few, more, "--top", "1"));
        assertTrue(out.toString().contains("SELLER:accused  gained"), out.toString());
        assertFalse(out.toString().contains("SELLER:clear"), out.toString());
        assertTrue(out.toString().contains("… and 1 others below rank 1 are in only one run."), out.toString());
    }

    private static List<String> changes(Comparison comparison) {
        return comparison.suspects().stream()
                .map(change -> change.custodian() + " " + change.change())
                .toList();
    }

    @Test
    void aBrokenRunIsLeftOutOfTheList() throws IOException {
        for (String broken : List.of("", "{\"name\":", "[]")) {
            Files.writeString(Files.createDirectories(runs.resolve("broken")).resolve("manifest.json"), broken);
            assertEquals(
                    List.of("fortnight", "week"),
                    new Runs(runs).list().stream().map(Runs.Summary::name).toList());
        }
        assertThrows(IOException.class, () -> Comparison.of(week, runs.resolve("broken")));
    }

    @Test
    void aFileWithoutAHashIsComparedByItsName() throws IOException {
        Path manifest = week.resolve("manifest.json");
        Files.writeString(
                manifest,
                Files.readString(manifest).replace("\"counts\"", "\"orders\":[{\"file\":\"o.jsonl\"}],\"counts\""));
        assertTrue(Comparison.of(fortnight, week)
                .settings()
                .contains(new Comparison.SettingChange("--orders", "", "o.jsonl")));
    }

    @Test
    void alertsAreEarlierOrLaterByHours() throws IOException {
        Comparison comparison = Comparison.of(fortnight, week);
        assertEquals(
                List.of(
                        new Comparison.AlertChange(
                                "SELLER:found", "2024-03-10T00:00:00Z", "2024-03-08T12:00:00Z", -36.0),
                        new Comparison.AlertChange("SELLER:gained", null, "2024-03-12T00:00:00Z", null),
                        new Comparison.AlertChange("SELLER:lost", "2024-03-11T00:00:00Z", null, null)),
                comparison.alerts());
        assertEquals(List.of(new Comparison.SettingChange("window", "14d", "7d")), comparison.settings());
    }

    @Test
    void theJsonIsThatOfTheApi() throws IOException {
        var json = new ObjectMapper().readTree(Comparison.of(fortnight, week).toJson());
        assertEquals(
                "[a, b, settings, suspects, alerts]",
                json.properties().stream().map(Map.Entry::getKey).toList().toString());
        assertEquals(
                "{\"custodian\":\"SELLER:gained\",\"change\":\"GAINED\","
                        + "\"a\":{\"rank\":5,\"status\":\"WATCH\",\"score\":0.1,\"evidence\":1.8},"
                        + "\"b\":{\"rank\":2,\"status\":\"SUSPECT\",\"score\":0.8,\"evidence\":9.0}}",
                json.path("suspects").get(0).toString());
        assertEquals(
                "{\"custodian\":\"SELLER:found\",\"a\":\"2024-03-10T00:00:00Z\",\"b\":\"2024-03-08T12:00:00Z\","
                        + "\"shiftHours\":-36.0}",
                json.path("alerts").get(0).toString());
    }

    @Test
    void runsAreListedAndAComparedRunEndsWithCode3() throws IOException {
        Files.createDirectories(runs.resolve("not-whole/.replay"));
        List<Runs.Summary> listed = new Runs(runs).list();
        assertEquals(
                List.of("fortnight", "week"),
                listed.stream().map(Runs.Summary::name).toList());
        assertEquals("7d", listed.get(1).settings().get("window"));
        assertEquals(7, listed.get(1).records());
        assertTrue(new Runs(runs).find("week").isPresent());
        assertFalse(new Runs(runs.resolve("week")).find("../week").isPresent());

        StringWriter out = new StringWriter();
        assertEquals(3, diff(out, fortnight, week));
        assertTrue(out.toString().contains("1.50 days earlier"), out.toString());
        assertTrue(out.toString().contains("SELLER:gained  gained"), out.toString());
        assertEquals(0, diff(out, week, week));
        assertEquals(1, diff(out, week, runs));
    }

    @Test
    void aDifferenceInAnyColumnCounts() throws IOException {
        Path same = run(
                "fortnight2",
                "14d",
                Files.readString(fortnight.resolve("suspects.csv")).substring(HEAD.length()),
                Files.readString(fortnight.resolve("alerts.csv"))
                        .substring("at,role,id,change,score,evidence\n".length()));
        assertTrue(Comparison.of(fortnight, same).same());
        Files.writeString(
                same.resolve("suspects.csv"),
                Files.readString(same.resolve("suspects.csv"))
                        .replace("\n", ",\n")
                        .replace("evidence,\n", "evidence,more\n"));
        assertFalse(Comparison.of(fortnight, same).same());
    }

    private static int diff(StringWriter out, Path a, Path b, String... options) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(new StringWriter(), true));
        return line.execute(Stream.concat(Stream.of("diff", a.toString(), b.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    @Test
    void aSweepIsAGridAndIsHeldAgainstTheTruth() throws IOException {
        Sweep grid = new Sweep(List.of("window=7d,14d", "epoch=6h"));
        assertEquals(
                List.of("window-7d_epoch-6h", "window-14d_epoch-6h"),
                grid.combinations().stream().map(Sweep::name).toList());
        assertThrows(IllegalArgumentException.class, () -> new Sweep(List.of("window")));
        assertThrows(IllegalArgumentException.class, () -> new Sweep(List.of("window=7d", "window=8d")));

        Path truth = Files.writeString(
                runs.resolve("truth.csv"),
                "role,id,from,to\nSELLER,found,2024-03-07T00:00:00Z,\nSELLER,missed,2024-03-01T00:00:00Z,\n");
        Files.move(week, runs.resolve("window-7d_epoch-6h"));
        Files.move(fortnight, runs.resolve("window-14d_epoch-6h"));
        List<List<String>> table = grid.table(runs, Truth.read(truth));
        assertEquals(
                "[window-7d_epoch-6h, 7d, 6h, 2, 2, 2024-03-08T12:00:00Z, 1, 1, 1, 1.50]",
                table.get(1).toString());
        Sweep.write(runs.resolve("sweep.csv"), table);
        assertEquals(3, Files.readAllLines(runs.resolve("sweep.csv")).size());
    }

    @Test
    void aLeakerAccusedBeforeItLeaksIsAnInnocentOne() throws IOException {
        Path truth = Files.writeString(runs.resolve("truth.csv"), "role,id,from,to\nSELLER,s,2024-03-07T00:00:00Z,\n");
        TreeMap<Custodian, Instant> early =
                new TreeMap<>(Map.of(Custodian.parse("SELLER:s"), Instant.parse("2024-03-06T00:00:00Z")));
        Truth.Score score = Truth.read(truth).score(early);
        assertEquals(0, score.found());
        assertEquals(1, score.missed());
        assertEquals(1, score.innocent());
        assertTrue(Double.isNaN(score.medianDelayDays()));
    }
}

package io.leaktrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import io.leaktrace.runs.RunFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExplainCommandTest {

    private static final Instant AS_OF = Instant.parse("2024-03-20T00:00:00Z");

    @TempDir
    private Path run;

    @Test
    void reasonsAreGivenWhereThereIsNoExplanation() throws IOException {
        write(suspect("s", Suspect.Status.CLEAR, 1), explanation("SELLER:other", AS_OF));
        String said = explain("SELLER:s");
        assertTrue(said.contains("is below the alert threshold, 3.5."), said);
        assertTrue(said.contains("100 orders are too few for a conclusion."), said);
        assertTrue(said.contains("There is no explanation"), said);
        assertFalse(said.contains("person"), said);
    }

    @Test
    void whereNobodyWasExplainedThereIsNoThreshold() throws IOException {
        write(suspect("s", Suspect.Status.CLEAR, 1), "");
        String said = explain("SELLER:s");
        assertFalse(said.contains("threshold"), said);
        assertTrue(said.contains("100 orders are too few for a conclusion."), said);
    }

    @Test
    void anOldExplanationGivesNoReasonsAndSaysOfWhenItIs() throws IOException {
        write(suspect("s", Suspect.Status.SUSPECT, 9), explanation("SELLER:s", AS_OF));
        String said = explain("SELLER:s");
        assertTrue(said.contains("before they bought from it"), said);
        assertFalse(said.contains("The rest is as of"), said);

        Instant before = AS_OF.minus(Duration.ofHours(30));
        write(suspect("s", Suspect.Status.SUSPECT, 9), explanation("SELLER:s", before));
        said = explain("SELLER:s");
        assertTrue(said.contains("is above the alert threshold, 3.5."), said);
        assertFalse(said.contains("before they bought from it"), said);
        assertTrue(said.contains("The rest is as of 2024-03-18T18:00:00Z"), said);
        assertTrue(said.contains("By day of touch"), said);
    }

    @Test
    void aRunSaysThatAPersonDecided() throws IOException {
        write(suspect("s", Suspect.Status.DISMISSED, 9), explanation("SELLER:s", AS_OF));
        String said = explain("SELLER:s");
        assertTrue(said.contains("A person decided it with a verdict"), said);
    }

    @Test
    void idsAreReadBackFromCsvAsTheyWereAndShownWithoutControlCharacters() throws IOException {
        for (String id : List.of("-x", "+8613912345678", "=1+2", "'=1", "@a", "阳光旗舰店")) {
            write(suspect(id, Suspect.Status.SUSPECT, 9), explanation("SELLER:" + id, AS_OF));
            assertTrue(explain("SELLER:" + id).contains("SELLER:" + id + " as of"), id);
        }
        String odd = "a\u001B[2J\u202Eb\nc";
        write(suspect(odd, Suspect.Status.SUSPECT, 9), "");
        String said = explain("SELLER:" + odd);
        assertTrue(said.contains("SELLER:a\\u001B[2J\\u202Eb\\u000Ac as of"), said);
        assertEquals(-1, said.indexOf('\u001B'));
        assertEquals(-1, said.indexOf('\u202E'));
    }

    @Test
    void tablesShowIdsWithoutControlCharactersAndSayTheirTimeZone() {
        StringWriter out = new StringWriter();
        SuspectTable.print(
                new PrintWriter(out, true), List.of(suspect("a\u001B[2J", Suspect.Status.SUSPECT, 9)), 5, null, null);
        TextTable.print(new PrintWriter(out, true), List.of(List.of("who"), List.of("b\u009B2J\r")));
        String table = out.toString();
        assertTrue(table.contains("SELLER:a\\u001B[2J "), table);
        assertTrue(table.contains("b\\u009B2J\\u000D"), table);
        assertTrue(table.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)), table);
        assertTrue(table.contains("UTC"), table);
    }

    @Test
    void aTableOfTheLearningPeriodSaysHowLongItLasts() {
        StringWriter out = new StringWriter();
        SuspectTable.print(new PrintWriter(out, true), List.of(), 5, null, AS_OF);
        assertTrue(out.toString().startsWith("learning until " + AS_OF + ": "), out.toString());
    }

    /** Custodians that are not accused although their evidence is above the threshold. */
    @Test
    void commonSourcesAndFalseReportsAreNamed() throws IOException {
        Suspect client = suspect("client", Suspect.Status.WATCH, 9, new Reporters(5, 4, 2, false), 12);
        Suspect framed = suspect("framed", Suspect.Status.WATCH, 9, new Reporters(10, 1, 2, true), 0);
        StringWriter out = new StringWriter();
        SuspectTable.print(new PrintWriter(out, true), List.of(client, framed), 5, null, null);
        assertTrue(
                out.toString().contains("12 custodians of role SELLER seem to leak because of one source"),
                out.toString());
        assertTrue(out.toString().contains(": client. They are not accused one by one."), out.toString());
        assertTrue(
                out.toString().contains("SELLER:framed: the reports may be made up; 1 of 10 buyers"), out.toString());

        write(client, explanation("SELLER:client", AS_OF));
        String said = explain("SELLER:client");
        assertTrue(said.contains("one of 12 custodians of its role that began to leak at the same time"), said);
        write(framed, explanation("SELLER:framed", AS_OF));
        said = explain("SELLER:framed");
        assertTrue(said.contains("(1 of 10 had placed another order before)"), said);
    }

    @Test
    void aVerdictHoldsUntilItExpiresOrIsRemediated() {
        assertFalse(LeakVerdict.isInForce(null, AS_OF));
        assertTrue(LeakVerdict.isInForce(verdict(Verdict.CONFIRMED, null), AS_OF));
        assertFalse(LeakVerdict.isInForce(verdict(Verdict.REMEDIATED, null), AS_OF));
        assertTrue(LeakVerdict.isInForce(verdict(Verdict.DISMISSED, null), AS_OF));
        assertTrue(LeakVerdict.isInForce(verdict(Verdict.DISMISSED, AS_OF), AS_OF));
        assertFalse(LeakVerdict.isInForce(verdict(Verdict.DISMISSED, AS_OF.minusMillis(1)), AS_OF));
    }

    private static LeakVerdict verdict(Verdict verdict, Instant expiresAt) {
        return new LeakVerdict(
                Custodian.parse("SELLER:s"), verdict, "mei", AS_OF.minus(Duration.ofDays(5)), null, expiresAt);
    }

    private static Suspect suspect(String id, Suspect.Status status, double evidence) {
        return suspect(id, status, evidence, new Reporters(5, 4, 2, false), 0);
    }

    private static Suspect suspect(
            String id, Suspect.Status status, double evidence, Reporters reporters, int inCommon) {
        return new Suspect(
                null,
                Custodian.parse("SELLER:" + id),
                status,
                0.9,
                evidence,
                100,
                7,
                5,
                1,
                0.05,
                0.03,
                0.07,
                null,
                null,
                null,
                0,
                reporters,
                LeakKind.LEAKS_NOW,
                null,
                inCommon,
                AS_OF);
    }

    private static String explanation(String custodian, Instant asOf) {
        return "{\"market\":\"m\",\"custodian\":\"" + custodian + "\",\"asOf\":\"" + asOf
                + "\",\"alone\":9.1,\"given\":9.0,\"threshold\":3.5,\"negativeControl\":2.0,\"days\":[],"
                + "\"leadTimes\":[],\"disclosed\":[],\"takenBy\":[],\"incidents\":[],\"wouldRaise\":0,"
                + "\"wouldClear\":0}\n";
    }

    private void write(Suspect suspect, String explanations) throws IOException {
        RunFiles.writeSuspects(run.resolve(RunFiles.SUSPECTS), List.of(suspect));
        Files.writeString(run.resolve(RunFiles.EXPLANATIONS), explanations);
    }

    private String explain(String custodian) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        assertEquals(0, line.execute("explain", custodian, "--run", run.toString()), err.toString());
        return out.toString();
    }
}

package io.leaktrace.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Runs the commands of {@code docs/data.md} and compares what they print with what stands there. Mappings and remarks
 * have to be the same; of the rankings, which change with the model, only the suspects. All replays but the first are run
 * with epochs of a day, which takes a third of the time.
 */
class DataPageTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern BLOCK = Pattern.compile("```\\n(\\$ .*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND =
            Pattern.compile("^\\$ ((?:.*\\\\\\n)*.*)\\n((?:(?!\\$ ).*\\n)*)", Pattern.MULTILINE);
    private static final Pattern SUSPECT = Pattern.compile("\\s+(\\d+)\\s+(\\S+)\\s+SUSPECT\\s.*");
    private static final Pattern RANK = Pattern.compile("\\s+\\d+\\s+\\S+:\\S+\\s.*");

    @TempDir
    private Path folder;

    @Test
    void theCommandsPrintWhatThePageSays() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/data.md"));
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(page).results().toList()) {
            for (MatchResult command : COMMAND.matcher(block.group(1)).results().toList()) {
                String line = command.group(1).replaceAll("\\s*\\\\\\n\\s*", " ");
                expected.add("$ " + line + "\n" + comparable(command.group(2)));
                found.add("$ " + line + "\n" + comparable(printed(line.split(" "))));
            }
        }
        assertEquals(String.join("\n", expected), String.join("\n", found));
        assertEquals(18, found.size());
        assertEquals(
                6, found.stream().filter(text -> text.contains(" SUSPECT ")).count());
        assertOrderOfRowsChangesNoByte();
        assertManifestHasTheTables();
    }

    private String printed(String[] words) throws IOException {
        if (words[0].equals("cat")) {
            return Files.readString(path(words[1])).replaceAll("'[^']*/docs/examples/", "'../docs/examples/");
        }
        assertEquals("./leaktrace", words[0]);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> arguments = Arrays.stream(words)
                .skip(1)
                .map(word -> word.contains("/") && !word.startsWith("Asia")
                        ? path(word).toString()
                        : word)
                .collect(Collectors.toCollection(ArrayList::new));
        boolean isExact = Stream.of("extract", "backwards", "--like").anyMatch(String.join(" ", words)::contains);
        if (words[1].equals("replay") && !isExact) {
            arguments.addAll(List.of("--set", "epoch=24h"));
        }
        assertEquals(0, line.execute(arguments.toArray(String[]::new)), err.toString());
        return err.toString().replace(folder.toString() + "/", "try/") + out;
    }

    private Path path(String word) {
        return word.startsWith("try/")
                ? folder.resolve(word.substring(4))
                : ROOT.resolve(word).toAbsolutePath();
    }

    private static String comparable(String text) {
        return text.lines()
                .filter(line ->
                        SUSPECT.matcher(line).matches() || !RANK.matcher(line).matches())
                .filter(line -> !line.startsWith("…") && !line.startsWith("      … and"))
                .map(line -> SUSPECT.matcher(line).replaceAll(" $1 $2 SUSPECT "))
                .map(line -> line.replaceAll(" in \\d+\\.\\d s;", ""))
                .map(line -> line.replaceAll("[\\d,]+ reported contacts", "N reported contacts"))
                .map(line -> line.replaceAll("Replayed [\\d,]+ ", "Replayed N "))
                .collect(Collectors.joining("\n"));
    }

    /** Repeats the first example with its rows in the opposite order. */
    private void assertOrderOfRowsChangesNoByte() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("docs/examples/extract.csv"));
        List<String> backwards = new ArrayList<>(lines.subList(0, 1));
        for (int row = lines.size() - 1; row > 0; row--) {
            backwards.add(lines.get(row));
        }
        Files.write(folder.resolve("backwards.csv"), backwards);
        String mapping = Files.readString(folder.resolve("extract.sql"));
        Files.writeString(
                folder.resolve("backwards.sql"),
                mapping.replaceAll("'[^']*/docs/examples/extract.csv'", "'backwards.csv'"));
        printed("./leaktrace replay --input try/backwards.sql --out try/backwards".split(" "));
        for (String file : List.of("suspects.csv", "alerts.csv", "explanations.ndjson")) {
            assertEquals(
                    -1, Files.mismatch(folder.resolve("extract/" + file), folder.resolve("backwards/" + file)), file);
        }
    }

    /** The manifest has the mapping's tables, so that the run can be repeated with these and no others. */
    private void assertManifestHasTheTables() throws IOException {
        String manifest = Files.readString(folder.resolve("extract/manifest.json"));
        for (String part : List.of("\"timeZone\" : \"Asia/Shanghai\"", "\"extract.sql\"", "\"calls.csv\"")) {
            assertTrue(manifest.contains(part), manifest);
        }
        String like = " --like try/extract/manifest.json --dry-run --name again";
        assertTrue(printed(("./leaktrace replay --input try/extract.sql" + like).split(" "))
                .contains("2,499 records of 0 files and the tables of the mapping."));
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        String[] other = ("replay --dry-run --input " + folder.resolve("backwards.sql") + " --like "
                        + folder.resolve("extract/manifest.json"))
                .split(" ");
        assertEquals(1, line.execute(other));
        assertTrue(err.toString().contains("this is not the input of that run"), err.toString());
    }

    @Test
    void wrongUseIsExplained() {
        for (String[] wrong : new String[][] {
            {"2", "give --orders FILE", "load"},
            {
                "2",
                "--time-zone and --encoding need --input",
                "replay",
                "--orders",
                "o",
                "--time-zone",
                "UTC",
                "--out",
                "r"
            },
            {"2", "there is no time zone 'Mars'", "replay", "--input", "m.sql", "--time-zone", "Mars", "--out", "r"},
            {"2", "there is no encoding 'x'", "map", "a.csv", "--encoding", "x"},
            {"1", "--input: m.sql does not exist", "simulate", "--input", "m.sql", "--out", "r"},
            {"1", "a.csv does not exist", "map", "a.csv"},
        }) {
            StringWriter err = new StringWriter();
            CommandLine line = Main.commandLine();
            line.setErr(new PrintWriter(err, true));
            int code = line.execute(Arrays.copyOfRange(wrong, 2, wrong.length));
            assertTrue(err.toString().toLowerCase().contains(wrong[1].toLowerCase()), err.toString());
            assertEquals(Integer.parseInt(wrong[0]), code, err.toString());
        }
    }
}

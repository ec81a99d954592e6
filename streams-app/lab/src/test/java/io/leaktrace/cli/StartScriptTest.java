package io.leaktrace.cli;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.files.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The start script in a checkout of its own, of which the classes are those of this test; and the command line as a process,
 * in locales that do not know the characters that it is given.
 */
class StartScriptTest {

    private static final String SUSPECTS_HEAD =
            "rank,role,id,status,score,evidence,exposures,contacts,attributed,expected,"
                    + "leak_rate,leak_rate_low,leak_rate_high,onset,first_alerted_at,as_of,shared_with,shared\n";

    private static final Path OPTIONS = Path.of("../jvm.options");

    @TempDir
    private Path folder;

    private Path home;
    private Path tools;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void checkOut() throws IOException {
        home = Files.createDirectories(folder.resolve("a check out"));
        for (String module : List.of("schemas", "streams-app/lab")) {
            Files.createDirectories(home.resolve(module).resolve("src/main"));
            Files.writeString(home.resolve(module).resolve("pom.xml"), "");
        }
        Files.writeString(home.resolve("pom.xml"), "");
        Files.copy(Path.of("../../leaktrace"), home.resolve("leaktrace"));
        Files.copy(OPTIONS, home.resolve("streams-app/jvm.options"));
        Path jar =
                Files.createDirectories(home.resolve("streams-app/lab/target")).resolve("leaktrace-lab.jar");
        Files.writeString(jar, "");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        tools = Files.createDirectories(folder.resolve("tools"));
        tool("mvn", "pwd > \"$TOOLS/built-in\"");
        // The real one, on the class path of this test.
        tool("java", """
                printf '%s\\n' "$@" > "$TOOLS/java-arguments"
                while [ "$1" != -cp ]; do
                  case "$1" in
                    -D* | -Xmx* | -XX:+ExitOn*) given+=("$1") ;;
                    @*) mapfile -t -O "${#given[@]}" given < <(grep ^-D "${1#@}") ;;
                  esac
                  shift
                done
                shift 2
                exec "$REAL_JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${given[@]}" -cp "$CLASSES" "$@"
                """);
    }

    private void tool(String name, String script) throws IOException {
        Path tool = Files.writeString(tools.resolve(name), "#!/usr/bin/env bash\ngiven=()\n" + script);
        assertTrue(tool.toFile().setExecutable(true));
    }

    private Ended run(Path from, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().put("TOOLS", tools.toString());
        builder.environment().put("CLASSES", System.getProperty("java.class.path"));
        builder.environment().put("REAL_JAVA", java());
        builder.environment().putAll(environment);
        Path out = tools.resolve("out");
        Path err = tools.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "still runs: " + List.of(command));
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Runs commands through a file in UTF-8: this JVM may be in a locale in which it cannot pass their characters on. */
    private Ended script(Map<String, String> environment, String commands) throws IOException, InterruptedException {
        Path script = Files.writeString(tools.resolve("script"), commands);
        return run(folder, environment, "bash", script.toString());
    }

    @Test
    void textIsUtf8WhateverTheLocale() throws Exception {
        script(
                Map.of(),
                "mkdir 运行 && : > 运行/explanations.ndjson && cat > 运行/suspects.csv << END\n" + SUSPECTS_HEAD
                        + "1,SELLER,阳光旗舰店,CLEAR,0.1,1.0,10,1,0,0,0,0,0,,,2024-01-01T00:00:00Z,,0\nEND\n");
        for (Map<String, String> locale : List.of(
                Map.of("LC_ALL", "C"),
                Map.<String, String>of(),
                Map.of("LANG", "xx_XX.ISO-8859-1"),
                Map.of("LC_ALL", "C.UTF-8"))) {
            Ended ended = script(locale, "'" + home + "/leaktrace' explain SELLER:阳光旗舰店 --run 运行");
            assertEquals(0, ended.code, locale + ": " + ended.err);
            assertTrue(ended.out.contains("SELLER:阳光旗舰店 as of 2024-01-01T00:00:00Z"), locale + ": " + ended.out);
        }
        assertFalse(Files.exists(tools.resolve("built-in")), "nothing is built where nothing is missing");
    }

    @Test
    void withoutTheScriptWhatWasLostIsRefused() throws Exception {
        for (String command : List.of("verdict SELLER:阳光旗舰店 confirmed --by mei", "erase 张三")) {
            Ended ended = script(
                    Map.of("LC_ALL", "C"),
                    "\"$REAL_JAVA\" -XX:TieredStopAtLevel=1 -cp \"$CLASSES\" io.leaktrace.cli.Main " + command);
            assertEquals(2, ended.code, ended.err);
            assertTrue(ended.err.contains("export LC_ALL=C.UTF-8"), ended.err);
        }
        assertTrue(Main.isUnreadable(List.of("load").stream(), Map.of("LEAKTRACE_STATE_DIR", "/\uFFFD\uFFFD")));
        assertFalse(Main.isUnreadable(List.of("load", "张三").stream(), Map.of("OTHER", "\uFFFD")));
    }

    @Test
    void theScriptIsFoundBehindSymbolicLinks() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("my bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("absolute"), home.resolve("leaktrace"));
        Path relative = Files.createSymbolicLink(bin.resolve("relative"), Path.of("../a check out/leaktrace"));
        Path chain = Files.createSymbolicLink(bin.resolve("chain"), Path.of("relative"));
        Path linkedBin = Files.createSymbolicLink(folder.resolve("linked"), bin);
        Files.delete(home.resolve("streams-app/lab/target/leaktrace-lab.jar"));
        for (Path link : List.of(home.resolve("leaktrace"), absolute, relative, chain, linkedBin.resolve("chain"))) {
            Files.deleteIfExists(tools.resolve("built-in"));
            Ended built = run(folder, Map.of(), link.toString(), "build");
            assertEquals(0, built.code, link + ": " + built.err);
            assertEquals(
                    home.toRealPath() + "\n",
                    Files.readString(tools.resolve("built-in")),
                    "Maven's folder for " + link);
        }
        Ended ended = run(bin, Map.of("CDPATH", folder.toString()), "./chain", "--version");
        assertEquals(0, ended.code, ended.err);
        assertTrue(ended.out.startsWith("leaktrace "), ended.out);
        String arguments = Files.readString(tools.resolve("java-arguments"));
        assertTrue(arguments.contains(home.toRealPath() + "/streams-app/lab/target/leaktrace-lab.jar:"), arguments);
    }

    /** Otherwise figures that are measured with one of them do not describe the other. */
    @Test
    void scriptAndImageStartJavaWithTheSameOptions() throws Exception {
        Ended ended = script(Map.of(), "'" + home + "/leaktrace' --version");
        assertEquals(0, ended.code, ended.err);
        List<String> given = Files.readAllLines(tools.resolve("java-arguments"));
        assertTrue(given.contains("@" + home.toRealPath() + "/streams-app/jvm.options"), given.toString());
        String image = Files.readString(Path.of("../../docker/Dockerfile"));
        assertTrue(image.contains("COPY streams-app/jvm.options /opt/leaktrace/jvm.options\n"), image);
        assertTrue(image.contains("ENTRYPOINT [\"java\", \"@/opt/leaktrace/jvm.options\","), image);
        for (String option : Files.readAllLines(OPTIONS)) {
            String name = option.replaceAll("[=#].*", "");
            assertTrue(name.isEmpty() || !image.contains(name), "the image has a second " + name);
            assertTrue(name.isEmpty() || given.stream().noneMatch(one -> one.startsWith(name)), given.toString());
        }
        // What Java itself makes of the file.
        Process java = new ProcessBuilder(java(), "@" + OPTIONS, "-version").start();
        assertTrue(java.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, java.exitValue(), () -> "Java rejects " + OPTIONS);
    }

    @Test
    void theOutputOfACommandIsReadAsAFile() throws Exception {
        String line = JsonLines.line(anOrder("o").by("b").from(seller("s")).at(day(1))) + "\n";
        Files.writeString(folder.resolve("orders.jsonl"), line);
        Ended ended = script(
                Map.of(),
                "'" + home + "/leaktrace' replay --orders <(cat orders.jsonl) --contacts <(true) --out result");
        assertEquals(0, ended.code, ended.err);
        String manifest = Files.readString(folder.resolve("result/manifest.json"));
        assertTrue(manifest.contains("\"bytes\" : " + line.length()), manifest);
    }

    /** Not 3, which says that two runs differ. */
    @Test
    void whereMemoryIsUsedUpACommandSaysSoAndEndsWithCode1() throws Exception {
        Path run = Files.createDirectories(folder.resolve("run"));
        StringBuilder rows = new StringBuilder("rank,role,id,status,score,evidence\n");
        for (int rank = 1; rank <= 300_000; rank++) {
            rows.append(rank).append(",SELLER,s-").append(rank).append(",CLEAR,0,0\n");
        }
        Files.writeString(run.resolve("suspects.csv"), rows);
        Files.writeString(run.resolve("alerts.csv"), "at,role,id,change\n");
        Files.writeString(run.resolve("manifest.json"), "{}");
        Ended ended = script(Map.of("LEAKTRACE_HEAP", "32m"), "'" + home + "/leaktrace' diff run run");
        assertEquals(1, ended.code, ended.err);
        assertTrue(ended.err.contains("LEAKTRACE_HEAP"), ended.err);
        assertEquals("", ended.out);
    }

    @Test
    void standardInputIsReadOnceWhateverItIsCalledAndMayBeClosed() throws Exception {
        String replay = "'" + home + "/leaktrace' replay --dry-run --orders ";
        Ended twice = script(Map.of(), "echo | " + replay + "/dev/stdin --contacts -");
        assertEquals(1, twice.code, twice.err);
        assertTrue(twice.err.contains("named twice"), twice.err);
        Ended closed = script(Map.of(), replay + "- <&-");
        assertEquals(1, closed.code, closed.err);
        assertTrue(closed.err.contains("There is no order event in standard input"), closed.err);
    }

    /** The library for command lines warns of it, with the value. */
    @Test
    void aQuoteInAPasswordIsNoReasonToPrintIt() throws Exception {
        Ended ended = script(
                Map.of(),
                "'" + home + "/leaktrace' replay --dry-run --orders none --set registry.user=li "
                        + "--set 'registry.password=se\"cret'");
        assertEquals(1, ended.code, ended.err);
        assertEquals("--orders: none does not exist\n", ended.err);
    }

    @Test
    void aFullDeviceIsAFailureAndAReaderThatHasEnoughIsNone() throws Exception {
        String script = home.resolve("leaktrace").toString();
        Ended full = run(folder, Map.of(), "bash", "-c", "\"$0\" topology > /dev/full", script);
        assertEquals(1, full.code, full.err);
        assertTrue(full.err.contains("The output could not be written"), full.err);

        Ended head = run(
                folder,
                Map.of(),
                "bash",
                "-c",
                "set -o pipefail; \"$0\" run --list-settings | head -n 1 > /dev/null",
                script);
        assertEquals(0, head.code, head.err);
        assertEquals("", head.err);
    }
}

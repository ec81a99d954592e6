package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    private static final String HASH = DigestUtils.sha256Hex("a long secret text");

    @TempDir
    private Path folder;

    private Access withTokens(String lines) throws IOException {
        Path file = folder.resolve("tokens");
        Files.writeString(file, lines);
        return Access.of(Settings.of(Map.of(
                "http.tokens",
                file.toString(),
                "http.host",
                "0.0.0.0",
                "http.advertised",
                "here:8080",
                "http.allowed.hosts",
                "leaktrace.example, Console.Example:443")));
    }

    private static int refused(Runnable request) {
        return assertThrows(Problem.class, request::run).status();
    }

    @Test
    void withoutAFileOnlyThisMachineIsLetIn() {
        Access access = Access.of(Settings.of(Map.of("http.allowed.hosts", "leaktrace.example")));
        assertEquals(EnumSet.allOf(Permission.class), access.person(null).roles());
        for (String host : List.of("localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST")) {
            assertDoesNotThrow(() -> access.requireHost(host), host);
        }
        // A page from elsewhere whose name leads here; no name; names that need tokens.
        for (String host : List.of("evil.example:8080", "", "192.0.2.7", "leaktrace.example")) {
            assertEquals(403, refused(() -> access.requireHost(host)), host);
        }
        assertEquals(403, refused(() -> access.requireHost(null)));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "localhost.:8080, true",
        "127.0.0.1:8080, true",
        "here, true",
        "HERE:9, true",
        "leaktrace.example:8080, true",
        "console.example, true",
        "192.0.2.7:8080, true",
        "[2001:db8::7]:8080, true",
        "evil.example:8080, false",
        "here.evil.example, false",
        "localhost.evil.example:8080, false",
        "127.0.0.1.evil.example, false",
        "[::1].evil.example, false",
        "evil.example:here, false",
        ":8080, false",
        ", false",
    })
    void withTokensOnlyNamesOfThisInstanceAreAnswered(String host, boolean answered) throws IOException {
        Access access = withTokens("mei read " + HASH);
        if (answered) {
            assertDoesNotThrow(() -> access.requireHost(host));
        } else {
            assertEquals(403, refused(() -> access.requireHost(host)));
        }
    }

    @Test
    void aTokenOpensWhatItsRolesAllow() throws IOException {
        Access access = withTokens("# people\n\nmei read,decide " + HASH.toUpperCase() + "\n");
        Person mei = access.person("Bearer a long secret text");
        assertEquals("mei", mei.name());
        assertEquals(EnumSet.of(Permission.READ, Permission.DECIDE), mei.roles());
        for (String header : List.of("Bearer other", "Bearer", "Bearer ", "", "a long secret text")) {
            assertEquals(401, refused(() -> access.person(header)), header);
        }
        assertEquals(401, refused(() -> access.person(null)));
    }

    @Test
    void aPersonMayHaveTwoTokens() throws IOException {
        Access access = withTokens("mei read " + HASH + "\nmei read " + DigestUtils.sha256Hex("its successor") + "\n");
        assertEquals("mei", access.person("Bearer its successor").name());
    }

    @Test
    void anAddressThatOthersCannotAskIsRefused() {
        StartException refused = assertThrows(
                StartException.class, () -> Access.of(Settings.of(Map.of("http.host", "0.0.0.0", "http.tokens", "x"))));
        assertTrue(refused.getMessage().contains("http.advertised"), refused.getMessage());
    }

    @Test
    void tokensThatCannotBeMeantAreRefusedWithTheirLine() {
        Map<String, String> linesAndReasons = Map.of(
                "mei read",
                "line 1: expected",
                "mei read " + HASH.substring(1),
                "line 1: expected",
                "read " + HASH,
                "line 1: expected",
                "mei read " + HASH + "\nli admin " + DigestUtils.sha256Hex("another"),
                "line 2: there is no role 'admin'",
                "mei read " + HASH + "\nli read " + HASH,
                "line 2: another line has the same token",
                "\nmei read " + DigestUtils.sha256Hex(""),
                "line 2: this is the SHA-256 of an empty token",
                "mei read " + DigestUtils.sha256Hex("\n"),
                "line 1: this is the SHA-256 of an empty token",
                "mei read " + DigestUtils.sha256Hex("leaktrace"),
                "line 1: this token is publicly known",
                "# nobody yet",
                "there is no token in");
        linesAndReasons.forEach((lines, reason) -> {
            String message =
                    assertThrows(StartException.class, () -> withTokens(lines)).getMessage();
            assertTrue(message.contains(reason), message);
            assertFalse(message.contains(HASH), message);
        });
    }
}

package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {

    @TempDir
    private Path folder;

    private Access withTokens(String lines) throws IOException {
        Path file = folder.resolve("tokens");
        Files.writeString(file, lines);
        return Access.of(Settings.of(
                Map.of("http.tokens", file.toString(), "http.host", "0.0.0.0", "http.advertised", "here:8080")));
    }

    private static int refused(Access access, String authorization, String host) {
        return assertThrows(Problem.class, () -> access.person(authorization, host))
                .status();
    }

    @Test
    void withoutAFileOnlyThisMachineIsLetIn() {
        Access access = Access.of(Settings.of(Map.of()));
        assertEquals(
                EnumSet.allOf(Role.class), access.person(null, "localhost:8080").roles());
        assertEquals(
                EnumSet.allOf(Role.class), access.person(null, "127.0.0.1:8080").roles());
        // A page from elsewhere whose name leads here.
        assertEquals(403, refused(access, null, "evil.example:8080"));
        assertEquals(403, refused(access, null, null));
    }

    @Test
    void aTokenOpensWhatItsRolesAllow() throws IOException {
        Access access = withTokens("# people\n\nmei read,decide " + DigestUtils.sha256Hex("secret") + "\n");
        Person mei = access.person("Bearer secret", "anything");
        assertEquals("mei", mei.name());
        assertEquals(EnumSet.of(Role.READ, Role.DECIDE), mei.roles());
        assertEquals(401, refused(access, "Bearer other", "localhost"));
        assertEquals(401, refused(access, null, "localhost"));
        assertEquals(401, refused(access, "secret", "localhost"));
    }

    @Test
    void anAddressThatOthersCannotAskIsRefused() {
        StartException refused = assertThrows(
                StartException.class, () -> Access.of(Settings.of(Map.of("http.host", "0.0.0.0", "http.tokens", "x"))));
        assertTrue(refused.getMessage().contains("http.advertised"), refused.getMessage());
    }

    @Test
    void aWrongLineIsNamed() {
        assertTrue(message("mei read\n").contains("line 1"));
        String hash = DigestUtils.sha256Hex("x");
        assertTrue(
                message("mei read " + hash + "\nli admin " + hash + "\n").contains("line 2: there is no role 'admin'"));
    }

    private String message(String lines) {
        return assertThrows(StartException.class, () -> withTokens(lines)).getMessage();
    }
}

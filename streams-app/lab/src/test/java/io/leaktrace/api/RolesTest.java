package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.embedded.Ports;
import io.leaktrace.runtime.Settings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An API with tokens: what each role opens, and what is said before there is anything to say. */
@ExtendWith(WatchedMarket.Sharing.class)
class RolesTest {

    private static final List<String> READ = List.of(
            "/api/session",
            "/api/suspects",
            "/api/suspects/PLATFORM:desk-7",
            "/api/suspects/PLATFORM:desk-7/evidence",
            "/api/evidence/zhou-call-1",
            "/api/alerts",
            "/api/epochs",
            "/api/verdicts",
            "/api/runs",
            "/api/checks",
            "/api/decoys",
            "/metrics",
            "/topology");

    private static final String VERDICT = "{\"custodian\":\"SELLER:s-9\",\"verdict\":\"GUILTY\",\"note\":\"x\"}";

    @TempDir
    private Path folder;

    private String address;

    private ApiServer serve(WatchedMarket market) throws IOException {
        Path tokens = folder.resolve("tokens");
        Files.writeString(
                tokens,
                "ops read " + DigestUtils.sha256Hex("see") + "\nmei read,decide " + DigestUtils.sha256Hex("judge")
                        + "\nli reveal " + DigestUtils.sha256Hex("look") + "\n");
        Settings settings = market.settings()
                .with(Map.of("http.tokens", tokens.toString(), "http.port", Integer.toString(Ports.free())));
        ApiServer api = new ApiServer(settings, true);
        address = api.address();
        return api;
    }

    private HttpResponse<String> ask(String path, String token, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String path, String token, String body) throws IOException, InterruptedException {
        return ask(path, token, body).statusCode();
    }

    /** The answer to a request with this host in its header, which Java's own client does not let us choose. */
    private int statusUnder(String host, String path) throws IOException {
        URI server = URI.create(address);
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host
                    + "\r\nAuthorization: Bearer see\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(" ")[1];
            return Integer.parseInt(status);
        }
    }

    @Test
    void eachRoleOpensItsOwn(WatchedMarket market) throws Exception {
        try (ApiServer api = serve(market)) {
            api.follow(market.owner());
            WatchedMarket.await(() -> status("/api/suspects", "see", null) == 200);
            for (String path : READ) {
                assertEquals(401, status(path, null, null), path);
                assertEquals(401, status(path, "wrong", null), path);
                assertEquals(200, status(path, "see", null), path);
            }
            assertEquals(403, status("/api/suspects", "look", null), "to look behind a pseudonym is not to read");
            assertEquals(401, status("/api/events", null, null));
            assertEquals(403, status("/api/events", "look", null));
            assertEquals(401, status("/api/verdicts", null, VERDICT));
            assertEquals(403, status("/api/verdicts", "see", VERDICT));
            assertEquals(400, status("/api/verdicts", "judge", VERDICT), "there is no such verdict");
            String reveal = "/api/evidence/zhou-call-1/reveal";
            assertEquals(401, status(reveal, null, "{\"reason\":\"x\"}"));
            assertEquals(403, status(reveal, "judge", "{\"reason\":\"x\"}"));
            assertEquals(400, status(reveal, "look", "{}"));
            assertTrue(ask("/api/session", "judge", null).body().contains("\"roles\":[\"read\",\"decide\"]"));
            // A page from elsewhere whose name leads here, with a token that it may have been given.
            for (String path : List.of("/api/suspects", "/metrics", "/suspects", "/openapi.json")) {
                assertEquals(403, statusUnder("evil.example", path), path);
                assertEquals(200, statusUnder("localhost", path), path);
            }
            assertEquals(200, statusUnder("evil.example", "/health/ready"));
            for (String open : List.of("/health/live", "/health/ready", "/openapi.json", "/suspects")) {
                assertEquals(200, status(open, null, null), open);
            }
        }
    }

    @Test
    void beforeThereIsAPipelineItSaysWhenToAskAgain(WatchedMarket market) throws Exception {
        try (ApiServer api = serve(market)) {
            assertTrue(api.paths().contains("/topology"));
            for (String path : List.of("/api/suspects", "/api/alerts", "/topology")) {
                HttpResponse<String> answer = ask(path, "see", null);
                assertEquals(503, answer.statusCode(), path);
                assertTrue(answer.headers().firstValue("Retry-After").isPresent(), path);
            }
            assertEquals(503, status("/health/ready", null, null));
            assertEquals(200, status("/health/live", null, null));
            assertEquals(200, status("/suspects", null, null), "the console comes, and waits");
        }
    }
}

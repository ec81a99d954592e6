package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.embedded.Ports;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The API where something that it needs is missing: its port, brokers, the registry. */
class ApiServerTest {

    private static Settings settings(int port) {
        String nobody = "127.0.0.1:" + Ports.free();
        return Settings.of(Map.of(
                "bootstrap.servers",
                nobody,
                "schema.registry.url",
                "http://" + nobody,
                "alertmanager.url",
                "http://" + nobody,
                "http.port",
                Integer.toString(port)));
    }

    /** Names of threads, without the numbers at their ends. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[-0-9]+$", ""))
                // HTTP clients end theirs once they are collected.
                .filter(name -> !name.startsWith("HttpClient"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void nothingIsLeftRunningWhereThePortIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Settings settings = settings(other.getLocalPort());
            Set<String> before = threads();
            StartException e = assertThrows(StartException.class, () -> new ApiServer(settings, false));
            assertTrue(e.getMessage().contains("is the port in use?"), e.getMessage());
            WatchedMarket.await(() -> before.containsAll(threads()));
        }
    }

    @Test
    void anAbsentRegistryIsToldWithinSeconds() throws Exception {
        try (ApiServer api = new ApiServer(settings(Ports.free()), false)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(api.address() + "/api/verdicts"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"custodian\":\"SELLER:s-9\",\"verdict\":\"CONFIRMED\",\"note\":\"x\"}"))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(503, answer.statusCode(), answer.body());
            assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            assertTrue(answer.body().contains("the schema registry gave no id"), answer.body());
        }
    }
}

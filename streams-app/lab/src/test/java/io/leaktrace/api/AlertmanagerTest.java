package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.Reporters;
import io.leaktrace.embedded.Ports;
import io.leaktrace.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Alerts in a real Alertmanager, Debian's. */
@ExtendWith(WatchedMarket.Sharing.class)
class AlertmanagerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Process alertmanager;
    private String url;

    @BeforeEach
    void start() throws Exception {
        int port = Ports.free();
        url = "http://127.0.0.1:" + port;
        Path config = folder.resolve("alertmanager.yml");
        Files.writeString(config, "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
        alertmanager = new ProcessBuilder(
                        Tools.program("prometheus-alertmanager"),
                        "--config.file=" + config,
                        "--storage.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        WatchedMarket.await(this::isReady);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (alertmanager != null) {
            alertmanager.destroy();
            alertmanager.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private TreeMap<String, JsonNode> active() throws IOException, InterruptedException {
        TreeMap<String, JsonNode> alerts = new TreeMap<>();
        JSON.readTree(get("/api/v2/alerts?active=true").body())
                .forEach(alert ->
                        alerts.put(alert.path("labels").path("custodian").asText(), alert));
        return alerts;
    }

    @Test
    void openAlertsAreThereAndSentAgain(WatchedMarket shared) throws Exception {
        Market market = new Market();
        market.follow(shared.owner());
        try (AlertmanagerPush push =
                new AlertmanagerPush(url, "http://console", market, Duration.ofSeconds(1), Clock.systemUTC())) {
            push.start();
            WatchedMarket.await(() -> active().size() == 3);
            JsonNode desk = active().get("PLATFORM:desk-7");
            JsonNode labels = desk.path("labels");
            assertEquals("LeakSuspect", labels.path("alertname").asText());
            assertEquals("PLATFORM", labels.path("role").asText());
            assertFalse(labels.has("score") || labels.has("evidence"), labels.toString());
            assertTrue(desk.path("generatorURL").asText().endsWith("/suspects/PLATFORM%3Adesk-7"), desk.toString());
            String endsAt = desk.path("endsAt").asText();
            WatchedMarket.await(() ->
                    active().get("PLATFORM:desk-7").path("endsAt").asText().compareTo(endsAt) > 0);
            assertEquals(3, active().size(), "sent again, an alert is the same alert");
        }
        // Nobody sends them any more, so they lapse.
        WatchedMarket.await(() -> active().isEmpty());
    }

    @Test
    void aResolvedAlertEnds() throws Exception {
        Alert raised = alert(Alert.Change.RAISED);
        List<Alert> life = new ArrayList<>(List.of(raised));
        AlertmanagerPush push =
                new AlertmanagerPush(url, "http://console", new Market(), Duration.ofMinutes(10), Clock.systemUTC());
        push.push(List.of(life));
        WatchedMarket.await(() -> active().size() == 1);
        life.add(alert(Alert.Change.ESCALATED));
        push.push(List.of(life));
        assertEquals(1, active().size(), "escalated, it is the same alert");
        assertTrue(active().get("SELLER:50%off/1")
                .path("annotations")
                .path("description")
                .asText()
                .startsWith("ESCALATED"));
        life.add(alert(Alert.Change.RESOLVED));
        push.push(List.of(life));
        WatchedMarket.await(() -> active().isEmpty());
        push.close();
    }

    private static Alert alert(Alert.Change change) {
        return new Alert(
                "all/SELLER:50%off/1/2024-03-01T00:00:00Z",
                "all",
                Custodian.parse("SELLER:50%off/1"),
                change,
                Clock.systemUTC().instant(),
                0.9,
                7.5,
                5.1,
                20,
                12.5,
                500,
                new Reporters(9, 8, 4, false),
                LeakKind.LEAKS_NOW);
    }
}

package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.embedded.Ports;
import io.leaktrace.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alert rules of the compose file, held against a running instance and a real Prometheus, Debian's. */
@ExtendWith(WatchedMarket.Sharing.class)
class DashboardsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DOCKER = Path.of("../../docker");
    private static final Pattern METRIC = Pattern.compile("\\b(?:kafka|leaktrace|jvm|process|system)_[a-z0-9_]+");

    @TempDir
    private Path folder;

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Expressions of the dashboards, by dashboard and panel. */
    private static Map<String, String> expressions() throws IOException {
        Map<String, String> expressions = new TreeMap<>();
        try (Stream<Path> files = Files.list(DOCKER.resolve("grafana/dashboards"))) {
            for (Path file : files.sorted().toList()) {
                JsonNode dashboard = JSON.readTree(file.toFile());
                for (JsonNode panel : dashboard.path("panels")) {
                    for (JsonNode target : panel.path("targets")) {
                        String place = dashboard.path("title").asText() + ", "
                                + panel.path("title").asText() + " "
                                + target.path("refId").asText();
                        expressions.put(place, target.path("expr").asText());
                    }
                }
            }
        }
        return expressions;
    }

    @Test
    void everyMetricExists(WatchedMarket market) throws Exception {
        TreeSet<String> used = new TreeSet<>();
        StringBuilder text = new StringBuilder(Files.readString(DOCKER.resolve("prometheus/rules.yaml")));
        expressions().values().forEach(expression -> text.append('\n').append(expression));
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            used.add(matcher.group());
        }
        assertTrue(used.size() > 20, used.toString());
        TreeSet<String> missing = new TreeSet<>();
        WatchedMarket.await(() -> {
            TreeSet<String> there = new TreeSet<>();
            for (ApiServer api : List.of(market.api(), market.otherApi())) {
                get(api.address() + "/metrics")
                        .body()
                        .lines()
                        .forEach(line -> there.add(line.replaceAll("[{ ].*", "")));
            }
            missing.clear();
            missing.addAll(used);
            missing.removeAll(there);
            return missing.isEmpty() || missing.stream().noneMatch(name -> name.startsWith("kafka_stream"));
        });
        assertEquals(new TreeSet<>(), missing);
    }

    @Test
    void theRulesAreSound() throws Exception {
        Process check = new ProcessBuilder(
                        Tools.program("promtool"),
                        "check",
                        "rules",
                        DOCKER.resolve("prometheus/rules.yaml").toString())
                .redirectErrorStream(true)
                .start();
        String words = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, check.waitFor(), words);
    }

    @Test
    void prometheusScrapesAndEvaluates(WatchedMarket market) throws Exception {
        int port = Ports.free();
        String target = URI.create(market.api().address()).getAuthority();
        String other = URI.create(market.otherApi().address()).getAuthority();
        Path config = folder.resolve("prometheus.yaml");
        Path token = Files.writeString(folder.resolve("token"), "any");
        Files.writeString(
                config,
                Files.readString(DOCKER.resolve("prometheus/prometheus.yaml"))
                        .replace("/run/secrets/prometheus-token", token.toString())
                        .replace("15s", "1s")
                        .replace("leaktrace-1:8080", target)
                        .replace("leaktrace-2:8080", other)
                        .replaceAll("(?s)alerting:.*scrape_configs:", "scrape_configs:"));
        Files.copy(DOCKER.resolve("prometheus/rules.yaml"), folder.resolve("rules.yaml"));
        Process prometheus = new ProcessBuilder(
                        Tools.program("prometheus"),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            String url = "http://127.0.0.1:" + port;
            WatchedMarket.await(() -> sum(url, "sum(up{job=\"leaktrace\"})") == 2);
            assertEquals(3, sum(url, "max(leaktrace_epoch_suspects)"));
            assertEquals(3, sum(url, "sum(leaktrace_custodians{status=\"SUSPECT\"})"));
            for (Map.Entry<String, String> expression : expressions().entrySet()) {
                JsonNode answer = query(url, expression.getValue());
                assertEquals("success", answer.path("status").asText(), expression + ": " + answer);
            }
            WatchedMarket.await(() -> evaluated(url));
        } finally {
            prometheus.destroy();
            prometheus.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static boolean evaluated(String url) throws IOException, InterruptedException {
        JsonNode rules = JSON.readTree(get(url + "/api/v1/rules").body())
                .path("data")
                .path("groups")
                .path(0)
                .path("rules");
        for (JsonNode rule : rules) {
            if (!rule.path("health").asText().equals("ok")) {
                return false;
            }
        }
        return !rules.isEmpty();
    }

    private static JsonNode query(String url, String expression) throws IOException, InterruptedException {
        String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
        return JSON.readTree(get(url + "/api/v1/query?query=" + encoded).body());
    }

    /** The value of an expression without labels; −1 where there is none. */
    private static double sum(String url, String expression) throws InterruptedException {
        try {
            JsonNode result = query(url, expression).path("data").path("result");
            return result.isEmpty() ? -1 : result.path(0).path("value").path(1).asDouble();
        } catch (IOException e) {
            return -1;
        }
    }
}

package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.topology.Findings;
import io.leaktrace.wire.BoundedHttp;
import io.leaktrace.wire.Excerpt;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes alerts to an Alertmanager ({@code POST /api/v2/alerts}): open alerts at every interval, as it requires, and a
 * resolved alert once more with its end. Only the instance that holds the findings pushes. Labels identify an alert, so
 * they contain no figures that change.
 */
final class AlertmanagerPush implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerPush.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** In bytes. */
    private static final long LARGEST_ANSWER = 1L << 20;

    private final URI url;
    private final String console;
    private final Market market;
    private final Duration interval;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "alertmanager-push");
        thread.setDaemon(true);
        return thread;
    });
    /** The alerts that are open in Alertmanager, by id. */
    private final Map<String, Map<String, Object>> firing = new TreeMap<>();

    /**
     * @param url URL of the Alertmanager
     * @param console URL of the console, for links
     * @param interval time between pushes
     */
    AlertmanagerPush(String url, String console, Market market, Duration interval, Clock clock) {
        this.url = URI.create(url.replaceAll("/+$", "") + "/api/v2/alerts");
        this.console = console;
        this.market = market;
        this.interval = interval;
        this.clock = clock;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::push, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void push() {
        try {
            Optional<Findings> findings = market.local();
            if (findings.isPresent()) {
                push(FindingRoutes.lives(findings.get(), custodian -> true));
            }
        } catch (IOException e) {
            LOG.warn("Alertmanager at {} failed and will be tried again: {}", url, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Alerts could not be pushed and will be pushed again later", e);
        }
    }

    void push(List<List<Alert>> lives) throws IOException, InterruptedException {
        Instant now = clock.instant();
        // An alert that is not pushed again for four intervals expires in Alertmanager.
        Instant expiry = now.plus(interval.multipliedBy(4));
        Map<String, Map<String, Object>> open = new TreeMap<>();
        for (List<Alert> steps : lives) {
            if (FindingRoutes.isOpen(steps)) {
                open.put(steps.get(0).alertId(), alert(steps));
            }
        }
        List<Map<String, Object>> sent = new ArrayList<>();
        open.values().forEach(alert -> sent.add(until(alert, expiry)));
        firing.forEach((id, alert) -> {
            if (!open.containsKey(id)) {
                sent.add(until(alert, now));
            }
        });
        if (sent.isEmpty()) {
            return;
        }
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(sent)))
                .build();
        HttpResponse<byte[]> response = BoundedHttp.send(http, request, PATIENCE, LARGEST_ANSWER);
        if (response.statusCode() != 200) {
            throw new IOException("answered " + response.statusCode() + ": " + Excerpt.of(text(response)));
        }
        firing.clear();
        firing.putAll(open);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> until(Map<String, Object> alert, Instant end) {
        Map<String, Object> timed = new LinkedHashMap<>(alert);
        timed.put("endsAt", end.toString());
        return timed;
    }

    private Map<String, Object> alert(List<Alert> steps) {
        Alert raised = steps.get(0);
        Alert last = steps.get(steps.size() - 1);
        String custodian = last.custodian().toString();
        Map<String, Object> alert = new LinkedHashMap<>();
        alert.put(
                "labels",
                Views.object(
                        "alertname",
                        "LeakSuspect",
                        "severity",
                        "critical",
                        "market",
                        last.market(),
                        "role",
                        last.custodian().role().name(),
                        "custodian",
                        custodian,
                        "alert_id",
                        last.alertId()));
        alert.put(
                "annotations",
                Views.object(
                        "summary",
                        "Orders touched by " + custodian + " are followed by scam contacts",
                        "description",
                        String.format(
                                Locale.ROOT,
                                "%s at %s: %.1f incidents of %d contacts are blamed on it; evidence %.1f, "
                                        + "threshold %.1f. An alert is not a proof: it shows where to look first.",
                                last.change(),
                                last.at(),
                                last.attributed(),
                                last.contacts(),
                                last.evidence(),
                                last.threshold())));
        alert.put("startsAt", raised.at().toString());
        String encoded = URLEncoder.encode(custodian, StandardCharsets.UTF_8).replace("+", "%20");
        alert.put("generatorURL", console + "/suspects/" + encoded);
        return alert;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

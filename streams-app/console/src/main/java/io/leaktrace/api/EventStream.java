package io.leaktrace.api;

import io.javalin.http.sse.SseClient;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.LeakVerdict;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells browsers what changes, as server-sent events. */
final class EventStream implements Live.Listener, AutoCloseable {

    /** Proxies give up connections on which nothing is said for a minute. */
    private static final long HEARTBEAT_SECONDS = 15;

    /** Far fewer than the connections of the server, so that nobody can keep all others out with streams. */
    private static final int MOST_LISTENERS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private final Set<SseClient> clients = ConcurrentHashMap.newKeySet();
    /** Sends, so that a slow browser holds up other browsers at most, and not whoever tells what comes. */
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "event-stream");
        thread.setDaemon(true);
        return thread;
    });

    /** Begins to send heartbeats. */
    void start() {
        sender.scheduleAtFixedRate(
                () -> send(client -> client.sendComment("still here")),
                HEARTBEAT_SECONDS,
                HEARTBEAT_SECONDS,
                TimeUnit.SECONDS);
    }

    void add(SseClient client) {
        client.keepAlive();
        client.onClose(() -> clients.remove(client));
        clients.add(client);
        // So that the browser knows at once that it is heard.
        client.sendComment("hello");
    }

    @Override
    public void onEpoch(Epoch epoch) {
        tell("epoch", Views.object("end", Views.time(epoch.end())));
    }

    @Override
    public void onAlert(Alert alert) {
        tell(
                "alert",
                Views.object(
                        "alertId", alert.alertId(),
                        "custodian", alert.custodian().toString(),
                        "change", alert.change().name(),
                        "at", Views.time(alert.at())));
    }

    @Override
    public void onVerdict(LeakVerdict verdict) {
        tell("verdict", Views.verdict(verdict, verdict.at()));
    }

    private void tell(String event, Map<String, Object> data) {
        String text = Json.text(data);
        sender.execute(() -> send(client -> client.sendEvent(event, text)));
    }

    private void send(Consumer<SseClient> message) {
        for (SseClient client : clients) {
            try {
                message.accept(client);
            } catch (RuntimeException e) {
                LOG.debug("A browser is told no more", e);
                clients.remove(client);
                client.close();
            }
        }
    }

    /** Whether no further browser can be told of changes. */
    boolean isFull() {
        return clients.size() >= MOST_LISTENERS;
    }

    int listeners() {
        return clients.size();
    }

    @Override
    public void close() {
        sender.shutdownNow();
        clients.forEach(SseClient::close);
    }
}

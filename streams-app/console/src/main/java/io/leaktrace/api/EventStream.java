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

/** Sends changes to browsers, as server-sent events. */
final class EventStream implements Live.Listener, AutoCloseable {

    /** Proxies close connections that are idle for a minute. */
    private static final long HEARTBEAT_SECONDS = 15;

    /** Far fewer than the server's connections, so that streams cannot use up all of them. */
    private static final int MAX_LISTENERS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private final Set<SseClient> clients = ConcurrentHashMap.newKeySet();
    /** Sends in a thread of its own, so that a slow browser cannot delay the caller. */
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "event-stream");
        thread.setDaemon(true);
        return thread;
    });

    /** Starts to send heartbeats. */
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
        // The browser then knows at once that the stream is open.
        client.sendComment("hello");
    }

    @Override
    public void onEpoch(Epoch epoch) {
        broadcast("epoch", Views.object("end", Views.time(epoch.end())));
    }

    @Override
    public void onAlert(Alert alert) {
        broadcast(
                "alert",
                Views.object(
                        "alertId", alert.alertId(),
                        "custodian", alert.custodian().toString(),
                        "change", alert.change().name(),
                        "at", Views.time(alert.at())));
    }

    @Override
    public void onVerdict(LeakVerdict verdict) {
        broadcast("verdict", Views.verdict(verdict, verdict.at()));
    }

    private void broadcast(String event, Map<String, Object> data) {
        String text = Json.text(data);
        sender.execute(() -> send(client -> client.sendEvent(event, text)));
    }

    private void send(Consumer<SseClient> message) {
        for (SseClient client : clients) {
            try {
                message.accept(client);
            } catch (RuntimeException e) {
                LOG.debug("An event stream is closed", e);
                clients.remove(client);
                client.close();
            }
        }
    }

    /** Whether the maximum number of streams is open. */
    boolean isFull() {
        return clients.size() >= MAX_LISTENERS;
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

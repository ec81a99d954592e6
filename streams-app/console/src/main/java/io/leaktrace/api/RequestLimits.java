package io.leaktrace.api;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** Limits that keep slow requests from using up threads, and many connections from using up file descriptors. */
final class RequestLimits {

    /** More than the 20 s for which a forwarded request waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_CONNECTIONS = 1_000;
    private static final long IDLE_MILLIS_AT_MAX_CONNECTIONS = 1_000;

    private RequestLimits() {}

    private static TimeoutException late(Duration patience) {
        return new TimeoutException("no complete request within " + patience.toSeconds() + " s");
    }

    /** @param largestBody in bytes; a body of more than twice as many is not buffered, and the request is rejected */
    static void apply(Server server, int largestBody) {
        apply(server, largestBody, PATIENCE);
    }

    /** @param patience maximum time to receive a request and, if it has a body, to respond */
    static void apply(Server server, int largestBody, Duration patience) {
        // Jetty receives the body without a thread; the handlers here would block one while they wait for it.
        server.insertHandler(new EagerContentHandler(
                new EagerContentHandler.RetainedContentLoaderFactory(2L * largestBody, -1, true)));
        server.insertHandler(new Deadline(patience));
        server.insertHandler(new Requests(patience));
        NetworkConnectionLimit connections = new NetworkConnectionLimit(MAX_CONNECTIONS, server);
        connections.setEndPointIdleTimeout(IDLE_MILLIS_AT_MAX_CONNECTIONS);
        server.addBean(connections);
    }

    /**
     * Closes the connection if a request with a body gets no response in time; the idle timeout does not cover this.
     */
    private static final class Deadline extends Handler.Wrapper {
        private final Duration patience;

        Deadline(Duration patience) {
            this.patience = patience;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            boolean hasBody = request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                    || request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > 0;
            if (hasBody) {
                Scheduler.Task end = request.getComponents()
                        .getScheduler()
                        .schedule(
                                () -> request.getConnectionMetaData()
                                        .getConnection()
                                        .getEndPoint()
                                        .close(late(patience)),
                                patience.toMillis(),
                                TimeUnit.MILLISECONDS);
                Request.addCompletionListener(request, failure -> end.cancel());
            }
            return super.handle(request, response, callback);
        }
    }

    /**
     * Closes connections without a complete request for some time. One byte of a header now and then prevents the idle
     * timeout: a thousand such connections would block all other clients, including health probes.
     */
    private static final class Requests extends Handler.Wrapper implements Connection.Listener {
        private final Duration patience;
        private final Map<EndPoint, Use> uses = new ConcurrentHashMap<>();

        Requests(Duration patience) {
            this.patience = patience;
        }

        /**
         * Use of a connection.
         *
         * @param requests number of requests in progress; an event stream is one as long as it lasts
         * @param since {@link System#nanoTime} of the last change of that number
         */
        private record Use(int requests, long since) {

            Use with(int more) {
                return new Use(requests + more, System.nanoTime());
            }
        }

        @Override
        protected void doStart() throws Exception {
            for (Connector connector : getServer().getConnectors()) {
                connector.addEventListener(this);
            }
            super.doStart();
            closeIdle();
        }

        private void closeIdle() {
            long now = System.nanoTime();
            uses.forEach((connection, use) -> {
                if (use.requests == 0 && now - use.since > patience.toNanos()) {
                    connection.close(late(patience));
                }
            });
            if (!isStopping() && !isStopped()) {
                getServer().getScheduler().schedule(this::closeIdle, patience.toMillis() / 10, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void onOpened(Connection connection) {
            uses.put(connection.getEndPoint(), new Use(0, System.nanoTime()));
        }

        @Override
        public void onClosed(Connection connection) {
            uses.remove(connection.getEndPoint());
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            EndPoint connection =
                    request.getConnectionMetaData().getConnection().getEndPoint();
            uses.computeIfPresent(connection, (same, use) -> use.with(1));
            Request.addCompletionListener(
                    request, failure -> uses.computeIfPresent(connection, (same, use) -> use.with(-1)));
            return super.handle(request, response, callback);
        }
    }
}

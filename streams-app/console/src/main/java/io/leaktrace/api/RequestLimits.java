package io.leaktrace.api;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** Keeps slow requests from using up the server's threads, and many connections from using up the process's files. */
final class RequestLimits {

    /** A question that is passed on to another instance waits up to 20 s for its answer. */
    private static final long SECONDS = 30;

    private static final int MOST_CONNECTIONS = 1_000;
    private static final long IDLE_MILLIS_AT_MOST_CONNECTIONS = 1_000;

    private RequestLimits() {}

    /** @param largestBody in bytes; of twice as many no more are collected, and the request is refused */
    static void apply(Server server, int largestBody) {
        // Jetty collects the body without a thread; the handlers here would hold one while they wait for it.
        server.insertHandler(new EagerContentHandler(
                new EagerContentHandler.RetainedContentLoaderFactory(2L * largestBody, -1, true)));
        server.insertHandler(new Deadline());
        NetworkConnectionLimit connections = new NetworkConnectionLimit(MOST_CONNECTIONS, server);
        connections.setEndPointIdleTimeout(IDLE_MILLIS_AT_MOST_CONNECTIONS);
        server.addBean(connections);
    }

    /** Closes the connection of a request with a body that is not answered in time: a byte now and then is not idle. */
    private static final class Deadline extends Handler.Wrapper {

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
                                        .close(new TimeoutException("no whole request within " + SECONDS + " s")),
                                SECONDS,
                                TimeUnit.SECONDS);
                Request.addCompletionListener(request, failure -> end.cancel());
            }
            return super.handle(request, response, callback);
        }
    }
}

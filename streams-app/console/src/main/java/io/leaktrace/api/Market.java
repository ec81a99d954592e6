package io.leaktrace.api;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.topology.Findings;
import io.leaktrace.wire.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Access to the market's findings, in this instance or in another one, to which requests are forwarded. One task holds
 * all findings, so one instance serves a request alone.
 */
final class Market {

    /** Header of a request that another instance has forwarded, so that it is not forwarded again. */
    static final String PASSED_ON = "Leaktrace-Passed-On";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicReference<Pipeline> pipeline = new AtomicReference<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    void follow(Pipeline running) {
        pipeline.set(running);
    }

    Optional<Pipeline> pipeline() {
        return Optional.ofNullable(pipeline.get());
    }

    /** The findings, if this instance holds them. */
    Optional<Findings> local() {
        Pipeline running = pipeline.get();
        if (running == null || !running.ownsFindings()) {
            return Optional.empty();
        }
        try {
            return Optional.of(running.findings());
        } catch (InvalidStateStoreException e) {
            return Optional.empty();
        }
    }

    /** Handler of a request that uses findings. */
    interface Answer {
        void from(Findings findings, Context http);
    }

    /** Handles the request here, or forwards it to the instance that holds the findings. */
    void answer(Context context, Answer answer) {
        Optional<Findings> local = local();
        if (local.isPresent()) {
            try {
                answer.from(local.get(), context);
            } catch (InvalidStateStoreException e) {
                throw moving();
            }
            return;
        }
        Pipeline running = pipeline.get();
        if (running == null || context.header(PASSED_ON) != null) {
            throw moving();
        }
        HostInfo owner = running.findingsOwner().orElseThrow(Market::moving);
        forward(context, owner);
    }

    static Problem moving() {
        return new Problem(
                503,
                "the pipeline is starting or rebalancing, or the instance that holds its state has no http.port; try "
                        + "again in a few seconds");
    }

    private void forward(Context context, HostInfo owner) {
        String query = context.queryString() == null ? "" : "?" + context.queryString();
        String there =
                "http://" + owner.host() + ":" + owner.port() + context.req().getRequestURI() + query;
        try {
            HttpRequest.Builder forwarded =
                    HttpRequest.newBuilder(URI.create(there)).timeout(PATIENCE).header(PASSED_ON, "1");
            if (context.header("Authorization") != null) {
                forwarded.header("Authorization", context.header("Authorization"));
            }
            if (context.method() == HandlerType.POST) {
                forwarded
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(context.bodyAsBytes()));
            }
            HttpResponse<byte[]> answer = BoundedHttp.send(http, forwarded.build(), PATIENCE, Integer.MAX_VALUE);
            context.status(answer.statusCode());
            for (String name : new String[] {"Content-Type", "Content-Disposition", "Retry-After"}) {
                answer.headers().firstValue(name).ifPresent(value -> context.header(name, value));
            }
            context.result(answer.body());
        } catch (IOException | IllegalArgumentException e) {
            throw new Problem(
                    503,
                    "the instance at " + owner.host() + ":" + owner.port() + ", which holds the findings, does not "
                            + "respond; check http.advertised of that instance");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw moving();
        }
    }
}

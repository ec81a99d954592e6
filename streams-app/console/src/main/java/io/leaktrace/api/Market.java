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
 * Where the market's findings are: in this instance, or in another one, which is asked. One task holds them, so a
 * question is answered by one instance alone.
 */
final class Market {

    /** Marks a question that another instance passed on, so that none goes round in circles. */
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

    /** Answers a question about the market from findings. */
    interface Answer {
        void from(Findings findings, Context http);
    }

    /** Has the question answered here, or where the findings are. */
    void answer(Context question, Answer answer) {
        Optional<Findings> local = local();
        if (local.isPresent()) {
            try {
                answer.from(local.get(), question);
            } catch (InvalidStateStoreException e) {
                throw moving();
            }
            return;
        }
        Pipeline running = pipeline.get();
        if (running == null || question.header(PASSED_ON) != null) {
            throw moving();
        }
        HostInfo owner = running.findingsOwner().orElseThrow(Market::moving);
        passOn(question, owner);
    }

    static Problem moving() {
        return new Problem(
                503,
                "the pipeline starts or moves its state, or the instance that holds it has no http.port; ask again in a "
                        + "few seconds");
    }

    private void passOn(Context question, HostInfo owner) {
        String query = question.queryString() == null ? "" : "?" + question.queryString();
        String there =
                "http://" + owner.host() + ":" + owner.port() + question.req().getRequestURI() + query;
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(there)).timeout(PATIENCE).header(PASSED_ON, "1");
            if (question.header("Authorization") != null) {
                request.header("Authorization", question.header("Authorization"));
            }
            if (question.method() == HandlerType.POST) {
                request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(question.bodyAsBytes()));
            }
            HttpResponse<byte[]> answer = BoundedHttp.send(http, request.build(), PATIENCE, Integer.MAX_VALUE);
            question.status(answer.statusCode());
            for (String name : new String[] {"Content-Type", "Content-Disposition", "Retry-After"}) {
                answer.headers().firstValue(name).ifPresent(value -> question.header(name, value));
            }
            question.result(answer.body());
        } catch (IOException | IllegalArgumentException e) {
            throw new Problem(
                    503,
                    "the instance at " + owner.host() + ":" + owner.port() + ", which holds the findings, does not "
                            + "answer; is http.advertised right there?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw moving();
        }
    }
}

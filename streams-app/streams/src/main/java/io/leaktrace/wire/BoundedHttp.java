package io.leaktrace.wire;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends HTTP requests with a limit for the whole answer. The timeout of Java's client ends with the answer's header: a body
 * that stalls would hold the thread for ever, and one without end would fill the memory.
 */
public final class BoundedHttp {

    private BoundedHttp() {}

    /**
     * Sends a request and waits for all of the answer.
     *
     * @param patience for header and body together
     * @param mostBytes of the body
     * @throws HttpTimeoutException if not all of the answer came in time
     * @throws IOException if the connection fails, or the body is larger
     */
    public static HttpResponse<byte[]> send(HttpClient http, HttpRequest request, Duration patience, long mostBytes)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, header -> new Limited(mostBytes));
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException problem) {
                throw problem;
            }
            throw new IOException(e.getCause());
        } finally {
            // Closes the connection of an answer that is not waited for any more; nothing otherwise.
            answer.cancel(true);
        }
    }

    /** Collects a body up to a size. */
    private static final class Limited implements BodySubscriber<byte[]> {
        private final BodySubscriber<byte[]> collected = BodySubscribers.ofByteArray();
        private final long most;
        private long bytes;
        private Flow.Subscription subscription;

        Limited(long most) {
            this.most = most;
        }

        @Override
        public void onSubscribe(Flow.Subscription made) {
            subscription = made;
            collected.onSubscribe(made);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                bytes += part.remaining();
            }
            if (bytes > most) {
                subscription.cancel();
                onError(new IOException(String.format(Locale.ROOT, "its answer is larger than %,d bytes", most)));
            } else {
                collected.onNext(parts);
            }
        }

        @Override
        public void onError(Throwable problem) {
            collected.onError(problem);
        }

        @Override
        public void onComplete() {
            collected.onComplete();
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return collected.getBody();
        }
    }
}

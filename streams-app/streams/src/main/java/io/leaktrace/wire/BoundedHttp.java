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
 * Sends HTTP requests with limits on the time and size of the whole response. The timeout of Java's client covers the
 * response header only: a body that stalls would block the thread for ever, and an endless one would fill the memory.
 */
public final class BoundedHttp {

    private BoundedHttp() {}

    /**
     * Sends a request and waits for the whole response.
     *
     * @param timeout for header and body together
     * @param maxBytes maximum size of the body
     * @throws HttpTimeoutException if the response is not complete within the timeout
     * @throws IOException if the connection fails, or the body is larger
     */
    public static HttpResponse<byte[]> send(HttpClient http, HttpRequest request, Duration timeout, long maxBytes)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response = http.sendAsync(request, header -> new Limited(maxBytes));
        try {
            return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete response within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException problem) {
                throw problem;
            }
            throw new IOException(e.getCause());
        } finally {
            // If the response is incomplete, closes its connection; otherwise no effect.
            response.cancel(true);
        }
    }

    /** Collects a body up to a maximum size. */
    private static final class Limited implements BodySubscriber<byte[]> {
        private final BodySubscriber<byte[]> collected = BodySubscribers.ofByteArray();
        private final long maxBytes;
        private long bytes;
        private Flow.Subscription subscription;

        Limited(long maxBytes) {
            this.maxBytes = maxBytes;
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
            if (bytes > maxBytes) {
                subscription.cancel();
                onError(new IOException(String.format(Locale.ROOT, "its response is larger than %,d bytes", maxBytes)));
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

package io.leaktrace.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to a schema registry and retries until it gives a usable answer or a maximum time has passed. It
 * retries on: no connection, a login that is no longer accepted, 408, 429, 5xx, pages of proxies, empty answers.
 *
 * <p>It does not retry with a login or certificate that has never been accepted in this process.
 */
final class RegistryHttp {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryHttp.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MIN_REQUEST_TIMEOUT = Duration.ofSeconds(1);
    /** Pause before the first retry; doubled after each round up to {@link #MAX_PAUSE}. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(2);
    /** Maximum pause that a registry may request by {@code Retry-After}. */
    private static final Duration MAX_REQUESTED_PAUSE = Duration.ofSeconds(30);

    private static final int MAX_REDIRECTS = 5;
    /** Maximum size of an answer in bytes; a schema takes some thousand. */
    private static final long MAX_ANSWER_BYTES = 16L << 20;

    private static final String HIDDEN = "[login]";

    /** Addresses that have given a usable answer to any serializer of this process. */
    private static final Set<URI> REACHED = ConcurrentHashMap.newKeySet();

    private final RegistryConfig config;
    private final Duration patience;
    private final Duration requestTimeout;
    private final HttpClient http;
    /** Index of the address that answered last. */
    private volatile int current;

    RegistryHttp(RegistryConfig config, Duration patience) {
        this(config, patience, requestTimeout(patience));
    }

    /** At most the patience, so that a registry that accepts connections but never answers does not exceed it. */
    private static Duration requestTimeout(Duration patience) {
        Duration most = patience.compareTo(REQUEST_TIMEOUT) < 0 ? patience : REQUEST_TIMEOUT;
        return longer(most, MIN_REQUEST_TIMEOUT);
    }

    /** @param requestTimeout maximum time until an answer is complete */
    RegistryHttp(RegistryConfig config, Duration patience, Duration requestTimeout) {
        this.config = config;
        this.patience = patience;
        this.requestTimeout = requestTimeout;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(requestTimeout);
        if (config.ssl() != null) {
            builder.sslContext(config.ssl());
        }
        http = builder.build();
    }

    /**
     * An answer with a JSON object.
     *
     * @param body empty object if the body is no JSON object
     * @param message of the body, without the login; empty for none
     */
    record Answer(int status, JsonNode body, String message) {

        boolean isOk() {
            return status == 200;
        }

        /** Returns whether the registry itself answers that it has no such schema, version, subject or setting. */
        boolean isUnknown() {
            int code = body.path("error_code").asInt();
            return status == 404 && code >= 40_400 && code < 40_500;
        }

        /** Returns whether the request was rejected for good; a retry would not help. */
        boolean isRejected() {
            return status >= 400 && status < 500 && status != 408 && status != 429;
        }

        /** Returns status and message as text. */
        String reason() {
            return "status " + status + (message.isEmpty() ? "" : ", " + Excerpt.of(message));
        }
    }

    /** The result of one request: an answer, or a problem. */
    private record Outcome(Answer answer, String problem, boolean rejected, Duration retryAfter, Throwable cause) {

        static Outcome problem(String problem, Throwable cause) {
            return new Outcome(null, problem, false, Duration.ZERO, cause);
        }

        static Outcome rejected(String problem, Throwable cause) {
            return new Outcome(null, problem, true, Duration.ZERO, cause);
        }
    }

    /**
     * Sends a request to each address in turn, until one gives a usable answer. An answer of another status than 200 is
     * returned only if no address answers with 200.
     *
     * @param body of the request, or null
     * @param what requested item, for messages: "schema id 7"
     * @param usable returns whether an answer is usable
     * @throws RegistryUnavailableException if there is no usable answer within the patience
     */
    Answer ask(String method, String path, String body, String what, Predicate<Answer> usable) {
        List<RegistryAddress> addresses = config.addresses();
        long start = System.nanoTime();
        String warned = null;
        Duration pause = FIRST_PAUSE;
        while (true) {
            Answer negative = null;
            String problems = "";
            Throwable cause = null;
            Duration requestedPause = Duration.ZERO;
            boolean allRejected = true;
            int first = current;
            for (int i = 0; i < addresses.size(); i++) {
                int index = (first + i) % addresses.size();
                RegistryAddress address = addresses.get(index);
                Outcome outcome = send(method, address, path, body, usable);
                if (outcome.answer() != null) {
                    REACHED.add(address.base());
                    current = index;
                    if (outcome.answer().isOk()) {
                        return outcome.answer();
                    }
                    negative = outcome.answer();
                    continue;
                }
                allRejected &= outcome.rejected() && !REACHED.contains(address.base());
                problems += (problems.isEmpty() ? "" : "; ") + address + ": " + outcome.problem();
                cause = outcome.cause();
                requestedPause = longer(requestedPause, outcome.retryAfter());
            }
            if (negative != null) {
                return negative;
            }
            long waited = System.nanoTime() - start;
            if (allRejected) {
                throw new RegistryUnavailableException("the schema registry gave no " + what + ": " + problems, cause);
            }
            Duration wait = longer(pause, requestedPause);
            if (waited + wait.toNanos() > patience.toNanos()) {
                throw new RegistryUnavailableException(
                        "the schema registry gave no " + what + " within " + patience.toSeconds() + " s: " + problems,
                        cause);
            }
            if (!problems.equals(warned)) {
                LOG.warn("Waiting for the schema registry to give {}: {}", what, problems);
                warned = problems;
            }
            sleep(wait);
            pause = pause.compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    /** Returns whether the registry answers; one request, without retries. */
    boolean isReady() {
        return send("GET", config.addresses().get(0), "/subjects", null, Answer::isOk)
                        .answer()
                != null;
    }

    private Outcome send(String method, RegistryAddress address, String path, String body, Predicate<Answer> usable) {
        try {
            URI uri = address.at(path);
            HttpResponse<byte[]> response = send(request(method, uri, address, body));
            for (int redirects = 0; isRedirect(response); redirects++) {
                URI target = location(uri, response);
                if (!address.isSameOrigin(target) || redirects == MAX_REDIRECTS) {
                    return Outcome.problem(
                            "it answers with status " + response.statusCode() + " and redirects to "
                                    + Excerpt.of(
                                            withoutLogin(RegistryAddress.shown(target), config.authorization(address)))
                                    + "; " + RegistryConfig.URL
                                    + " must be the registry's own address",
                            null);
                }
                uri = target;
                response = send(request(method, uri, address, body));
            }
            return outcome(response, usable, config.authorization(address));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while asking the schema registry", e);
        } catch (SSLException e) {
            return Outcome.rejected(
                    "no trusted connection (" + innermost(e) + "); see registry.ssl.truststore.location", e);
        } catch (HttpTimeoutException e) {
            return Outcome.problem("no answer within " + requestTimeout.toSeconds() + " s", e);
        } catch (ConnectException e) {
            return Outcome.problem("no connection", e);
        } catch (IOException | IllegalArgumentException e) {
            return Outcome.problem(innermost(e), e);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return BoundedHttp.send(http, request, requestTimeout, MAX_ANSWER_BYTES);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Returns the target of a redirect; an address without host if it cannot be parsed. */
    private static URI location(URI from, HttpResponse<byte[]> response) {
        try {
            return from.resolve(response.headers().firstValue("Location").orElse("about:blank"));
        } catch (IllegalArgumentException e) {
            return URI.create("about:blank");
        }
    }

    private static boolean isRedirect(HttpResponse<byte[]> response) {
        return Set.of(301, 302, 303, 307, 308).contains(response.statusCode());
    }

    /** @param authorization header that was sent, or null */
    private static Outcome outcome(HttpResponse<byte[]> response, Predicate<Answer> usable, String authorization) {
        int status = response.statusCode();
        JsonNode json = json(text(response));
        Answer answer =
                new Answer(status, json, withoutLogin(json.path("message").asText(), authorization));
        if (status == 401 || status == 403) {
            // A rejected login is no usable answer, unless the caller accepts it.
            return usable.test(answer)
                    ? new Outcome(answer, null, false, Duration.ZERO, null)
                    : Outcome.rejected(rejection(status, authorization != null), null);
        }
        if (usable.test(answer)) {
            return new Outcome(answer, null, false, Duration.ZERO, null);
        }
        String problem =
                "it answers with status " + status + " and " + Excerpt.of(withoutLogin(text(response), authorization));
        if (status == 404) {
            problem += "; is the path in " + RegistryConfig.URL + " right?";
        }
        return new Outcome(null, problem, false, retryAfter(response), null);
    }

    /** Removes the login from a text: an error report of a server may repeat it. */
    private static String withoutLogin(String text, String authorization) {
        if (authorization == null) {
            return text;
        }
        String sent = authorization.substring(authorization.indexOf(' ') + 1);
        String safe = text.replace(sent, HIDDEN);
        if (!authorization.startsWith("Basic ")) {
            return safe;
        }
        String login = new String(Base64.getDecoder().decode(sent), StandardCharsets.UTF_8);
        String password = login.substring(login.indexOf(':') + 1);
        if (password.isEmpty()) {
            return safe;
        }
        // Unchanged, and as escaped in JSON, in URLs and in HTML.
        for (String written : List.of(
                password,
                new String(JsonStringEncoder.getInstance().quoteAsString(password)),
                URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20"),
                password.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;"))) {
            safe = safe.replace(written, HIDDEN);
        }
        return safe;
    }

    private static String rejection(int status, boolean loggedIn) {
        String login = "registry.user and registry.password, or registry.token";
        if (status == 403) {
            return "it answers with status 403: the "
                    + (loggedIn ? "login has no right to ask this" : "registry wants " + "a login")
                    + "; see " + login;
        }
        return "it answers with status 401: "
                + (loggedIn ? "it does not accept the login in " : "it wants a login; set ") + login;
    }

    private static JsonNode json(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            return tree.isObject() ? tree : JSON.createObjectNode();
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    /** Returns the pause requested by the header {@code Retry-After}, in seconds or as a date; at most 30 s. */
    private static Duration retryAfter(HttpResponse<byte[]> response) {
        Optional<String> header = response.headers().firstValue("Retry-After");
        if (header.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            Duration requestedPause = header.get().strip().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header.get().strip()))
                    : Duration.between(
                            ZonedDateTime.now(),
                            ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME));
            return requestedPause.compareTo(MAX_REQUESTED_PAUSE) > 0 ? MAX_REQUESTED_PAUSE : requestedPause;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while waiting for the schema registry", e);
        }
    }

    private HttpRequest request(String method, URI uri, RegistryAddress address, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", MEDIA_TYPE + ", application/json");
        String authorization = config.authorization(address);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (body == null) {
            return request.method(method, BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", MEDIA_TYPE)
                .method(method, BodyPublishers.ofString(body))
                .build();
    }

    private static String innermost(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : Excerpt.of(cause.getMessage());
    }
}

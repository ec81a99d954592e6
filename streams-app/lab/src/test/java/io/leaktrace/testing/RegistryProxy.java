package io.leaktrace.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** Stands before a schema registry and passes requests on, or answers them itself as registries should not. */
public final class RegistryProxy implements AutoCloseable {

    /** An answer that says nothing about the schema that was asked for. */
    public enum OddAnswer {
        TOO_MANY_REQUESTS(429, ""),
        UNAUTHORIZED(401, "{\"error_code\": 40101, \"message\": \"Unauthorized\"}"),
        LOGIN_PAGE(200, "<html><body>Please sign in.</body></html>"),
        EMPTY_OBJECT(200, "{}"),
        NOT_FOUND_PAGE(404, "<html><body>No such page.</body></html>"),
        UNAVAILABLE(503, "");

        private final int status;
        private final String body;

        OddAnswer(int status, String body) {
            this.status = status;
            this.body = body;
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final String registry;
    private final HttpServer server;
    private final String scheme;
    /** What the header Authorization has to say, or null. */
    private final String authorization;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile OddAnswer oddAnswer;

    /** @param registry address of the registry */
    public RegistryProxy(String registry) throws IOException {
        this(registry, HttpServer.create(ANY_PORT, 0), "http", null);
    }

    /**
     * One that speaks TLS and wants a login.
     *
     * @param registry address of the registry
     * @param tls with the key of the proxy
     */
    public static RegistryProxy withLogin(String registry, SSLContext tls, String user, String password)
            throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        String login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new RegistryProxy(registry, server, "https", "Basic " + login);
    }

    private RegistryProxy(String registry, HttpServer server, String scheme, String authorization) {
        this.registry = registry;
        this.server = server;
        this.scheme = scheme;
        this.authorization = authorization;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort()
                + URI.create(registry).getPath();
    }

    /** Answers every request like this from now on; null passes them on again. */
    public void answer(OddAnswer answer) {
        oddAnswer = answer;
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean known = authorization == null
                || authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"));
        OddAnswer odd = known ? oddAnswer : OddAnswer.UNAUTHORIZED;
        try (exchange) {
            if (odd != null) {
                send(exchange, odd.status, odd.body);
                return;
            }
            HttpRequest request = HttpRequest.newBuilder(URI.create(registry)
                            .resolve(exchange.getRequestURI().toString()))
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                    .method(
                            exchange.getRequestMethod(),
                            BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
                    .build();
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            send(exchange, response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

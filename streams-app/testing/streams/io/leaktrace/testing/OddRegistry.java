package io.leaktrace.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A schema registry in memory, on the loopback address, that can be told to misbehave. It speaks as much of Confluent's
 * API as Leaktrace uses, and checks no schema.
 *
 * <pre>
 * try (OddRegistry registry = new OddRegistry()) {
 *     int id = registry.put("orders-value", text);          // as if somebody had registered it
 *     registry.answer("GET", "/schemas/ids/").status(429).header("Retry-After", "1").times(3);
 *     registry.answer("/config").status(403);               // any method, for ever
 *     registry.answer("GET", "/schemas/").status(500).during(Duration.ofSeconds(5));
 *     registry.behave();                                    // forgets all such rules
 * }
 * </pre>
 */
public final class OddRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String scheme;
    private volatile String prefix = "";
    private volatile String authorization;

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<ObjectNode> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new TreeMap<>();
    private final Map<String, String> levels = new TreeMap<>();

    /** One that speaks plain HTTP on any free port. */
    public OddRegistry() {
        this(0, null);
    }

    /** One that speaks plain HTTP on this port. */
    public OddRegistry(int port) {
        this(port, null);
    }

    /** One that speaks TLS, with the key in this store of the type PKCS12, whose password is that of {@code Certificates}. */
    public static OddRegistry withTls(Path keyStore, String password) {
        return new OddRegistry(0, tls(keyStore, password));
    }

    /** What a server needs to speak TLS with the key in this store of the type PKCS12. */
    public static SSLContext tls(Path keyStore, String password) {
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot speak TLS with " + keyStore, e);
        }
    }

    private OddRegistry(int port, SSLContext tls) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                HttpsServer secured = HttpsServer.create(address, 0);
                secured.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = secured;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scheme = tls == null ? "http" : "https";
        levels.put("", "BACKWARD");
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** How requests are answered that a rule is about; by default with status 500 and nothing, for ever. */
    public static final class Rule {
        private final String method;
        private final String path;
        private int status = 500;
        private String body = "";
        private Duration delay = Duration.ZERO;
        private boolean endless;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private int times = Integer.MAX_VALUE;
        private long until = Long.MAX_VALUE;

        private Rule(String method, String path) {
            this.method = method;
            this.path = path;
        }

        public Rule status(int code) {
            status = code;
            return this;
        }

        public Rule body(String text) {
            body = text;
            return this;
        }

        /** An error as Confluent's registry writes it. */
        public Rule error(int code, String message) {
            return body("{\"error_code\":" + code + ",\"message\":\"" + message + "\"}");
        }

        public Rule header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Only after this time. */
        public Rule delay(Duration time) {
            delay = time;
            return this;
        }

        /** The body never ends. */
        public Rule withoutEnd() {
            endless = true;
            return this;
        }

        /** For this number of requests. */
        public Rule times(int number) {
            times = number;
            return this;
        }

        /** For this time from now on. */
        public Rule during(Duration time) {
            until = System.nanoTime() + time.toNanos();
            return this;
        }

        private synchronized boolean matches(String method, String path) {
            boolean matches = (this.method == null || this.method.equals(method))
                    && path.contains(this.path)
                    && times > 0
                    && (until == Long.MAX_VALUE || System.nanoTime() < until);
            if (matches && times < Integer.MAX_VALUE) {
                times--;
            }
            return matches;
        }
    }

    /** Adds a rule for requests of this method whose path, without the prefix, contains this text; earlier ones win. */
    public Rule answer(String method, String path) {
        Rule rule = new Rule(method, path);
        rules.add(rule);
        return rule;
    }

    /** Adds a rule for requests of any method. */
    public Rule answer(String path) {
        return answer(null, path);
    }

    /** Forgets all rules. */
    public void behave() {
        rules.clear();
    }

    /** Answers below this path only, such as {@code /apis/ccompat/v7}; elsewhere 404 and a page. */
    public OddRegistry prefix(String path) {
        prefix = path;
        return this;
    }

    /** Lets only this user in; null lets everyone in. */
    public OddRegistry requireUser(String user, String password) {
        String login = user + ":" + password;
        authorization = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Lets only this bearer token in. */
    public OddRegistry requireToken(String token) {
        authorization = "Bearer " + token;
        return this;
    }

    /** Its address with the prefix, and without a slash at the end. */
    public String url() {
        return scheme + "://127.0.0.1:" + port() + prefix;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Registers a schema, and returns its id. */
    public int put(String subject, String schema) {
        return put(subject, schema, "[]");
    }

    /**
     * Registers a schema with references, and returns its id.
     *
     * @param references as JSON: {@code [{"name":"…","subject":"…","version":1}]}
     */
    public int put(String subject, String schema, String references) {
        try {
            ObjectNode request = JSON.createObjectNode().put("schema", schema);
            request.set("references", JSON.readTree(references));
            return register(subject, request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets the compatibility of a subject; of all others for an empty subject. */
    public void compatibility(String subject, String level) {
        synchronized (schemas) {
            levels.put(subject, level);
        }
    }

    /** Compatibility that was set for a subject, or null. */
    public String compatibility(String subject) {
        synchronized (schemas) {
            return levels.get(subject);
        }
    }

    /** Requests so far, such as {@code GET /schemas/ids/1}, without the prefix. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Number of requests so far that begin with this text. */
    public long requests(String beginning) {
        return requests.stream()
                .filter(request -> request.startsWith(beginning))
                .count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.startsWith(prefix)) {
            path = path.substring(prefix.length());
            requests.add(method + " " + path);
            for (Rule rule : rules) {
                if (rule.matches(method, path)) {
                    sleep(rule.delay);
                    rule.headers.forEach(
                            (name, value) -> exchange.getResponseHeaders().add(name, value));
                    if (rule.endless) {
                        sendWithoutEnd(exchange, rule);
                    } else {
                        send(exchange, rule.status, rule.body);
                    }
                    return;
                }
            }
            if (authorization != null
                    && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
                return;
            }
            handle(exchange, method, path.substring(1).split("/", -1), body);
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        send(exchange, 404, "<html>no such page</html>");
    }

    private void handle(HttpExchange exchange, String method, String[] path, String body) throws IOException {
        JsonNode request = body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
        String subject = path.length > 1 ? URLDecoder.decode(path[1], StandardCharsets.UTF_8) : "";
        synchronized (schemas) {
            if (path[0].equals("config") && method.equals("PUT")) {
                levels.put(subject, request.get("compatibility").asText());
                send(exchange, 200, body);
            } else if (path[0].equals("config")) {
                String level = levels.get(subject);
                if (level == null) {
                    sendError(exchange, 404, 40408, "no compatibility is set");
                } else {
                    send(exchange, 200, "{\"compatibilityLevel\":\"" + level + "\"}");
                }
            } else if (path[0].equals("schemas") && path.length == 3 && path[1].equals("ids")) {
                int id = Integer.parseInt(path[2]);
                if (id < 1 || id > schemas.size()) {
                    sendError(exchange, 404, 40403, "Schema not found");
                } else {
                    send(exchange, 200, schemas.get(id - 1).toString());
                }
            } else if (path[0].equals("subjects") && path.length == 3 && method.equals("POST")) {
                send(exchange, 200, "{\"id\":" + register(subject, request) + "}");
            } else if (path[0].equals("subjects") && path.length == 2 && method.equals("POST")) {
                int id = id(request);
                if (subjects.getOrDefault(subject, List.of()).contains(id)) {
                    send(exchange, 200, "{\"subject\":\"" + subject + "\",\"id\":" + id + "}");
                } else {
                    sendError(exchange, 404, subjects.containsKey(subject) ? 40403 : 40401, "not found");
                }
            } else if (path[0].equals("subjects") && path.length == 4) {
                List<Integer> versions = subjects.getOrDefault(subject, List.of());
                int version = Integer.parseInt(path[3]);
                if (version > versions.size()) {
                    sendError(exchange, 404, versions.isEmpty() ? 40401 : 40402, "not found");
                } else {
                    send(
                            exchange,
                            200,
                            schemas.get(versions.get(version - 1) - 1).toString());
                }
            } else if (path[0].equals("subjects") && path.length == 1) {
                send(exchange, 200, JSON.writeValueAsString(subjects.keySet()));
            } else {
                sendError(exchange, 404, 404, "HTTP 404 Not Found");
            }
        }
    }

    private int register(String subject, JsonNode request) {
        synchronized (schemas) {
            int id = id(request);
            if (id == 0) {
                ObjectNode stored = JSON.createObjectNode();
                stored.set("schema", request.get("schema"));
                if (request.get("references") instanceof ArrayNode references && !references.isEmpty()) {
                    stored.set("references", references);
                }
                schemas.add(stored);
                id = schemas.size();
            }
            List<Integer> versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
            if (!versions.contains(id)) {
                versions.add(id);
            }
            return id;
        }
    }

    /** Id of the schema in a request, or 0. */
    private int id(JsonNode request) {
        for (int i = 0; i < schemas.size(); i++) {
            if (schemas.get(i).get("schema").equals(request.get("schema"))) {
                return i + 1;
            }
        }
        return 0;
    }

    private static void sendError(HttpExchange exchange, int status, int code, String message) throws IOException {
        send(exchange, status, "{\"error_code\":" + code + ",\"message\":\"" + message + "\"}");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of(MEDIA_TYPE));
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void sendWithoutEnd(HttpExchange exchange, Rule rule) throws IOException {
        exchange.sendResponseHeaders(rule.status, 0);
        exchange.getResponseBody().write(rule.body.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        sleep(Duration.ofMinutes(1));
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.leaktrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import io.leaktrace.domain.Epoch;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.Version;
import io.leaktrace.topics.TopicWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.UriCompliance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server of the HTTP API and the console. {@code openapi.json} describes the API, {@code docs/console.md} how access is
 * granted.
 */
public final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final String PERSON = "person";
    private static final int RETRY_SECONDS = 2;
    /** Less than the time that {@link RequestLimits} allows for a request. */
    private static final Duration DECISION_PATIENCE = Duration.ofSeconds(20);

    private static final int LARGEST_REQUEST = 64 * 1024;

    /** Short, because a person waits for the response. */
    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(3);

    private static final String CONTENT_SECURITY =
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
                    + "frame-ancestors 'none'";

    private static final Set<String> PAGES = Set.of(
            "", "suspects", "evidence", "campaigns", "alerts", "epochs", "verdicts", "compare", "check", "decoys");

    private final Settings settings;
    private final boolean demonstration;
    private final Access access;
    private final Market market = new Market();
    private final Live live;
    private final EventStream stream = new EventStream();
    private final CampaignRoutes campaigns;
    private final FindingRoutes findings;
    private final TopicWriter writer;
    private final DecisionRoutes decisions;
    private final RunRoutes runs;
    private final Metrics metrics;
    private final AlertmanagerPush push;
    private final Javalin server;

    /**
     * Starts to listen; until {@link #follow} is called, responses are "not ready".
     *
     * @param demonstration whether verdicts are dated by the market's event time instead of wall-clock time
     * @throws StartException if it cannot listen, or the settings allow no access
     */
    public ApiServer(Settings settings, boolean demonstration) {
        this(settings, demonstration, DECISION_PATIENCE);
    }

    /** @param patience maximum time to wait for brokers and registry when a decision is recorded */
    ApiServer(Settings settings, boolean demonstration, Duration patience) {
        this.settings = settings;
        this.demonstration = demonstration;
        this.access = Access.of(settings);
        this.live = new Live(settings);
        this.campaigns = new CampaignRoutes(settings.duration(Setting.CAMPAIGN_CALLER_GAP));
        this.findings = new FindingRoutes(live, campaigns, settings.model());
        Clock clock = demonstration ? new MarketClock() : Clock.systemUTC();
        this.writer = new TopicWriter(settings, WRITE_PATIENCE);
        this.decisions = new DecisionRoutes(settings, live, writer, clock, patience);
        this.runs = new RunRoutes(settings.get(Setting.RUNS_DIR));
        this.metrics = new Metrics(market, live, stream, clock);
        String alertmanager = settings.get(Setting.ALERTMANAGER_URL);
        this.push = alertmanager.isEmpty()
                ? null
                : new AlertmanagerPush(
                        alertmanager,
                        "http://" + settings.advertised(),
                        market,
                        settings.duration(Setting.ALERTMANAGER_INTERVAL),
                        Clock.systemUTC());
        this.server = Javalin.create(this::configure);
        live.add(stream);
        live.add(metrics);
        listen();
        // Started after listening, so that nothing has to be stopped if the port is taken.
        stream.start();
        live.start();
        if (push != null) {
            push.start();
        }
    }

    private void listen() {
        try {
            server.start(settings.get(Setting.HTTP_HOST), settings.integer(Setting.HTTP_PORT));
        } catch (JavalinException e) {
            close();
            throw new StartException(
                    "cannot listen on " + settings.get(Setting.HTTP_HOST) + ":" + settings.integer(Setting.HTTP_PORT)
                            + "; is the port in use? Choose another with --set http.port=…, or none with 0",
                    e);
        }
    }

    /** Serves the findings of this pipeline from now on. */
    public void follow(Pipeline pipeline) {
        market.follow(pipeline);
    }

    /** Paths of all routes, for tests. */
    Set<String> paths() {
        return server.unsafe.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint)
                .filter(endpoint -> List.of(HandlerType.GET, HandlerType.POST).contains(endpoint.method))
                .map(endpoint -> endpoint.path)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** URL of the console. */
    public String address() {
        return "http://" + settings.get(Setting.HTTP_HOST) + ":" + settings.integer(Setting.HTTP_PORT);
    }

    /** The time that the market has reached. */
    private final class MarketClock extends Clock {
        @Override
        public Instant instant() {
            return live.latestEpoch().map(Epoch::end).orElseThrow(Market::moving);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the market's clock has no other zones");
        }
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = LARGEST_REQUEST;
        config.http.generateEtags = false;
        config.jetty.modifyServer(jetty -> RequestLimits.apply(jetty, LARGEST_REQUEST));
        // Ids of custodians may contain any character, including slashes, backslashes and line ends.
        config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.DEFAULT.with(
                "any id",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS)));
        config.jetty.modifyServletContextHandler(
                servlets -> servlets.getServletHandler().setDecodeAmbiguousURIs(true));
        RoutesConfig routes = config.routes;
        routes.before(ApiServer::secure);
        routes.before(http -> {
            // Probes of a load balancer or an orchestrator may send any name or none.
            if (!http.path().startsWith("/health/")) {
                access.requireHost(http.header("Host"));
            }
        });
        for (String guarded : List.of("/api/*", "/metrics", "/topology")) {
            routes.before(guarded, http -> http.attribute(PERSON, access.person(http.header("Authorization"))));
        }
        // Before the route: an event stream is started before its handler is called.
        routes.before("/api/events", http -> {
            require(http, Permission.READ);
            if (stream.isFull()) {
                throw new Problem(503, "too many event streams are open; close some, or try again later");
            }
        });

        routes.get("/api/session", forReaders(this::session));
        routes.get("/api/suspects", withFindings(findings::suspects));
        routes.get("/api/suspects/{custodian}", withFindings(findings::suspect));
        routes.get("/api/suspects/{custodian}/evidence", withFindings(findings::evidenceAgainst));
        routes.get("/api/evidence/{contactId}", withFindings(findings::evidence));
        routes.post("/api/evidence/{contactId}/reveal", http -> {
            Person person = require(http, Permission.REVEAL);
            JsonNode body = Json.body(http);
            market.answer(http, (found, question) -> decisions.reveal(found, question, body, person));
        });
        routes.get("/api/campaigns", withFindings(campaigns::campaigns));
        routes.get("/api/campaigns/{contactId}", withFindings(campaigns::campaign));
        routes.get("/api/campaigns/{contactId}/contacts", withFindings(campaigns::contacts));
        routes.get("/api/alerts", withFindings(findings::alerts));
        routes.get("/api/epochs", withFindings(findings::epochs));
        routes.get("/api/decoys", withFindings(findings::decoys));
        routes.get("/api/verdicts", forReaders(decisions::verdicts));
        routes.post("/api/verdicts", http -> decisions.decide(http, require(http, Permission.DECIDE)));
        routes.get("/api/runs", forReaders(runs::runs));
        routes.get("/api/diff", forReaders(runs::diff));
        routes.get("/api/checks", forReaders(runs::checks));
        routes.get("/api/checks/{name}", forReaders(runs::check));
        routes.sse("/api/events", stream::add);

        routes.get("/health/live", this::live);
        routes.get("/health/ready", this::ready);
        routes.get("/metrics", forReaders(http -> http.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape())));
        routes.get("/topology", forReaders(http -> http.contentType("text/plain; charset=utf-8")
                .result(market.pipeline().map(Pipeline::description).orElseThrow(Market::moving))));
        routes.get("/openapi.json", http -> file(http, "/openapi.json", "application/json"));
        routes.get("/console/<file>", http -> file(http, "/console/" + http.pathParam("file"), type(http.path())));
        routes.get("/<page>", http -> page(http, http.pathParam("page")));
        routes.get("/", http -> page(http, ""));

        routes.exception(Problem.class, ApiServer::sendProblem);
        routes.exception(
                HttpResponseException.class,
                (problem, http) -> sendProblem(new Problem(problem.getStatus(), problem.getMessage()), http));
        routes.exception(EOFException.class, ApiServer::sendIncomplete);
        routes.exception(TimeoutException.class, ApiServer::sendIncomplete);
        routes.exception(Exception.class, (problem, http) -> {
            // The endpoint, not the requested path, which may name a contact.
            LOG.error("{} {} failed", http.method(), http.endpoint().path, withoutMessage(problem));
            sendProblem(new Problem(500, "Leaktrace failed; see its log for the cause"), http);
        });
    }

    /** Only logged for debugging: the client stopped within a body, or its connection was closed. */
    private static void sendIncomplete(Exception problem, Context http) {
        LOG.debug("{} {} ended early", http.method(), http.endpoint().path, problem);
        sendProblem(new Problem(400, "the request's body is incomplete"), http);
    }

    /** A failure with the same type and stack trace but no message; messages of a store or decoder may name a buyer. */
    private static Throwable withoutMessage(Throwable problem) {
        Throwable cause = problem.getCause() == null ? null : withoutMessage(problem.getCause());
        Throwable bare = new IllegalStateException(problem.getClass().getName(), cause);
        bare.setStackTrace(problem.getStackTrace());
        return bare;
    }

    private static void secure(Context http) {
        http.header("Content-Security-Policy", CONTENT_SECURITY);
        http.header("X-Content-Type-Options", "nosniff");
        http.header("X-Frame-Options", "DENY");
        http.header("Referrer-Policy", "no-referrer");
        http.header("Cross-Origin-Opener-Policy", "same-origin");
        http.header("Cross-Origin-Resource-Policy", "same-origin");
        http.header("Cache-Control", http.path().startsWith("/api/") ? "no-store" : "no-cache");
    }

    private static Person require(Context http, Permission role) {
        Person person = http.attribute(PERSON);
        if (person == null || !person.roles().contains(role)) {
            throw new Problem(403, "this needs the role '" + role.name().toLowerCase(Locale.ROOT) + "'");
        }
        return person;
    }

    /** A handler that requires the role READ. */
    private static Handler forReaders(Handler handler) {
        return http -> {
            require(http, Permission.READ);
            handler.handle(http);
        };
    }

    /** A handler that requires the role READ and uses the findings. */
    private Handler withFindings(Market.Answer answer) {
        return forReaders(http -> market.answer(http, answer));
    }

    private void session(Context http) {
        Person person = http.attribute(PERSON);
        List<String> roles = person.roles().stream()
                .sorted()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .toList();
        Json.send(
                http,
                Views.object(
                        "name", person.name(),
                        "roles", roles,
                        "market", settings.get(Setting.MARKET),
                        "version", Version.text(),
                        "windowDays",
                                Duration.ofMillis(settings.model().window()).toDays(),
                        "epochHours",
                                Duration.ofMillis(settings.model().epoch()).toHours(),
                        "now",
                                live.latestEpoch()
                                        .map(epoch -> Views.time(epoch.end()))
                                        .orElse(null),
                        "demo", demonstration));
    }

    private void live(Context http) {
        boolean live = market.pipeline().map(Pipeline::isRunning).orElse(true);
        health(http, live, Map.of("status", live ? "up" : "down"));
    }

    private void ready(Context http) {
        List<String> reasons = market.pipeline()
                .map(Pipeline::notReady)
                .orElse(List.of("the pipeline has not started yet: it is waiting for brokers, registry or topics"));
        List<String> notes =
                market.pipeline().map(pipeline -> pipeline.health().notes()).orElse(List.of());
        health(
                http,
                reasons.isEmpty(),
                Views.object("status", reasons.isEmpty() ? "up" : "down", "reasons", reasons, "notes", notes));
    }

    private static void health(Context http, boolean healthy, Map<String, Object> answer) {
        http.status(healthy ? 200 : 503);
        if (!healthy) {
            http.header("Retry-After", Integer.toString(RETRY_SECONDS));
        }
        Json.send(http, answer);
    }

    private static void sendProblem(Problem problem, Context http) {
        http.status(problem.status());
        if (problem.status() == 503) {
            http.header("Retry-After", Integer.toString(RETRY_SECONDS));
        }
        if (problem.status() == 401) {
            http.header("WWW-Authenticate", "Bearer");
        }
        Json.send(
                http,
                Views.object("title", problem.title(), "status", problem.status(), "detail", problem.getMessage()));
        http.contentType("application/problem+json");
    }

    /** Sends the HTML of the console, which is the same for all pages; the script selects the page by the path. */
    private static void page(Context http, String path) {
        if (!PAGES.contains(path.replaceAll("/.*", ""))) {
            throw new Problem(404, "there is no " + http.path());
        }
        file(http, "/console/index.html", "text/html; charset=utf-8");
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "json" -> "application/json";
            default -> "application/octet-stream";
        };
    }

    private static void file(Context http, String name, String type) {
        // A name without a dot is a folder.
        boolean inside = !name.contains("..") && name.indexOf('.') > 0;
        try (InputStream in = inside ? ApiServer.class.getResourceAsStream(name) : null) {
            if (in == null) {
                throw new Problem(404, "there is no " + http.path());
            }
            http.contentType(type).result(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stream.close();
        if (push != null) {
            push.close();
        }
        server.stop();
        decisions.close();
        writer.close();
        live.close();
        metrics.close();
    }
}

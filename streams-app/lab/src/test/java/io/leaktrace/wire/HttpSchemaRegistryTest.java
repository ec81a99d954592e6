package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leaktrace.embedded.EmbeddedRegistry;
import io.leaktrace.security.Certificates;
import io.leaktrace.testing.OddRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The client of a schema registry, against one that misbehaves and against a real one. */
class HttpSchemaRegistryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Schema SCHEMA = io.leaktrace.avro.OrderEvent.getClassSchema();
    private static final String TEXT = Schemas.registered(SCHEMA).toString();
    private static final String PASSWORD = "p:w@d/é 41d7";
    private static final String LOGIN_PAGE = "<html><body>Please log in</body></html>";

    @TempDir
    private static Path folder;

    private static HttpSchemaRegistry client(String url, String... namesAndValues) {
        return client(PATIENCE, url, namesAndValues);
    }

    private static HttpSchemaRegistry client(Duration patience, String url, String... namesAndValues) {
        Map<String, String> config = new HashMap<>();
        config.put(RegistryConfig.URL, url);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            config.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new HttpSchemaRegistry(RegistryConfig.of(config), patience);
    }

    /** Answers that say nothing about the schema: it is waited for. */
    private static Stream<Arguments> notAboutTheSchema() {
        String soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(1));
        return Stream.of(
                Arguments.of(408, "", ""),
                Arguments.of(429, "{\"error_code\":42901,\"message\":\"slow down\"}", "1"),
                Arguments.of(429, "", soon),
                Arguments.of(429, "", "soon"),
                Arguments.of(500, "{\"error_code\":50001,\"message\":\"store\"}", ""),
                Arguments.of(502, "<html>bad gateway</html>", ""),
                Arguments.of(503, "", "1"),
                Arguments.of(404, "<html>not found</html>", ""),
                Arguments.of(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}", ""),
                Arguments.of(404, "", ""),
                Arguments.of(400, "{}", ""),
                Arguments.of(200, "{}", ""),
                Arguments.of(200, "", ""),
                Arguments.of(200, "[]", ""),
                Arguments.of(200, "null", ""),
                Arguments.of(200, "{\"schema\":null}", ""),
                Arguments.of(200, "{\"schema\":7}", ""),
                Arguments.of(200, LOGIN_PAGE, ""),
                Arguments.of(204, "", ""),
                Arguments.of(302, "", ""));
    }

    @ParameterizedTest
    @MethodSource("notAboutTheSchema")
    void whatSaysNothingAboutTheSchemaIsWaitedFor(int status, String body, String retryAfter) {
        try (OddRegistry registry = new OddRegistry()) {
            int id = registry.put("orders-value", TEXT);
            OddRegistry.Rule rule =
                    registry.answer("/schemas/ids/").status(status).body(body).times(1);
            if (!retryAfter.isEmpty()) {
                rule.header("Retry-After", retryAfter);
            }
            if (status == 302) {
                rule.header("Location", "https://login.example.com/ with spaces");
            }
            assertEquals(Schemas.registered(SCHEMA), client(registry.url()).byId(id));
            assertEquals(2, registry.requests("GET /schemas/ids/"));
        }
    }

    /** Both ids fall into the same place of a hash table, where a lookup inside {@code computeIfAbsent} would block the other. */
    @Test
    void aSchemaThatIsWaitedForHoldsUpNoOther() throws Exception {
        try (OddRegistry registry = new OddRegistry()) {
            for (int i = 1; i <= 18; i++) {
                registry.put(
                        "orders-value",
                        "{\"type\":\"record\",\"name\":\"R" + i
                                + "\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}");
            }
            registry.answer("/schemas/ids/2")
                    .status(500)
                    .delay(Duration.ofSeconds(2))
                    .times(1);
            HttpSchemaRegistry client = client(registry.url());
            CompletableFuture<Schema> waiting = CompletableFuture.supplyAsync(() -> client.byId(2));
            while (registry.requests("GET /schemas/ids/2") == 0) {
                Thread.onSpinWait();
            }
            assertEquals("R18", client.byId(18).getName());
            assertFalse(waiting.isDone(), "the other waits still");
            assertEquals("R2", waiting.get().getName());
        }
    }

    @Test
    void theTimeThatIsAskedForIsWaited() {
        try (OddRegistry registry = new OddRegistry()) {
            int id = registry.put("orders-value", TEXT);
            registry.answer("/schemas/ids/")
                    .status(429)
                    .header("Retry-After", "2")
                    .times(1);
            long start = System.nanoTime();
            client(registry.url()).byId(id);
            assertTrue(System.nanoTime() - start >= Duration.ofSeconds(2).toNanos());
        }
    }

    /** The patience ends with what came and the name of the schema, and a thread may try again. */
    @Test
    void aSchemaThatAlwaysFailsIsNamed() {
        try (OddRegistry registry = new OddRegistry()) {
            registry.answer("/schemas/ids/7").status(500).error(50001, "backend store");
            RegistryUnavailableException away =
                    assertThrows(RegistryUnavailableException.class, () -> client(Duration.ofSeconds(1), registry.url())
                            .byId(7));
            assertTrue(away instanceof RetriableException);
            assertTrue(away.getMessage().contains("schema id 7"), away.getMessage());
            assertTrue(away.getMessage().contains("status 500"), away.getMessage());
            assertTrue(away.getMessage().contains("backend store"), away.getMessage());
        }
    }

    @Test
    void anAnswerThatDoesNotEndOrIsHugeIsGivenUp() {
        try (OddRegistry registry = new OddRegistry()) {
            int id = registry.put("orders-value", TEXT);
            registry.answer("/schemas/ids/").status(200).body("{").withoutEnd().times(1);
            registry.answer("/schemas/ids/")
                    .status(200)
                    .body(" ".repeat(1 << 24) + "{}")
                    .times(1);
            RegistryHttp http = new RegistryHttp(RegistryConfig.of(registry.url()), PATIENCE, Duration.ofSeconds(1));
            RegistryHttp.Answer answer = http.ask("GET", "/schemas/ids/" + id, null, "schema", one -> one.body()
                    .has("schema"));
            assertEquals(200, answer.status());
            assertEquals(3, registry.requests("GET /schemas/ids/"));
        }
    }

    @Test
    void anIdThatCannotBeOneIsWaitedFor() {
        try (OddRegistry registry = new OddRegistry()) {
            for (String id : List.of("-1", "1.5", "99999999999", "\"1\"")) {
                registry.answer("POST", "/subjects/")
                        .status(200)
                        .body("{\"id\":" + id + "}")
                        .times(1);
                assertTrue(client(registry.url()).register("orders-value", SCHEMA) > 0, id);
            }
        }
    }

    /** A password that a server repeats as text of its answer, or in an address that it sends to. */
    @Test
    void aPasswordThatComesBackInAnotherFormIsNotPrinted() {
        try (OddRegistry registry = new OddRegistry()) {
            String url = registry.url().replace("//", "//li:secret%22%26x@");
            for (String body : List.of("secret\"&x", "{\"a\":\"secret\\\"&x\"}", "<p>secret&quot;&amp;x")) {
                registry.behave();
                registry.answer("/schemas").status(500).body(body);
                assertFalse(problemAt(url).contains("secret"), body);
            }
            registry.behave();
            registry.answer("/schemas")
                    .status(302)
                    .header("Location", "http://a.example/secret%22%26x" + "y".repeat(999));
            String problem = problemAt(url);
            assertFalse(problem.contains("secret"), problem);
            assertTrue(problem.contains("http://a.example/") && problem.length() < 500, problem);
        }
    }

    private static String problemAt(String url) {
        return assertThrows(RegistryUnavailableException.class, () -> client(Duration.ZERO, url)
                        .byId(7))
                .getMessage();
    }

    @Test
    void aRedirectElsewhereIsNamedWithoutItsQuery() {
        try (OddRegistry registry = new OddRegistry()) {
            registry.answer("/schemas").status(307).header("Location", "https://login.example.com/in?token=secret-9");
            String message = assertThrows(
                            RegistryUnavailableException.class,
                            () -> client(Duration.ZERO, registry.url()).byId(7))
                    .getMessage();
            assertTrue(message.contains("https://login.example.com/in"), message);
            assertFalse(message.contains("secret"), message);
        }
    }

    @Test
    void aRedirectOfTheRegistryItselfIsFollowed() {
        try (OddRegistry registry = new OddRegistry()) {
            int id = registry.put("orders-value", TEXT);
            registry.answer("/schemas/ids/99").status(308).header("Location", "/schemas/ids/" + id);
            assertNotNull(client(registry.url()).byId(99));
            registry.answer("/schemas/ids/98").status(301).header("Location", "/schemas/ids/98");
            assertThrows(RegistryUnavailableException.class, () -> client(Duration.ZERO, registry.url())
                    .byId(98));
        }
    }

    @Test
    void onlyTheRegistrysOwnCodeMakesAnIdUnknownAndThatIsRemembered() {
        try (OddRegistry registry = new OddRegistry()) {
            AtomicLong clock = new AtomicLong();
            HttpSchemaRegistry client = new HttpSchemaRegistry(RegistryConfig.of(registry.url()), PATIENCE, clock::get);
            for (int i = 0; i < 5_000; i++) {
                UnknownSchemaException unknown = assertThrows(UnknownSchemaException.class, () -> client.byId(1));
                assertTrue(unknown.getMessage().contains("with id 1"));
            }
            assertEquals(1, registry.requests().size());
            registry.put("orders-value", TEXT);
            clock.addAndGet(Duration.ofSeconds(61).toNanos());
            assertNotNull(client.byId(1));
        }
    }

    @Test
    void aLoginThatWasNeverAcceptedEndsAtOnceWithWhatToSet() {
        for (int status : List.of(401, 403)) {
            try (OddRegistry registry = new OddRegistry()) {
                registry.answer("/").status(status);
                String message = assertThrows(
                                RegistryUnavailableException.class, () -> client(Duration.ofHours(1), registry.url())
                                        .byId(7))
                        .getMessage();
                assertTrue(message.contains("status " + status), message);
                assertTrue(message.contains("registry.user"), message);
            }
        }
    }

    @Test
    void aLoginThatIsNotAcceptedAnyMoreIsWaitedFor() {
        try (OddRegistry registry = new OddRegistry()) {
            int id = registry.put("orders-value", TEXT);
            int other = registry.put("orders-value", TEXT + " ");
            assertNotNull(client(registry.url()).byId(id));
            registry.answer("/schemas/ids/").status(401).times(1);
            registry.answer("/schemas/ids/").status(403).times(1);
            assertNotNull(client(registry.url()).byId(other));
        }
    }

    private static Stream<Arguments> logins() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        Path token = Files.writeString(folder.resolve("token"), "t0ken-c03e\n");
        String[] none = {};
        return Stream.of(
                Arguments.of("user", new String[] {RegistryConfig.BASIC_USER_INFO, "li:" + PASSWORD}, ""),
                Arguments.of(
                        "user",
                        new String[] {
                            "schema.registry.basic.auth.user.info",
                            "li:" + PASSWORD,
                            RegistryConfig.BASIC_SOURCE,
                            "USER_INFO"
                        },
                        ""),
                Arguments.of(
                        "user",
                        new String[] {"registry.user", "li", "registry.password.file", password.toString()},
                        ""),
                Arguments.of("user", none, "li:p%3Aw%40d%2F%C3%A9%2041d7@"),
                Arguments.of(
                        "user", new String[] {RegistryConfig.BASIC_SOURCE, "URL"}, "li:p%3Aw%40d%2F%C3%A9%2041d7@"),
                Arguments.of(
                        "token",
                        new String[] {
                            RegistryConfig.BEARER_SOURCE, "STATIC_TOKEN", RegistryConfig.BEARER_TOKEN, "t0ken-c03e"
                        },
                        ""),
                Arguments.of("token", new String[] {"registry.token.file", token.toString()}, ""));
    }

    /** With a prefix and a slash at the end. */
    @ParameterizedTest
    @MethodSource("logins")
    void everyWayToLogInIsUnderstoodAndNoneIsPrinted(String kind, String[] config, String inUrl) {
        try (OddRegistry registry = new OddRegistry().prefix("/apis/ccompat/v7")) {
            int id = registry.put("orders-value", TEXT);
            if (kind.equals("user")) {
                registry.requireUser("li", PASSWORD);
            } else {
                registry.requireToken("t0ken-c03e");
            }
            String url = registry.url().replace("://", "://" + inUrl) + "/";
            assertNotNull(client(url, config).byId(id));

            registry.requireUser("li", "another");
            Map<String, String> all = new HashMap<>(Map.of(RegistryConfig.URL, url));
            for (int i = 0; i < config.length; i += 2) {
                all.put(config[i], config[i + 1]);
            }
            // A server that repeats what it was sent.
            RegistryConfig read = RegistryConfig.of(all);
            String sent = read.authorization(read.addresses().get(0));
            registry.answer("/schemas/ids/9")
                    .status(500)
                    .error(1, sent + (kind.equals("user") ? " is " + PASSWORD : ""));
            String printed = read + " "
                    + RegistryConfig.of(all).addresses()
                    + assertThrows(RegistryUnavailableException.class, () -> client(Duration.ZERO, url, config)
                                    .byId(8))
                            .getMessage()
                    + assertThrows(RegistryUnavailableException.class, () -> client(Duration.ZERO, url, config)
                                    .byId(9))
                            .getMessage();
            for (String secret : List.of("41d7", "c03e", "li:", sent.split(" ")[1])) {
                assertFalse(printed.contains(secret), printed);
            }
        }
    }

    @Test
    void aCommaInALoginSeparatesNoAddresses() {
        List<RegistryAddress> parsed = RegistryAddress.parse(" http://a:1 ,, HTTP://li:p,w@h:8081/,");
        assertEquals("[http://a:1, HTTP://h:8081]", parsed.toString());
        assertEquals("li:p,w", parsed.get(1).login());
    }

    /** Configurations that are wrong, with a part of what is said. */
    private static Stream<Arguments> wrongConfigs() {
        return Stream.of(
                Arguments.of(List.of(RegistryConfig.URL, ""), "must not be empty"),
                Arguments.of(List.of(RegistryConfig.URL, "localhost:8081"), "http://"),
                Arguments.of(List.of(RegistryConfig.URL, "http://li:se%cret@host:8081"), "percent-encoded"),
                Arguments.of(List.of(RegistryConfig.URL, "li:secret@host:8081"), "http://"),
                Arguments.of(List.of(RegistryConfig.URL, "http://li:secret@schema_registry:8081"), "'_'"),
                Arguments.of(List.of(RegistryConfig.URL, "http://li:se#cret@host:8081"), "address"),
                Arguments.of(List.of(RegistryConfig.URL, "http://li:12/secret@host:8081"), "'…@host:8081'"),
                Arguments.of(List.of(RegistryConfig.URL, "http://secret:x\u3000,http://a@host:8081"), "address"),
                Arguments.of(List.of(RegistryConfig.URL, "http://li:secret＠host:8081"), "'…'"),
                Arguments.of(
                        List.of(RegistryConfig.URL, "http://schema_registry:8081"), "'http://schema_registry:8081'"),
                Arguments.of(
                        List.of(RegistryConfig.BASIC_SOURCE, "SASL_INHERIT"),
                        "does not support; it supports USER_INFO"),
                Arguments.of(List.of(RegistryConfig.BASIC_SOURCE, "USER_INFO"), "is not set"),
                Arguments.of(List.of(RegistryConfig.BEARER_SOURCE, "OAUTHBEARER"), "STATIC_TOKEN"),
                Arguments.of(
                        List.of(RegistryConfig.BEARER_TOKEN, "secret", RegistryConfig.BASIC_USER_INFO, "li:secret"),
                        "give one of them"),
                Arguments.of(List.of(RegistryConfig.BEARER_TOKEN, "secret\nsecret"), "printable"),
                Arguments.of(List.of("registry.token.file", "/no/such/token-file"), "/no/such/token-file"),
                Arguments.of(List.of("schema.registry.ssl.truststore.location", "/no/such/store.p12"), "trust store"),
                Arguments.of(List.of("schema.registry.ssl.endpoint.identification.algorithm", ""), "name the host"));
    }

    @ParameterizedTest
    @MethodSource("wrongConfigs")
    void wrongConfigurationsAreNamedWithoutSecrets(List<String> namesAndValues, String part) {
        Map<String, String> config = new HashMap<>(Map.of(RegistryConfig.URL, "http://127.0.0.1:1"));
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            config.put(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
        String message = assertThrows(IllegalArgumentException.class, () -> RegistryConfig.of(config))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void aTrustStoreOfAnyTypeIsUsedAndAnUntrustedRegistryIsNamed() throws Exception {
        Certificates ours = new Certificates(folder, "registry-authority");
        Path keys = ours.keyStore("registry-key", "-1d", 30);
        try (OddRegistry registry = OddRegistry.withTls(keys, Certificates.PASSWORD)) {
            int id = registry.put("orders-value", TEXT);
            String message = assertThrows(
                            RegistryUnavailableException.class,
                            () -> client(Duration.ofHours(1), registry.url()).byId(id))
                    .getMessage();
            assertTrue(message.contains("registry.ssl.truststore.location"), message);
            String location = "schema.registry.ssl.truststore.location";
            assertNotNull(client(
                            registry.url(),
                            location,
                            ours.trustStore().toString(),
                            "schema.registry.ssl.truststore.password",
                            Certificates.PASSWORD,
                            "schema.registry.ssl.truststore.type",
                            "PKCS12")
                    .byId(id));
            assertNotNull(
                    client(registry.url(), location, ours.pem().toString()).byId(id));
        }
    }

    @Test
    void addressesAreTriedInTurnAndAnUnknownIdIsAskedOfAll() {
        try (OddRegistry leader = new OddRegistry();
                OddRegistry follower = new OddRegistry()) {
            int id = leader.put("orders-value", TEXT);
            // The follower has not read it yet, and nothing listens on port 1.
            String urls = "http://127.0.0.1:1, " + follower.url() + "," + leader.url();
            HttpSchemaRegistry client = client(urls);
            assertNotNull(client.byId(id));
            assertThrows(UnknownSchemaException.class, () -> client.byId(9));
            follower.answer("/").status(429);
            assertThrows(UnknownSchemaException.class, () -> client.byId(10));
        }
    }

    @Test
    void referencesAreResolvedInAnyDepth() {
        String role = "{\"type\":\"enum\",\"name\":\"Role\",\"namespace\":\"a\",\"symbols\":[\"SELLER\"]}";
        String custodian = "{\"type\":\"record\",\"name\":\"Custodian\",\"namespace\":\"a\",\"fields\":["
                + "{\"name\":\"role\",\"type\":\"a.Role\"},{\"name\":\"id\",\"type\":\"string\"}]}";
        String order = "{\"type\":\"record\",\"name\":\"OrderEvent\",\"namespace\":\"b\",\"fields\":["
                + "{\"name\":\"custodians\",\"type\":{\"type\":\"array\",\"items\":\"a.Custodian\"}},"
                + "{\"name\":\"role\",\"type\":\"a.Role\"}]}";
        String toRole = "{\"name\":\"a.Role\",\"subject\":\"a/Role\",\"version\":1}";
        String toCustodian = "{\"name\":\"a.Custodian\",\"subject\":\"custodian\",\"version\":1}";
        try (OddRegistry registry = new OddRegistry()) {
            registry.put("a/Role", role);
            registry.put("custodian", custodian, "[" + toRole + "]");
            int id = registry.put("orders-value", order, "[" + toCustodian + "," + toRole + "]");
            Schema schema = client(registry.url()).byId(id);
            assertEquals(
                    "Custodian",
                    schema.getField("custodians").schema().getElementType().getName());

            int dangling = registry.put("x", order + " ", "[{\"name\":\"n\",\"subject\":\"gone\",\"version\":3}]");
            UnusableSchemaException unusable = assertThrows(
                    UnusableSchemaException.class, () -> client(registry.url()).byId(dangling));
            assertTrue(unusable.getMessage().contains("version 3 of gone"), unusable.getMessage());
            int missing = registry.put("x", order + "  ");
            assertThrows(
                    UnusableSchemaException.class, () -> client(registry.url()).byId(missing));
        }
    }

    /** Schemas that no record can be read with. */
    private static Stream<Arguments> unusable() {
        String deep = "{\"type\":\"array\",\"items\":".repeat(5_000) + "\"int\"" + "}".repeat(5_000);
        StringBuilder wide = new StringBuilder("[\"null\"");
        // Each record has ten fields of the one before it: 10^10 types, if they are written out.
        for (int level = 0; level <= 10; level++) {
            wide.append(",{\"type\":\"record\",\"name\":\"R").append(level).append("\",\"fields\":[");
            for (int field = 0; field < 10; field++) {
                wide.append(field == 0 ? "" : ",")
                        .append("{\"name\":\"f")
                        .append(field)
                        .append("\",\"type\":");
                wide.append(level == 0 ? "\"int\"}" : "\"R" + (level - 1) + "\"}");
            }
            wide.append("]}");
        }
        return Stream.of(
                Arguments.of("not JSON", "not a schema"),
                Arguments.of("deep", deep),
                Arguments.of("wide", wide.append("]").toString()),
                Arguments.of("items without bytes", "{\"type\":\"array\",\"items\":\"null\"}"),
                Arguments.of(
                        "a record without fields",
                        "{\"type\":\"map\",\"values\":{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}}"),
                Arguments.of("no type", "{\"name\":\"x\"}"),
                Arguments.of(
                        "unknown type",
                        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"X\"}]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void anUnusableSchemaIsSaidToBeAndRemembered(String name, String text) {
        try (OddRegistry registry = new OddRegistry()) {
            int id = registry.put("orders-value", text);
            HttpSchemaRegistry client = client(registry.url());
            assertThrows(UnusableSchemaException.class, () -> client.byId(id));
            assertThrows(UnusableSchemaException.class, () -> client.byId(id));
            assertEquals(1, registry.requests().size());
        }
    }

    @Test
    void aSchemaOfAnotherKindIsNamed() {
        try (OddRegistry registry = new OddRegistry()) {
            registry.answer("/schemas/ids/3")
                    .status(200)
                    .body("{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A{}\"}");
            SerializationException other = assertThrows(
                    SerializationException.class, () -> client(registry.url()).byId(3));
            assertTrue(other.getMessage().contains("PROTOBUF"), other.getMessage());
        }
    }

    @Test
    void withoutRegistrationSchemasAreLookedUp() {
        try (OddRegistry registry = new OddRegistry()) {
            registry.answer("POST", "/versions").status(403);
            HttpSchemaRegistry client = client(registry.url(), RegistryConfig.AUTO_REGISTER, "false");
            SerializationException missing =
                    assertThrows(SerializationException.class, () -> client.register("orders-value", SCHEMA));
            assertTrue(missing.getMessage().contains("orders-value"), missing.getMessage());
            assertTrue(missing.getMessage().contains("registry.auto.register"), missing.getMessage());
            int id = registry.put("orders-value", TEXT);
            assertEquals(id, client.register("orders-value", SCHEMA));
            client.requireCompatibility("orders-value");
            assertEquals(0, registry.requests("PUT") + registry.requests("POST /subjects/orders-value/versions"));
        }
    }

    @Test
    void aSchemaThatIsRejectedIsNotAskedForAgain() {
        try (OddRegistry registry = new OddRegistry()) {
            registry.answer("POST", "/versions").status(409).error(409, "incompatible");
            SerializationException rejected = assertThrows(
                    SerializationException.class, () -> client(registry.url()).register("orders-value", SCHEMA));
            assertTrue(rejected.getMessage().contains("incompatible"), rejected.getMessage());
            assertEquals(1, registry.requests().size());
        }
    }

    private static Stream<Arguments> compatibilities() {
        return Stream.of(
                Arguments.of("BACKWARD", null, "BACKWARD_TRANSITIVE"),
                Arguments.of("NONE", null, "BACKWARD_TRANSITIVE"),
                Arguments.of("FULL_TRANSITIVE", null, null),
                Arguments.of("FULL_TRANSITIVE", "NONE", "BACKWARD_TRANSITIVE"),
                Arguments.of("NONE", "BACKWARD", "BACKWARD_TRANSITIVE"),
                Arguments.of("NONE", "FULL_TRANSITIVE", "FULL_TRANSITIVE"),
                Arguments.of("NONE", "FULL", "FULL"),
                Arguments.of("NONE", "FORWARD", "FORWARD"));
    }

    @ParameterizedTest
    @MethodSource("compatibilities")
    void onlyWeakerCompatibilityIsChanged(String global, String subject, String expected) {
        try (OddRegistry registry = new OddRegistry()) {
            registry.compatibility("", global);
            if (subject != null) {
                registry.compatibility("orders-value", subject);
            }
            client(registry.url()).requireCompatibility("orders-value");
            assertEquals(expected, registry.compatibility("orders-value"));
        }
    }

    @Test
    void aRegistryThatForbidsToSetCompatibilityWorks() {
        for (int status : List.of(401, 403, 404, 405)) {
            try (OddRegistry registry = new OddRegistry()) {
                registry.answer("PUT", "/config").status(status).body("<html>no</html>");
                client(registry.url()).requireCompatibility("orders-value");
                assertNull(registry.compatibility("orders-value"));
                registry.behave();
                registry.answer("GET", "/config").status(status);
                registry.answer("PUT", "/config").status(429).times(1);
                client(registry.url()).requireCompatibility("orders-value");
                assertEquals("BACKWARD_TRANSITIVE", registry.compatibility("orders-value"));
            }
        }
    }

    /** What the double above does is what a real registry does. */
    @Test
    void theBundledRegistryAnswersAsExpected() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("apicurio"))) {
            registry.awaitReady();
            HttpSchemaRegistry client = client(registry.url() + "/");
            int id = client.register("orders-value", SCHEMA);
            assertEquals(Schemas.registered(SCHEMA), client.byId(id));
            assertEquals(
                    id,
                    client(registry.url(), RegistryConfig.AUTO_REGISTER, "false")
                            .register("orders-value", SCHEMA));
            assertThrows(
                    SerializationException.class, () -> client(registry.url(), RegistryConfig.AUTO_REGISTER, "false")
                            .register("others-value", SCHEMA));
            assertThrows(UnknownSchemaException.class, () -> client.byId(4711));
            client.requireCompatibility("orders-value");
            client.requireCompatibility("orders-value");
            RegistryHttp http = new RegistryHttp(RegistryConfig.of(registry.url()), Duration.ZERO);
            client.register("custodian", io.leaktrace.avro.Custodian.getClassSchema());
            String order = Files.readString(Path.of("../streams/src/test/resources/cases/order-ref.avsc"));
            ObjectNode withReference = JsonNodeFactory.instance.objectNode().put("schema", order);
            withReference
                    .putArray("references")
                    .addObject()
                    .put("name", "io.leaktrace.avro.Custodian")
                    .put("subject", "custodian")
                    .put("version", 1);
            int referring = http.ask(
                            "POST",
                            "/subjects/refers-value/versions",
                            withReference.toString(),
                            "id",
                            RegistryHttp.Answer::isOk)
                    .body()
                    .get("id")
                    .asInt();
            assertEquals(
                    "Custodian",
                    client.byId(referring)
                            .getField("custodians")
                            .schema()
                            .getElementType()
                            .getName());
            assertEquals(
                    "BACKWARD_TRANSITIVE",
                    http.ask("GET", "/config/orders-value", null, "level", RegistryHttp.Answer::isOk)
                            .body()
                            .path("compatibilityLevel")
                            .asText());
        }
    }
}

package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

    @TempDir
    private Path folder;

    @Test
    void theDefaultsAreTheModelsDefaults() {
        assertEquals(ModelSettings.defaults(), Settings.of(Map.of()).model());
        for (Role role : Role.values()) {
            assertEquals(role.knows(), Settings.of(Map.of()).model().knows().get(role));
        }
    }

    @Test
    void theCommandLineCountsBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "window=3d\nepoch=12h\nring.days=20\n");
        Settings settings = Settings.read(
                Map.of("window", "5d"), Map.of("LEAKTRACE_WINDOW", "4d", "LEAKTRACE_EPOCH", "3h", "PATH", "x"), file);
        assertEquals(5 * EventTime.DAY, settings.model().window());
        assertEquals(3 * EventTime.HOUR, settings.model().epoch());
        assertEquals(20, settings.model().slidingDays());
    }

    @Test
    void allMistakesAreToldTogether() {
        Map<String, String> wrong = Map.of(
                "window", "two weeks",
                "epoch", "5h",
                "threads", "0",
                "windwo", "7d",
                "ringDays", "20",
                "knows.SELLER", "PRODUCT,SHOE_SIZE",
                "reports.reliability.POLICE", "0",
                "processing.guarantee", "hopefully");
        SettingsException rejected = assertThrows(SettingsException.class, () -> Settings.of(wrong));
        List<String> problems = rejected.problems();
        assertEquals(wrong.size(), problems.size(), problems.toString());
        assertTrue(problems.stream().anyMatch(text -> text.contains("did you mean 'ring.days'?")), problems.toString());
        assertTrue(problems.stream().anyMatch(text -> text.contains("no field 'SHOE_SIZE'")), problems.toString());
    }

    @Test
    void mistakesAboutSourceTopicsAreToldTogether() throws Exception {
        Path mapping = Files.writeString(folder.resolve("m"), "shop.orders.order_id = id\n");
        SettingsException rejected = assertThrows(
                SettingsException.class,
                () -> Settings.of(Map.of(
                        "topic.prefix", "lt.",
                        "source.orders", "shop.orders, lt.order-events",
                        "source.mapping", mapping.toString(),
                        "source.phone.region", "China",
                        "source.pseudonym.key", folder.resolve("none").toString())));
        String problems = String.join("\n", rejected.problems());
        for (String part : List.of(
                "'lt.order-events' is a topic of Leaktrace itself",
                "m: shop.orders.order_id: 'id' is no path",
                "m: shop.orders: 'buyer_id' is missing",
                "m: shop.orders: 'occurred_at' is missing",
                "source.phone.region must be two capital letters",
                "cannot read the pseudonym key")) {
            assertTrue(problems.contains(part), problems);
        }
        String both = assertThrows(
                        SettingsException.class,
                        () -> Settings.of(Map.of("source.orders", "t", "source.contacts", "t")))
                .getMessage();
        assertTrue(both.contains("both name 't'") && both.contains("need source.mapping"), both);
        assertEquals(
                List.of("source.mapping needs topics in source.orders or source.contacts"),
                assertThrows(SettingsException.class, () -> Settings.of(Map.of("source.mapping", mapping.toString())))
                        .problems());
    }

    @Test
    void theRegistrysLoginIsTakenFromTheEnvironmentByConfluentsNamesToo() {
        Settings settings = Settings.read(Map.of(), Map.of("LEAKTRACE_BASIC_AUTH_USER_INFO", "li:secret"), null);
        assertTrue(settings.registry().hasLogin());
        assertFalse(Settings.of(Map.of()).registry().hasLogin());
    }

    /** Values that would overflow, or that would be reported too late. */
    @Test
    void timesAndAddressesThatNothingCanBeDoneWithAreRefused() throws Exception {
        String longest = Long.MAX_VALUE + "ms";
        for (String name :
                List.of("lateness", "incident.span", "idle.after", "ahead.limit", "start.wait", "retention.input")) {
            assertEquals(1, problems(Map.of(name, longest)).size(), name);
            assertEquals(1, problems(Map.of(name, Long.MAX_VALUE + "d")).size(), name);
            assertEquals(List.of(), problems(Map.of(name, "36500d")), name);
        }
        for (String url :
                List.of("localhost:9093", "http://li:secret@host", "http://host?secret", "http://:x/", "ftp://host")) {
            List<String> problems = problems(Map.of("alertmanager.url", url));
            assertEquals(1, problems.size(), url);
            assertFalse(problems.get(0).contains("secret"), problems.get(0));
        }
        assertEquals(List.of(), problems(Map.of("alertmanager.url", "https://host:9093/path/")));
        Path binary = Files.write(folder.resolve("binary"), new byte[] {-1, -2});
        for (Path file : List.of(binary, folder.resolve("missing"), folder)) {
            SettingsException rejected =
                    assertThrows(SettingsException.class, () -> Settings.read(Map.of(), Map.of(), file));
            assertTrue(rejected.getMessage().contains(file + ": "), rejected.getMessage());
            assertFalse(rejected.getMessage().contains("Input length"), rejected.getMessage());
        }
    }

    private static List<String> problems(Map<String, String> given) {
        try {
            Settings.of(given);
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }

    @Test
    void namesThatBeginWithKafkaGoToItsClients() {
        Settings settings = Settings.read(
                Map.of("kafka.security.protocol", "SSL"), Map.of("LEAKTRACE_KAFKA_SASL_MECHANISM", "PLAIN"), null);
        assertEquals("SSL", settings.kafka().get("security.protocol"));
        assertEquals("PLAIN", settings.kafka().get("sasl.mechanism"));
    }

    /** Ways to log in to the schema registry, ours and Confluent's, right and wrong. */
    private static Stream<Arguments> registryLogins() {
        return Stream.of(
                Arguments.of(Map.of("registry.user", "li", "registry.password", "secret"), true),
                Arguments.of(Map.of("registry.token", "secret"), true),
                Arguments.of(
                        Map.of(
                                "basic.auth.credentials.source", "USER_INFO",
                                "basic.auth.user.info", "li:secret",
                                "auto.register.schemas", "false"),
                        true),
                Arguments.of(
                        Map.of(
                                "schema.registry.bearer.auth.credentials.source", "STATIC_TOKEN",
                                "schema.registry.bearer.auth.token", "secret"),
                        true),
                Arguments.of(Map.of("kafka.basic.auth.user.info", "li:secret"), true),
                Arguments.of(Map.of("schema.registry.url", "https://li:secret@registry/apis/ccompat/v7/"), true),
                Arguments.of(Map.of("registry.user", "li"), false),
                Arguments.of(Map.of("registry.password", "secret"), false),
                Arguments.of(Map.of("registry.user", "l:i", "registry.password", "secret"), false),
                Arguments.of(Map.of("registry.token", "secret", "registry.token.file", "f"), false),
                Arguments.of(
                        Map.of("registry.token", "secret", "registry.user", "li", "registry.password", "secret"),
                        false),
                Arguments.of(Map.of("registry.auto.register", "secret"), false),
                Arguments.of(
                        Map.of(
                                "registry.ssl.truststore.location",
                                "/no/store",
                                "registry.ssl.truststore.password",
                                "secret"),
                        false),
                Arguments.of(Map.of("schema.registry.url", "li:secret@registry"), false));
    }

    @ParameterizedTest
    @MethodSource("registryLogins")
    void registryLoginsAreCheckedAndNeverPrinted(Map<String, String> given, boolean right) {
        if (!right) {
            SettingsException wrong = assertThrows(SettingsException.class, () -> Settings.of(given));
            assertEquals(1, wrong.problems().size(), wrong.problems().toString());
            assertFalse(
                    wrong.problems().get(0).contains("secret"), wrong.problems().get(0));
            return;
        }
        Settings settings = Settings.of(given).with(Map.of("window", "7d"));
        assertFalse(settings.registry().toString().contains("secret"), "a secret is printed");
        assertFalse(settings.resultSettings().toString().contains("secret"), "a secret is in the manifest");
    }

    @Test
    void accessesAreLoggedOfRolesAndOfSingleCustodians() {
        ModelSettings.Accesses accesses = Settings.of(
                        Map.of("accesses.logged", "SELLER, SERVICE_PROVIDER:erp-4", "accesses.missing", "0.1"))
                .model()
                .accesses();
        assertEquals(
                new ModelSettings.Accesses(
                        Set.of(Role.SELLER), Set.of(new Custodian(Role.SERVICE_PROVIDER, "erp-4")), 0.1),
                accesses);
        assertEquals(
                2,
                problems(Map.of("accesses.logged", "SHOP,SELLER:,PLATFORM,SELLER:s-1/agent"))
                        .size());
    }

    @Test
    void theHashIsOfWhatChangesResults() {
        String usual = Settings.of(Map.of()).resultHash();
        assertEquals(
                usual,
                Settings.of(Map.of("threads", "7", "topic.partitions", "99")).resultHash());
        assertNotEquals(usual, Settings.of(Map.of("window", "7d")).resultHash());
    }

    @Test
    void theDocumentationListsEverySettingWithItsDefault() throws Exception {
        String documented = Files.readString(Path.of("../../docs/settings.md"));
        for (Setting setting : Setting.values()) {
            String defaultValue = setting.defaultValue().isEmpty() ? "(empty)" : "`" + setting.defaultValue() + "`";
            String row = "| `" + setting.key() + "` | " + defaultValue + " | " + setting.purpose() + " |";
            assertTrue(documented.contains(row), "docs/settings.md lacks: " + row);
        }
    }
}

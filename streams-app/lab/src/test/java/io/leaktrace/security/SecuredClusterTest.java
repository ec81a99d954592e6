package io.leaktrace.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Epoch;
import io.leaktrace.embedded.EmbeddedBroker;
import io.leaktrace.embedded.EmbeddedRegistry;
import io.leaktrace.embedded.Ports;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runtime.AccessRules;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.testing.Listeners;
import io.leaktrace.testing.OwnProcess;
import io.leaktrace.topics.FileLoad;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that speaks TLS, knows users by SCRAM and lets nobody do what no rule allows. */
class SecuredClusterTest {

    private static final String ADMIN_PASSWORD = "admin-secret-41d7";
    private static final String APP_PASSWORD = "app-secret-c03e";
    private static final String TRUSTED = "kafka.ssl.truststore.location";

    @TempDir
    private static Path folder;

    private static EmbeddedRegistry registry;
    private static EmbeddedBroker broker;
    private static EmbeddedBroker expired;
    private static Path trust;
    private static Path trustInOthers;

    @BeforeAll
    static void start() throws Exception {
        registry = EmbeddedRegistry.start(folder);
        Certificates ours = new Certificates(folder, "ours");
        trust = ours.trustStore();
        trustInOthers = new Certificates(folder, "others").trustStore();
        broker = broker("broker", ours.keyStore("valid", "-1d", 30));
        expired = broker("expired", ours.keyStore("old", "-10d", 5));
        registry.awaitReady();
    }

    @AfterAll
    static void stop() {
        broker.close();
        expired.close();
        registry.close();
    }

    private static EmbeddedBroker broker(String name, Path keyStore) throws IOException {
        int port = Ports.free();
        int controllerPort = Ports.free();
        Map<String, String> config = new TreeMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", "1");
        config.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        config.put("listeners", "SASL_SSL://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        config.put("advertised.listeners", "SASL_SSL://127.0.0.1:" + port);
        config.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
        config.put("controller.listener.names", "CONTROLLER");
        config.put("inter.broker.listener.name", "SASL_SSL");
        config.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        config.put("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512");
        config.put("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", login("admin", ADMIN_PASSWORD));
        config.put("ssl.keystore.location", keyStore.toString());
        config.put("ssl.keystore.password", Certificates.PASSWORD);
        config.put("ssl.truststore.location", keyStore.toString());
        config.put("ssl.truststore.password", Certificates.PASSWORD);
        config.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The controller's own listener has no login.
        config.put("super.users", "User:admin;User:ANONYMOUS");
        for (String topic : List.of("offsets.topic", "transaction.state.log")) {
            config.put(topic + ".replication.factor", "1");
        }
        config.put("transaction.state.log.min.isr", "1");
        return EmbeddedBroker.start(
                folder.resolve(name),
                Uuid.randomUuid().toString(),
                config,
                List.of("admin=" + ADMIN_PASSWORD, "leaktrace=" + APP_PASSWORD));
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    private static Map<String, String> settings(String user, String password) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("schema.registry.url", registry.url());
        settings.put("start.wait", "20s");
        settings.put("idle.after", "1s");
        settings.put("state.dir", folder.resolve("state").toString());
        settings.put("kafka.security.protocol", "SASL_SSL");
        settings.put("kafka.sasl.mechanism", "SCRAM-SHA-512");
        settings.put("kafka.sasl.jaas.config", login(user, password));
        settings.put(TRUSTED, trust.toString());
        settings.put("kafka.ssl.truststore.password", Certificates.PASSWORD);
        return settings;
    }

    /** How a run ended: its exit code and all it said. */
    private record Ended(int code, List<String> said) {}

    private static OwnProcess start(Map<String, String> settings, Path log) throws IOException {
        Path file = Files.createTempFile(folder, "run", ".properties");
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + "=" + value));
        Files.write(file, lines);
        return OwnProcess.java(List.of(), "512m", log, "io.leaktrace.cli.Main", "run", "--config", file.toString());
    }

    private static Ended run(Map<String, String> settings) throws Exception {
        Path log = Files.createTempFile(folder, "run", ".log");
        OwnProcess process = start(settings, log);
        try {
            assertTrue(process.awaitEnd(Duration.ofMinutes(1)), "it goes on: " + Files.readString(log));
        } finally {
            process.kill();
        }
        return new Ended(process.exitValue(), Files.readAllLines(log));
    }

    private static void assertFailsInOneLine(Map<String, String> settings, String... reasons) throws Exception {
        Ended ended = run(settings);
        assertTrue(ended.code != 0, "it failed");
        assertEquals(1, ended.said.size(), String.join("\n", ended.said));
        for (String reason : reasons) {
            assertTrue(ended.said.get(0).contains(reason), ended.said.get(0));
        }
        for (String secret : List.of(ADMIN_PASSWORD, APP_PASSWORD, Certificates.PASSWORD, "no-such-password")) {
            assertFalse(ended.said.get(0).contains(secret), "a secret is told: " + ended.said.get(0));
        }
    }

    @Test
    void thePipelineWorksWithTheRulesThatArePrintedAndNoOthers() throws Exception {
        MarketOverrides small = new MarketOverrides(100, 26, 1000, 20, 10, null, null, null);
        SimulatedFiles.write(Scenario.LEAKING_SELLER.market(3, small, CallHabits.assumed()), folder);
        Settings admin = Settings.of(settings("admin", ADMIN_PASSWORD));
        try (TopicAdmin topics = new TopicAdmin(admin);
                Admin kafka = Admin.create(admin.kafka())) {
            topics.registerSchemas();
            topics.createMissing(Map.of("retention.ms", "-1"));
            kafka.createAcls(AccessRules.of(admin, "User:leaktrace")).all().get();
        }
        InputFiles input = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                admin.timeLimit(Instant.now()));
        FileLoad.load(admin, input, Listeners.NO_BAD_LINES);

        // The password comes from a file that only Kafka's client reads.
        Path secrets = folder.resolve("secrets.properties");
        Files.writeString(secrets, "login=" + login("leaktrace", APP_PASSWORD).replace("\"", "\\\"") + "\n");
        Map<String, String> settings = settings("", "");
        settings.put("kafka.config.providers", "file");
        settings.put("kafka.config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider");
        settings.put("kafka.sasl.jaas.config", "${file:" + secrets + ":login}");
        Path log = folder.resolve("pipeline.log");
        OwnProcess pipeline = start(settings, log);
        try (TopicReader epochs = new TopicReader(admin, admin.topics().leakEpochs())) {
            List<Object> closed = new ArrayList<>();
            long start = System.nanoTime();
            while (closed.size() < 20) {
                assertTrue(pipeline.isAlive(), Files.readString(log));
                assertTrue(System.nanoTime() - start < Duration.ofMinutes(1).toNanos(), Files.readString(log));
                epochs.poll(closed::add);
            }
            assertTrue(closed.get(0) instanceof Epoch);
        } finally {
            pipeline.kill();
        }
        assertFalse(Files.readString(log).contains(APP_PASSWORD), "the password is in the log");
    }

    @Test
    void aWrongPasswordIsToldInOneLine() throws Exception {
        assertFailsInOneLine(settings("leaktrace", "no-such-password"), "Authentication failed", "kafka.sasl");
    }

    @Test
    void anExpiredCertificateIsToldInOneLine() throws Exception {
        Map<String, String> settings = settings("leaktrace", APP_PASSWORD);
        settings.put("bootstrap.servers", expired.bootstrapServers());
        assertFailsInOneLine(settings, "NotAfter");
    }

    @Test
    void aCertificateThatNobodyTrustsIsToldInOneLine() throws Exception {
        Map<String, String> settings = settings("leaktrace", APP_PASSWORD);
        settings.put(TRUSTED, trustInOthers.toString());
        assertFailsInOneLine(settings, "certification path");
    }

    @Test
    void aBrokenSettingForKafkaIsToldInOneLine() throws Exception {
        Map<String, String> settings = settings("leaktrace", APP_PASSWORD);
        settings.put("kafka.security.protocol", "SLS");
        assertFailsInOneLine(settings, "SLS", "security.protocol");
    }
}

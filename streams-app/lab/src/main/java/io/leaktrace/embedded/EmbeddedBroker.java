package io.leaktrace.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker in this process, KRaft broker and controller in one, which listens on the loopback address. It
 * keeps its data in a folder, across restarts.
 *
 * <p>Kafka has no public interface for this. Only this class uses Kafka's internal classes.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker on a free port, with its data in a folder that is created if it is missing.
     *
     * @param properties broker properties that replace the defaults of this class
     */
    public static EmbeddedBroker start(Path folder, Map<String, String> properties) {
        int port = Ports.free();
        int controllerPort = Ports.free();
        Map<String, String> config = singleNode(port, controllerPort);
        config.putAll(properties);
        return start(folder, Uuid.randomUuid().toString(), config, List.of());
    }

    /**
     * Starts a broker of a cluster.
     *
     * @param config properties that depend on the node; they replace the defaults of this class
     * @param scramUsers initial users of the cluster for SCRAM-SHA-512, as {@code NAME=PASSWORD}
     */
    public static EmbeddedBroker start(
            Path folder, String clusterId, Map<String, String> config, List<String> scramUsers) {
        Map<String, String> all = new TreeMap<>(defaults(folder));
        all.putAll(config);
        try {
            Files.createDirectories(folder);
            format(folder, clusterId, Integer.parseInt(all.get("node.id")), scramUsers);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the broker's data in " + folder, e);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(all, false), Time.SYSTEM);
        server.startup();
        String advertised = all.get("advertised.listeners");
        return new EmbeddedBroker(server, advertised.substring(advertised.indexOf("://") + 3));
    }

    private static void format(Path folder, String clusterId, int node, List<String> scramUsers) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(output, true, StandardCharsets.UTF_8))
                    .setNodeId(node)
                    .setClusterId(clusterId)
                    .setScramArguments(scramUsers.stream()
                            .map(user -> user.split("=", 2))
                            .map(user -> "SCRAM-SHA-512=[name=" + user[0] + ",password=" + user[1] + "]")
                            .toList())
                    .setDirectories(List.of(folder.toString()))
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setIgnoreFormatted(true)
                    .setControllerListenerName("CONTROLLER")
                    .run();
        } catch (Exception e) {
            throw new IOException(output.toString(StandardCharsets.UTF_8), e);
        }
    }

    private static Map<String, String> singleNode(int port, int controllerPort) {
        Map<String, String> config = new TreeMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", "1");
        config.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        config.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        config.put("controller.listener.names", "CONTROLLER");
        config.put("offsets.topic.replication.factor", "1");
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        return config;
    }

    private static Map<String, String> defaults(Path folder) {
        Map<String, String> config = new TreeMap<>();
        config.put("log.dirs", folder.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("offsets.topic.num.partitions", "1");
        config.put("transaction.state.log.num.partitions", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("group.coordinator.rebalance.protocols", "classic,consumer,streams");
        // 35 MB of heap instead of 168.
        config.put("log.cleaner.dedupe.buffer.size", "4194304");
        // Replayed records are old; time-based retention would delete them while they are read.
        config.put("log.retention.ms", "-1");
        return config;
    }

    /** The setting {@code bootstrap.servers} for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

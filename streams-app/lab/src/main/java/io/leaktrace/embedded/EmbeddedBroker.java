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
 * A real Kafka broker in this process, a KRaft broker and controller in one, listening on the loopback address. It keeps
 * its data in a folder, also over restarts.
 *
 * <p>Kafka has no public interface for this; all that is not public is used here and nowhere else.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker on a free port, with its data in a folder that is made if it is missing.
     *
     * @param properties of the broker that are to be others than usual here
     */
    public static EmbeddedBroker start(Path folder, Map<String, String> properties) {
        int port = Ports.free();
        int controllerPort = Ports.free();
        Map<String, String> config = alone(port, controllerPort);
        config.putAll(properties);
        return start(folder, Uuid.randomUuid().toString(), config, List.of());
    }

    /**
     * Starts a broker of a cluster.
     *
     * @param config what the node's place in the cluster asks for; the rest is set here
     * @param scramUsers users of SCRAM-SHA-512 that the cluster begins with, as {@code NAME=PASSWORD}
     */
    public static EmbeddedBroker start(
            Path folder, String clusterId, Map<String, String> config, List<String> scramUsers) {
        Map<String, String> all = new TreeMap<>(everywhere(folder));
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
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
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
            throw new IOException(said.toString(StandardCharsets.UTF_8), e);
        }
    }

    private static Map<String, String> alone(int port, int controllerPort) {
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

    private static Map<String, String> everywhere(Path folder) {
        Map<String, String> config = new TreeMap<>();
        config.put("log.dirs", folder.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("offsets.topic.num.partitions", "1");
        config.put("transaction.state.log.num.partitions", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("group.coordinator.rebalance.protocols", "classic,consumer,streams");
        // 35 MB of heap instead of 168.
        config.put("log.cleaner.dedupe.buffer.size", "4194304");
        // What is replayed is old; time-based retention would delete it while it is read.
        config.put("log.retention.ms", "-1");
        return config;
    }

    /** Where clients find it. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

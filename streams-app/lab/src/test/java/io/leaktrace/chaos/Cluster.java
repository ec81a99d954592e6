package io.leaktrace.chaos;

import static org.awaitility.Awaitility.await;

import io.leaktrace.embedded.Ports;
import io.leaktrace.testing.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/** Three KRaft brokers, each also a controller, each in a process of its own. Every partition is on all three. */
final class Cluster {

    static final int BROKERS = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final String clusterId = Uuid.randomUuid().toString();
    private final int[] ports = new int[BROKERS];
    private final OwnProcess[] brokers = new OwnProcess[BROKERS];

    Cluster(Path folder) throws IOException {
        this.folder = folder;
        int[] controllerPorts = new int[BROKERS];
        for (int i = 0; i < BROKERS; i++) {
            ports[i] = Ports.free();
            controllerPorts[i] = Ports.free();
        }
        List<String> voters = new ArrayList<>();
        for (int i = 0; i < BROKERS; i++) {
            voters.add((i + 1) + "@127.0.0.1:" + controllerPorts[i]);
        }
        for (int i = 0; i < BROKERS; i++) {
            Map<String, String> config = new TreeMap<>();
            config.put("process.roles", "broker,controller");
            config.put("node.id", Integer.toString(i + 1));
            config.put("controller.quorum.voters", String.join(",", voters));
            config.put(
                    "listeners", "PLAINTEXT://127.0.0.1:" + ports[i] + ",CONTROLLER://127.0.0.1:" + controllerPorts[i]);
            config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + ports[i]);
            config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
            config.put("controller.listener.names", "CONTROLLER");
            for (String topic : List.of("offsets.topic", "transaction.state.log")) {
                config.put(topic + ".replication.factor", "3");
            }
            config.put("transaction.state.log.min.isr", "2");
            config.put("min.insync.replicas", "2");
            config.put("broker.session.timeout.ms", "6000");
            config.put("replica.lag.time.max.ms", "6000");
            StringBuilder text = new StringBuilder();
            config.forEach(
                    (key, value) -> text.append(key).append('=').append(value).append('\n'));
            Files.writeString(folder.resolve("broker-" + (i + 1) + ".properties"), text);
        }
    }

    void start() throws IOException, InterruptedException {
        for (int i = 0; i < BROKERS; i++) {
            start(i);
        }
        awaitHealthy();
    }

    void start(int broker) throws IOException {
        String name = "broker-" + (broker + 1);
        brokers[broker] = OwnProcess.java(
                List.of(),
                "384m",
                folder.resolve(name + ".log"),
                ClusterNode.class.getName(),
                folder.resolve(name).toString(),
                clusterId,
                folder.resolve(name + ".properties").toString());
    }

    OwnProcess broker(int broker) {
        return brokers[broker];
    }

    String bootstrapServers() {
        return "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1] + ",127.0.0.1:" + ports[2];
    }

    /** Waits until all brokers are there and every partition is on all of them. */
    void awaitHealthy() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            await("a healthy cluster, whose logs are in " + folder)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> isHealthy(admin));
        }
    }

    private static boolean isHealthy(Admin admin) throws InterruptedException {
        try {
            if (admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() < BROKERS) {
                return false;
            }
            Collection<String> names = admin.listTopics().names().get(5, TimeUnit.SECONDS);
            return admin.describeTopics(names).allTopicNames().get(5, TimeUnit.SECONDS).values().stream()
                    .flatMap((TopicDescription topic) -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    void close() throws InterruptedException {
        for (OwnProcess broker : brokers) {
            if (broker != null) {
                broker.kill();
            }
        }
    }
}

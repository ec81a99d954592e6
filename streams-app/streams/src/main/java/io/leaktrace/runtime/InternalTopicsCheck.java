package io.leaktrace.runtime;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Checks whether the brokers can create and replicate their own topics for transactions and consumer groups. They
 * create them on first use; with fewer brokers than replicas they never do, and clients wait without any message.
 */
final class InternalTopicsCheck {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Settings settings;

    InternalTopicsCheck(Settings settings) {
        this.settings = settings;
    }

    /** Returns why a topic cannot be kept, and what to do; empty if all can be, or if the brokers do not answer. */
    Optional<String> problem() throws InterruptedException {
        Map<String, Object> config = new HashMap<>(settings.kafka());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS / 2);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        try (Admin admin = Admin.create(config)) {
            Collection<Node> brokers = admin.describeCluster().nodes().get();
            ConfigResource resource = new ConfigResource(
                    ConfigResource.Type.BROKER, brokers.iterator().next().idString());
            Config brokerConfig =
                    admin.describeConfigs(List.of(resource)).all().get().get(resource);
            Optional<String> groups = problem(
                    admin, brokerConfig, brokers.size(), "__consumer_offsets", "offsets.topic", "consumer groups", "");
            boolean transactions = settings.get(Setting.PROCESSING_GUARANTEE).equals("exactly_once_v2");
            return groups.isPresent() || !transactions
                    ? groups
                    : problem(
                            admin,
                            brokerConfig,
                            brokers.size(),
                            "__transaction_state",
                            "transaction.state.log",
                            "transactions",
                            ", or run with --set processing.guarantee=at_least_once");
        } catch (ExecutionException e) {
            // Unreachable brokers and missing rights are reported elsewhere.
            return Optional.empty();
        }
    }

    private static Optional<String> problem(
            Admin admin,
            Config brokerConfig,
            int brokers,
            String topic,
            String prefix,
            String purpose,
            String otherwise)
            throws InterruptedException {
        String replication = prefix + ".replication.factor";
        // Consumer groups have no such setting; 0 is always satisfied.
        int minInSync = number(brokerConfig, prefix + ".min.isr");
        Optional<TopicDescription> existing = describe(admin, topic);
        int required = existing.isPresent() ? minInSync : Math.max(minInSync, number(brokerConfig, replication));
        int available = existing.map(description -> description.partitions().stream()
                        .mapToInt(partition -> partition.isr().size())
                        .min()
                        .orElse(0))
                .orElse(brokers);
        if (available >= required) {
            return Optional.empty();
        }
        return Optional.of("the brokers cannot keep the topic " + topic + ", which is required for " + purpose
                + ": it needs " + required + " replicas and has brokers for " + available + "; at the brokers, set "
                + replication + (minInSync > 0 ? " and " + prefix + ".min.isr" : "") + " to at most " + available
                + otherwise);
    }

    private static Optional<TopicDescription> describe(Admin admin, String topic) throws InterruptedException {
        try {
            return Optional.of(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    private static int number(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null ? 0 : Integer.parseInt(entry.value());
    }
}

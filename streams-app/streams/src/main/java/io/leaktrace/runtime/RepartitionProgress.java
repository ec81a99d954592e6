package io.leaktrace.runtime;

import io.leaktrace.topology.InputRepartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks whether the records that the input topics held at the start have been repartitioned. Kafka Streams reads a
 * task's topics in event-time order only as far as the brokers hold records: an internal topic that still waits for
 * records seems to be at its end, and order events would be read far ahead of contacts. Until all its input has been
 * repartitioned, an internal topic therefore reports a lag.
 *
 * <p>Later records are not waited for: they pass within 1 to 2 s, which {@code lateness} covers.
 */
final class RepartitionProgress implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RepartitionProgress.class);
    private static final long CHECK_MILLIS = 100;
    private static final long REQUEST_TIMEOUT_SECONDS = 30;
    /** Required offset while the input of an internal topic has not been repartitioned. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Settings settings;
    private final List<InputRepartition> repartitions;
    private final Thread checker = new Thread(this::check, "repartition-progress");
    private volatile boolean closed;

    /**
     * Offset that the consumer of an internal topic's partition must reach to have read all records that existed at the
     * start.
     */
    private final Map<TopicPartition, Long> requiredOffsets = new ConcurrentHashMap<>();

    RepartitionProgress(Settings settings, List<InputRepartition> repartitions, int partitions) {
        this.settings = settings;
        this.repartitions = repartitions;
        for (InputRepartition repartition : repartitions) {
            for (String lane : repartition.laneTopics(settings.get(Setting.APPLICATION_ID))) {
                for (int partition = 0; partition < partitions; partition++) {
                    requiredOffsets.put(new TopicPartition(lane, partition), UNKNOWN);
                }
            }
        }
        checker.setDaemon(true);
    }

    void start() {
        if (!repartitions.isEmpty()) {
            checker.start();
        }
    }

    /** Returns whether the consumer must wait for records of this partition. */
    boolean isAwaited(TopicPartition partition) {
        return requiredOffsets.containsKey(partition);
    }

    /**
     * Returns the lag of a consumer in records; at least 1 while records from before the start are still to come.
     *
     * @param position offset of the consumer
     * @param lag as reported by the consumer
     */
    OptionalLong lag(TopicPartition partition, long position, OptionalLong lag) {
        Long end = requiredOffsets.get(partition);
        if (end == null || lag.isEmpty()) {
            return lag;
        }
        if (position >= end) {
            requiredOffsets.remove(partition);
            return lag;
        }
        return OptionalLong.of(Math.max(1, lag.getAsLong()));
    }

    private void check() {
        Map<TopicPartition, Long> targets = null;
        boolean warned = false;
        try (Admin admin = Admin.create(settings.kafka())) {
            List<Lane> open = lanes();
            while (!closed && !open.isEmpty()) {
                try {
                    targets = targets == null ? targets() : targets;
                    updateLanes(admin, open, targets);
                } catch (ExecutionException | TimeoutException | RuntimeException e) {
                    // Order events wait for this, so retry after any failure.
                    if (!warned && !closed) {
                        LOG.warn("Cannot see yet how far the repartition has come, trying again: {}", e.toString());
                    }
                    warned = true;
                }
                Thread.sleep(CHECK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An internal topic, which takes the records of some partitions of the input topic. */
    private record Lane(String topic, InputRepartition repartition, int index) {

        boolean takes(TopicPartition partition) {
            return partition.topic().equals(repartition.topic()) && repartition.laneOf(partition.partition()) == index;
        }
    }

    private List<Lane> lanes() {
        List<Lane> lanes = new ArrayList<>();
        for (InputRepartition repartition : repartitions) {
            List<String> topics = repartition.laneTopics(settings.get(Setting.APPLICATION_ID));
            for (int lane = 0; lane < topics.size(); lane++) {
                lanes.add(new Lane(topics.get(lane), repartition, lane));
            }
        }
        return lanes;
    }

    /** Returns the offsets that the consumer group must have committed. */
    private Map<TopicPartition, Long> targets() {
        Map<TopicPartition, Long> targets = new HashMap<>();
        try (TopicSample sample = new TopicSample(settings)) {
            for (InputRepartition repartition : repartitions) {
                targets.putAll(sample.afterNewest(repartition.topic()));
            }
        }
        return targets;
    }

    private void updateLanes(Admin admin, List<Lane> open, Map<TopicPartition, Long> targets)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                        settings.get(Setting.APPLICATION_ID))
                .partitionsToOffsetAndMetadata()
                .get(REQUEST_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        // Retention may have deleted records since the start; these are not waited for.
        Map<TopicPartition, Long> begins = offsets(admin, targets.keySet(), OffsetSpec.earliest());
        for (Lane lane : List.copyOf(open)) {
            boolean complete = targets.entrySet().stream()
                    .filter(target -> lane.takes(target.getKey()))
                    .allMatch(target -> {
                        OffsetAndMetadata place = committed.get(target.getKey());
                        return (place != null && place.offset() >= target.getValue())
                                || begins.get(target.getKey()) >= target.getValue();
                    });
            if (complete) {
                // All of it has been written by now, although its transaction may still be open.
                List<TopicPartition> partitions = requiredOffsets.keySet().stream()
                        .filter(partition -> partition.topic().equals(lane.topic()))
                        .toList();
                requiredOffsets.putAll(offsets(admin, partitions, OffsetSpec.latest()));
                open.remove(lane);
            }
        }
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        partitions.forEach(partition -> request.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(request)
                .all()
                .get(REQUEST_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    @Override
    public void close() {
        closed = true;
        checker.interrupt();
        try {
            checker.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

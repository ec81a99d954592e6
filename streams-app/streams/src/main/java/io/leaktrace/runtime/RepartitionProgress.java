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
 * Whether the records that the input topics held at the start have been repartitioned. Kafka Streams reads a task's topics
 * in the order of event time as far as the brokers hold records; an internal topic of which more is to come seems read to
 * its end, and order events would be read far past the contacts. Until its input has come through, an internal topic
 * therefore counts as not read to its end.
 *
 * <p>Only what was there at the start is waited for: later records pass within a second or two, which {@code lateness}
 * covers.
 */
final class RepartitionProgress implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RepartitionProgress.class);
    private static final long CHECK_MILLIS = 100;
    private static final long TRY_SECONDS = 30;
    /** Of an internal topic whose input has not come through. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Settings settings;
    private final List<InputRepartition> repartitions;
    private final Thread checker = new Thread(this::check, "repartition-progress");
    private volatile boolean closed;

    /** Where the reading of an internal topic's partition must have come to, so that it has all that was there at the start. */
    private final Map<TopicPartition, Long> needed = new ConcurrentHashMap<>();

    RepartitionProgress(Settings settings, List<InputRepartition> repartitions, int partitions) {
        this.settings = settings;
        this.repartitions = repartitions;
        for (InputRepartition repartition : repartitions) {
            for (String lane : repartition.laneTopics(settings.get(Setting.APPLICATION_ID))) {
                for (int partition = 0; partition < partitions; partition++) {
                    needed.put(new TopicPartition(lane, partition), UNKNOWN);
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

    /** Whether this partition is one of an internal topic with records to wait for. */
    boolean isAwaited(TopicPartition partition) {
        return needed.containsKey(partition);
    }

    /**
     * The lag of a consumer, at least 1 while records are to come that were there at the start.
     *
     * @param position of the consumer
     * @param lag as the consumer knows it
     */
    OptionalLong lag(TopicPartition partition, long position, OptionalLong lag) {
        Long end = needed.get(partition);
        if (end == null || lag.isEmpty()) {
            return lag;
        }
        if (position >= end) {
            needed.remove(partition);
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
                    passThrough(admin, open, targets);
                } catch (ExecutionException | TimeoutException | RuntimeException e) {
                    // Order events wait for it, so it goes on trying, whatever it was.
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

    /** An internal topic and the partitions of the input topic whose records it takes. */
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

    /** The offsets to which the group must have committed. */
    private Map<TopicPartition, Long> targets() {
        Map<TopicPartition, Long> targets = new HashMap<>();
        try (TopicSample sample = new TopicSample(settings)) {
            for (InputRepartition repartition : repartitions) {
                targets.putAll(sample.behindNewest(repartition.topic()));
            }
        }
        return targets;
    }

    private void passThrough(Admin admin, List<Lane> open, Map<TopicPartition, Long> targets)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                        settings.get(Setting.APPLICATION_ID))
                .partitionsToOffsetAndMetadata()
                .get(TRY_SECONDS, TimeUnit.SECONDS);
        // Records that retention has deleted since the start do not come through any more.
        Map<TopicPartition, Long> begins = offsets(admin, targets.keySet(), OffsetSpec.earliest());
        for (Lane lane : List.copyOf(open)) {
            boolean through = targets.entrySet().stream()
                    .filter(target -> lane.takes(target.getKey()))
                    .allMatch(target -> {
                        OffsetAndMetadata place = committed.get(target.getKey());
                        return (place != null && place.offset() >= target.getValue())
                                || begins.get(target.getKey()) >= target.getValue();
                    });
            if (through) {
                // What has been written by now holds all of it, although the end of its transaction may be to come.
                List<TopicPartition> partitions = needed.keySet().stream()
                        .filter(partition -> partition.topic().equals(lane.topic()))
                        .toList();
                needed.putAll(offsets(admin, partitions, OffsetSpec.latest()));
                open.remove(lane);
            }
        }
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get(TRY_SECONDS, TimeUnit.SECONDS)
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

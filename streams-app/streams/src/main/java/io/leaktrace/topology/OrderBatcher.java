package io.leaktrace.topology;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.wire.OrderEventTimes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Combines consecutive polled order events into one record each, an {@link OrderBatch}.
 *
 * <p>Kafka Streams reads a task's topics in the order of event time; the time of a batch is that of its first accepted
 * event. A contact may therefore be read after later order events of a batch. So that this does not change the result,
 * no epoch becomes complete between two events of a batch: a contact that waits for a batch is in no epoch that the
 * batch completes.
 */
public final class OrderBatcher {

    /** Maximum number of events in a batch; the task commits and checks the clock only between batches. */
    static final int MAX_RECORDS = 256;

    /**
     * Maximum size in bytes of a record in a batch; larger ones are passed singly, since a batch of them could fill the
     * heap.
     */
    static final int MAX_BYTES_EACH = 4_096;

    private final String topic;
    private final CorrelateSettings settings;
    private final OrderEventTimes times;

    public OrderBatcher(Topics topics, CorrelateSettings settings, OrderEventTimes times) {
        this.topic = topics.orderEvents();
        this.settings = settings;
        this.times = times;
    }

    /** Returns the polled records with batches in place of those that can be combined, and unchanged next offsets. */
    public ConsumerRecords<byte[], byte[]> combine(ConsumerRecords<byte[], byte[]> polled) {
        if (polled.isEmpty()) {
            return polled;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> combined = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
            combined.put(partition, partition.topic().equals(topic) ? combine(records) : records);
        }
        return new ConsumerRecords<>(combined, polled.nextOffsets());
    }

    private List<ConsumerRecord<byte[], byte[]>> combine(List<ConsumerRecord<byte[], byte[]>> records) {
        List<ConsumerRecord<byte[], byte[]>> combined = new ArrayList<>();
        List<ConsumerRecord<byte[], byte[]>> open = new ArrayList<>();
        long openEpoch = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            OptionalLong time = isPlain(record) ? times.of(record.value()) : OptionalLong.empty();
            long epoch = Math.floorDiv(time.orElse(0) - settings.lateness(), settings.epoch());
            if (time.isEmpty() || epoch != openEpoch || open.size() == MAX_RECORDS) {
                close(open, combined);
            }
            if (time.isEmpty()) {
                combined.add(record);
            } else {
                openEpoch = epoch;
                open.add(record);
            }
        }
        close(open, combined);
        return combined;
    }

    private static boolean isPlain(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null
                && record.value() != null
                && record.key().length + record.value().length <= MAX_BYTES_EACH
                && !record.headers().iterator().hasNext();
    }

    private static void close(
            List<ConsumerRecord<byte[], byte[]>> open, List<ConsumerRecord<byte[], byte[]>> combined) {
        if (open.size() == 1) {
            combined.add(open.get(0));
        } else if (!open.isEmpty()) {
            combined.add(OrderBatch.of(open));
        }
        open.clear();
    }
}

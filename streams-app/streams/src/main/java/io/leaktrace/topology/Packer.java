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
 * Packs consecutive order events that were polled into one record.
 *
 * <p>Kafka Streams reads a task's topics in the order of event time, and takes a pack for as old as the first event of it that is taken. So
 * that no contact is read later than it would be without packs, in the only way that counts, a pack holds no two order
 * events between which an epoch becomes complete: a contact that waits for a pack is in no epoch that the pack completes.
 */
public final class Packer {

    /** The task commits, and looks at the clock, between packs. */
    static final int MOST_RECORDS = 256;

    /** A larger record passes by itself: that many of them together would fill the heap. */
    static final int MOST_BYTES_EACH = 4_096;

    private final String topic;
    private final CorrelateSettings settings;
    private final OrderEventTimes times;

    public Packer(Topics topics, CorrelateSettings settings, OrderEventTimes times) {
        this.topic = topics.orderEvents();
        this.settings = settings;
        this.times = times;
    }

    /** The records that were polled, with packs in the place of what can be packed; offsets to go on from stay. */
    public ConsumerRecords<byte[], byte[]> pack(ConsumerRecords<byte[], byte[]> polled) {
        if (polled.isEmpty()) {
            return polled;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> packed = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
            packed.put(partition, partition.topic().equals(topic) ? pack(records) : records);
        }
        return new ConsumerRecords<>(packed, polled.nextOffsets());
    }

    private List<ConsumerRecord<byte[], byte[]>> pack(List<ConsumerRecord<byte[], byte[]>> records) {
        List<ConsumerRecord<byte[], byte[]>> packed = new ArrayList<>();
        List<ConsumerRecord<byte[], byte[]>> open = new ArrayList<>();
        long openEpoch = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            OptionalLong time = isPlain(record) ? times.of(record.value()) : OptionalLong.empty();
            long epoch = Math.floorDiv(time.orElse(0) - settings.lateness(), settings.epoch());
            if (time.isEmpty() || epoch != openEpoch || open.size() == MOST_RECORDS) {
                close(open, packed);
            }
            if (time.isEmpty()) {
                packed.add(record);
            } else {
                openEpoch = epoch;
                open.add(record);
            }
        }
        close(open, packed);
        return packed;
    }

    private static boolean isPlain(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null
                && record.value() != null
                && record.key().length + record.value().length <= MOST_BYTES_EACH
                && !record.headers().iterator().hasNext();
    }

    private static void close(List<ConsumerRecord<byte[], byte[]>> open, List<ConsumerRecord<byte[], byte[]>> packed) {
        if (open.size() == 1) {
            packed.add(open.get(0));
        } else if (!open.isEmpty()) {
            packed.add(Pack.of(open));
        }
        open.clear();
    }
}

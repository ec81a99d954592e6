package io.leaktrace.topology;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.hour;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.testing.MemoryWire;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class OrderBatcherTest {

    private static final Topics TOPICS = new Topics("");
    private static final TopicPartition ORDERS = new TopicPartition("order-events", 2);
    private static final long LATENESS = 10 * 60_000L;

    private final WireFormat wire = MemoryWire.format();
    private final OrderBatcher batcher = new OrderBatcher(
            TOPICS, new CorrelateSettings(14 * EventTime.DAY, 6 * EventTime.HOUR, LATENESS, 0), wire.orderEventTimes());

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition at, long offset, byte[] key, byte[] value) {
        return new ConsumerRecord<>(
                at.topic(),
                at.partition(),
                offset,
                offset,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.of(7));
    }

    private ConsumerRecord<byte[], byte[]> order(long offset, String id, Instant time) {
        OrderEvent event = anOrder(id).from(seller("s-1")).at(time);
        return record(ORDERS, offset, bytes("zhou"), wire.orderEvents().serialize(ORDERS.topic(), event));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<ConsumerRecord<byte[], byte[]>> combined(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, OffsetAndMetadata> next = Map.of(ORDERS, new OffsetAndMetadata(99));
        ConsumerRecords<byte[], byte[]> combined =
                batcher.combine(new ConsumerRecords<>(Map.of(ORDERS, records), next));
        assertEquals(next, combined.nextOffsets());
        return combined.records(ORDERS);
    }

    private OrderBatch read(ConsumerRecord<byte[], byte[]> record) {
        assertTrue(OrderBatch.isBatch(record.headers()));
        return OrderBatch.of(record.headers(), DecodedInput.deserializer(wire.records(), TOPICS));
    }

    @Test
    void aBatchKeepsTheOrderAndHasTheFirstOffset() {
        List<ConsumerRecord<byte[], byte[]>> records =
                List.of(order(5, "o1", hour(1, 2)), order(6, "o2", hour(1, 1)), order(9, "o3", hour(1, 3)));
        List<ConsumerRecord<byte[], byte[]>> combined = combined(records);

        assertEquals(1, combined.size());
        assertEquals(5, combined.get(0).offset());
        assertEquals(Optional.of(7), combined.get(0).leaderEpoch());
        OrderBatch batch = read(combined.get(0));
        assertEquals(9, batch.lastOffset());
        assertEquals(records, batch.records());
        for (int i = 0; i < records.size(); i++) {
            DecodedInput input = batch.read(records.get(i));
            assertArrayEquals(records.get(i).value(), input.bytes());
            assertEquals("o" + (i + 1), ((OrderEvent) input.record()).orderId());
        }
    }

    /** With ten minutes of lateness, the epoch that ends at six is complete with an order of ten past. */
    @Test
    void aBatchEndsWhereAnEpochBecomesComplete() {
        Instant before = hour(1, 6).plusMillis(LATENESS - 1);
        List<ConsumerRecord<byte[], byte[]>> combined = combined(List.of(
                order(0, "o1", hour(1, 5)),
                order(1, "o2", before),
                order(2, "o3", before.plusMillis(1)),
                order(3, "o4", hour(1, 11))));
        assertEquals(
                List.of(0L, 2L), combined.stream().map(ConsumerRecord::offset).toList());
    }

    @Test
    void aBatchHasAMaximumSize() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 2 * OrderBatcher.MAX_RECORDS + 1; i++) {
            records.add(order(i, "o" + i, day(1)));
        }
        List<ConsumerRecord<byte[], byte[]>> combined = combined(records);
        assertEquals(3, combined.size());
        assertEquals(OrderBatcher.MAX_RECORDS, read(combined.get(1)).records().size());
        assertSame(records.get(2 * OrderBatcher.MAX_RECORDS), combined.get(2), "one alone stays as it is");
    }

    /** Bytes behind an order event make it as large as a record may be; 256 of them would fill the heap. */
    @Test
    void aLargeRecordIsInNoBatch() {
        byte[] large = Arrays.copyOf(order(1, "o1", day(1)).value(), OrderBatcher.MAX_BYTES_EACH);
        List<ConsumerRecord<byte[], byte[]>> records =
                List.of(order(0, "o0", day(1)), record(ORDERS, 1, bytes("zhou"), large), order(2, "o2", day(1)));
        List<ConsumerRecord<byte[], byte[]>> combined = combined(records);
        assertEquals(3, combined.size());
        assertSame(records.get(1), combined.get(1));
    }

    @Test
    void whateverIsOddPassesAsItCame() {
        ConsumerRecord<byte[], byte[]> rubbish = record(ORDERS, 2, bytes("zhou"), bytes("no avro at all"));
        ConsumerRecord<byte[], byte[]> unknown = record(ORDERS, 3, bytes("zhou"), new byte[] {0, 0, 0, 0, 99, 1, 2});
        ConsumerRecord<byte[], byte[]> tombstone = record(ORDERS, 4, bytes("zhou"), null);
        ConsumerRecord<byte[], byte[]> noKey =
                record(ORDERS, 5, null, order(5, "o5", day(1)).value());
        ConsumerRecord<byte[], byte[]> withHeader = order(6, "o6", day(1));
        withHeader.headers().add("leaktrace.batch", new byte[0]);
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                order(0, "o0", day(1)),
                order(1, "o1", day(1)),
                rubbish,
                unknown,
                tombstone,
                noKey,
                withHeader,
                order(7, "o7", day(1)),
                order(8, "o8", day(1)));
        List<ConsumerRecord<byte[], byte[]>> combined = combined(records);

        assertEquals(7, combined.size());
        assertEquals(2, read(combined.get(0)).records().size());
        assertEquals(records.subList(2, 7), combined.subList(1, 6));
        assertFalse(OrderBatch.isBatch(combined.get(5).headers()), "a header of this name from outside makes no batch");
        assertEquals(8, read(combined.get(6)).lastOffset());
    }

    @Test
    void otherTopicsAreLeftAlone() {
        TopicPartition contacts = new TopicPartition("scam-contacts", 2);
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                record(contacts, 0, bytes("zhou"), order(0, "o0", day(1)).value()),
                record(contacts, 1, bytes("zhou"), order(0, "o0", day(1)).value()));
        ConsumerRecords<byte[], byte[]> combined =
                batcher.combine(new ConsumerRecords<>(Map.of(contacts, records), Map.of()));
        assertEquals(records, combined.records(contacts));
    }
}

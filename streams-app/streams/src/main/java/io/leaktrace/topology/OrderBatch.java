package io.leaktrace.topology;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A batch of consecutive order events of one partition, passed to Kafka Streams as one record: its cost per record is
 * as high as that of our own processing. {@link OrderBatcher} decides which events form a batch.
 *
 * <p>The record has the offset of its first event, so that Kafka Streams commits the offset at which the next batch
 * begins. It never leaves this process. Its value holds for each event: three ints (distance from the first offset,
 * length of the key, length of the value), a long (timestamp in epoch milliseconds), the key and the value.
 *
 * @param events in the order of their offsets
 */
record OrderBatch(List<Event> events) implements TopologyInput {

    /** Compared by identity, so that no record from outside can have it. */
    private static final Header MARK = new RecordHeader("leaktrace.batch", new byte[0]);

    /**
     * An order event as received.
     *
     * @param timestamp of the record on its topic, in epoch milliseconds
     */
    record Event(long offset, long timestamp, byte[] key, DecodedInput input) {}

    static boolean isBatch(Headers headers) {
        return headers.lastHeader(MARK.key()) == MARK;
    }

    /** Returns the record that represents these records, which must be of one partition and without headers. */
    static ConsumerRecord<byte[], byte[]> of(List<ConsumerRecord<byte[], byte[]>> records) {
        ConsumerRecord<byte[], byte[]> first = records.get(0);
        byte[] value = write(records);
        Headers headers = new RecordHeaders(new Header[] {MARK, new RecordHeader("offset", bytes(first.offset()))});
        return new ConsumerRecord<>(
                first.topic(),
                first.partition(),
                first.offset(),
                first.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                value.length,
                null,
                value,
                headers,
                first.leaderEpoch());
    }

    private static byte[] write(List<ConsumerRecord<byte[], byte[]>> records) {
        long first = records.get(0).offset();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                out.writeInt((int) (record.offset() - first));
                out.writeInt(record.key().length);
                out.writeInt(record.value().length);
                out.writeLong(record.timestamp());
                out.write(record.key());
                out.write(record.value());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(long offset) {
        return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
    }

    long lastOffset() {
        return events.get(events.size() - 1).offset();
    }

    static OrderBatch read(String topic, Headers headers, byte[] value, Deserializer<DecodedInput> inputs) {
        long first = ByteBuffer.wrap(headers.lastHeader("offset").value()).getLong();
        List<Event> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(value);
        while (in.hasRemaining()) {
            long offset = first + in.getInt();
            byte[] key = new byte[in.getInt()];
            byte[] event = new byte[in.getInt()];
            long timestamp = in.getLong();
            in.get(key);
            in.get(event);
            events.add(new Event(offset, timestamp, key, inputs.deserialize(topic, event)));
        }
        return new OrderBatch(events);
    }
}

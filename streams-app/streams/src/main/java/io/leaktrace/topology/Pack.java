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
 * Consecutive order events of one partition that Kafka Streams is given as one record, since what it does for each
 * record costs as much as what we do. {@link Packer} says which may be packed.
 *
 * <p>The record has the offset of the first, so that Kafka Streams commits where the next pack begins. It never leaves
 * this process. Its value is, for each record, an int each for the distance from the first offset, the length of the key
 * and the length of the value, a long for its timestamp, and both.
 *
 * @param events in the order of their offsets
 */
record Pack(List<Event> events) implements Arrived {

    /** Known by its identity: a record that comes from outside cannot have it. */
    private static final Header MARK = new RecordHeader("leaktrace.pack", new byte[0]);

    /**
     * An order event as it came.
     *
     * @param timestamp of the record on its topic, in epoch milliseconds
     */
    record Event(long offset, long timestamp, byte[] key, Input input) {}

    static boolean isPack(Headers headers) {
        return headers.lastHeader(MARK.key()) == MARK;
    }

    /** The record that stands for these, which are of one partition and without headers. */
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

    static Pack read(String topic, Headers headers, byte[] value, Deserializer<Input> inputs) {
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
        return new Pack(events);
    }
}

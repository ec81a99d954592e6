package io.leaktrace.topology;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A batch of consecutive order events of one partition, passed to Kafka Streams as one record: its cost per record is
 * as high as that of our own processing. {@link OrderBatcher} decides which events form a batch.
 *
 * <p>The record has the offset of its first event, so that Kafka Streams commits the offset at which the next batch
 * begins. It never leaves this process: it has no bytes, and a header that refers to the events as they were polled.
 * They are decoded one by one when they are processed, so that what is decoded is still in the CPU cache when it is
 * used, and is soon garbage.
 *
 * @param records the order events as received, in the order of their offsets
 * @param inputs decodes one of them
 */
record OrderBatch(List<ConsumerRecord<byte[], byte[]>> records, Deserializer<DecodedInput> inputs)
        implements TopologyInput {

    private static final String HEADER = "leaktrace.batch";
    private static final byte[] NOTHING = {};

    /** Header with the records of a batch. No record from outside has a header of this class. */
    private record Batched(List<ConsumerRecord<byte[], byte[]>> records) implements Header {

        @Override
        public String key() {
            return HEADER;
        }

        @Override
        public byte[] value() {
            return NOTHING;
        }
    }

    static boolean isBatch(Headers headers) {
        return headers.lastHeader(HEADER) instanceof Batched;
    }

    /** Returns the record that represents these records, which must be of one partition and without headers. */
    static ConsumerRecord<byte[], byte[]> of(List<ConsumerRecord<byte[], byte[]>> records) {
        ConsumerRecord<byte[], byte[]> first = records.get(0);
        int bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            bytes += record.key().length + record.value().length;
        }
        return new ConsumerRecord<>(
                first.topic(),
                first.partition(),
                first.offset(),
                first.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                bytes,
                null,
                NOTHING,
                new RecordHeaders(new Header[] {new Batched(List.copyOf(records))}),
                first.leaderEpoch());
    }

    /** Returns the batch of a record for which {@link #isBatch} is true. */
    static OrderBatch of(Headers headers, Deserializer<DecodedInput> inputs) {
        return new OrderBatch(((Batched) headers.lastHeader(HEADER)).records(), inputs);
    }

    /** Returns the input that one of the records holds. */
    DecodedInput read(ConsumerRecord<byte[], byte[]> record) {
        return inputs.deserialize(record.topic(), record.headers(), record.value());
    }

    long lastOffset() {
        return records.get(records.size() - 1).offset();
    }
}

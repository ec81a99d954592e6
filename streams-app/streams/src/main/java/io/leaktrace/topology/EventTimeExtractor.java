package io.leaktrace.topology;

import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.TimeLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Returns event time from the records themselves, and validates them (except those of a batch, which are validated when
 * they are processed), since only here the record timestamp is available to check event time against. A rejected record gets the time that its partition has reached, so that it does not
 * change the order in which Kafka Streams reads. So does an erasure, as in a replay: with its own time, an erasure of
 * today among the orders of an old history would delay the orders behind it until all contacts had been read, and make
 * them late.
 */
final class EventTimeExtractor implements TimestampExtractor {

    private final Duration ahead;
    private final Clock clock;

    /**
     * @param ahead maximum by which an event's time may be ahead of its record's
     * @param clock for records without a timestamp, or with one ahead of this clock
     */
    EventTimeExtractor(Duration ahead, Clock clock) {
        this.ahead = ahead;
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        byte[] key = (byte[]) record.key();
        OptionalLong time;
        if (record.value() instanceof OrderBatch batch) {
            time = time(batch);
        } else if (record.value() instanceof SourceInput source) {
            time = source.read(key)
                    .map(read -> time(read.input(), read.key(), record.timestamp()))
                    .orElse(OptionalLong.empty());
        } else {
            time = time((DecodedInput) record.value(), key, record.timestamp());
        }
        return time.orElse(Math.max(partitionTime, 0));
    }

    /** Returns the time of the first accepted event of a batch. */
    private OptionalLong time(OrderBatch batch) {
        for (ConsumerRecord<byte[], byte[]> event : batch.records()) {
            OptionalLong time = time(batch.read(event), event.key(), event.timestamp());
            if (time.isPresent()) {
                return time;
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong time(DecodedInput input, byte[] key, long timestamp) {
        TimeLimit limit = new TimeLimit(clock.instant(), ahead).at(timestamp);
        if (input.validate(key, limit).isPresent()) {
            return OptionalLong.empty();
        }
        if (input.record() instanceof Erasure) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(input.eventTime().orElseThrow().toEpochMilli());
    }
}

package io.leaktrace.topology;

import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.TimeLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Returns event time from the records themselves, and judges them on the way: only here is a record's own timestamp at
 * hand, against which its event time is judged. A record that is rejected goes by the time its partition has reached, so
 * that it holds nothing up and carries nothing away; so does an erasure, as in a replay: one of today among the orders of
 * an old history would hold up the orders behind it until all contacts had been read, and make them late.
 */
final class EventTimeExtractor implements TimestampExtractor {

    private final Duration ahead;
    private final Clock clock;

    /**
     * @param ahead how far an event's time may be ahead of its record's
     * @param clock for records without a timestamp, or with one that is ahead of it
     */
    EventTimeExtractor(Duration ahead, Clock clock) {
        this.ahead = ahead;
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        OptionalLong time = record.value() instanceof Pack pack
                ? time(pack)
                : time((Input) record.value(), (byte[]) record.key(), record.timestamp());
        return time.orElse(Math.max(partitionTime, 0));
    }

    /** A pack is as old as the first event of it that is accepted; all of them are judged. */
    private OptionalLong time(Pack pack) {
        OptionalLong first = OptionalLong.empty();
        for (Pack.Event event : pack.events()) {
            OptionalLong time = time(event.input(), event.key(), event.timestamp());
            first = first.isPresent() ? first : time;
        }
        return first;
    }

    private OptionalLong time(Input input, byte[] key, long timestamp) {
        TimeLimit limit = new TimeLimit(clock.instant(), ahead).at(timestamp);
        if (input.judge(key, limit).isPresent()) {
            return OptionalLong.empty();
        }
        if (input.record() instanceof Erasure) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(input.eventTime().orElseThrow().toEpochMilli());
    }
}

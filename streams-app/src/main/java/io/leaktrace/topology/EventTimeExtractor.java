package io.leaktrace.topology;

import java.time.Clock;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Event time from the records themselves. A record without a plausible one goes by the time its partition has reached,
 * so that it holds nothing up and carries nothing away.
 */
final class EventTimeExtractor implements TimestampExtractor {

    private final Clock clock;

    EventTimeExtractor(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        OptionalLong time =
                record.value() instanceof Pack pack ? time(pack) : time((Input) record.value(), (byte[]) record.key());
        return time.orElse(Math.max(partitionTime, 0));
    }

    /** A pack is as old as the first event of it that is taken. */
    private OptionalLong time(Pack pack) {
        for (Pack.Event event : pack.events()) {
            OptionalLong time = time(event.input(), event.key());
            if (time.isPresent()) {
                return time;
            }
        }
        return OptionalLong.empty();
    }

    /** A task reads its partitions in the order of time, so a record that is refused must not hold one of them up. */
    private OptionalLong time(Input input, byte[] key) {
        if (input.refusal(key, clock.instant()).isPresent()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(input.eventTime().orElseThrow().toEpochMilli());
    }
}

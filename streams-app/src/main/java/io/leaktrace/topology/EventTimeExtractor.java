package io.leaktrace.topology;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
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
        if (record.value() instanceof Pack pack) {
            Pack.Event first = pack.events().get(0);
            return time(first.input(), first.key(), partitionTime);
        }
        return time((Input) record.value(), (byte[]) record.key(), partitionTime);
    }

    /** A task reads its partitions in the order of time, so a record that is refused must not hold one of them up. */
    private long time(Input input, byte[] key, long partitionTime) {
        Optional<Instant> time = input.refusal(key, clock.instant()).isEmpty() ? input.eventTime() : Optional.empty();
        return time.map(Instant::toEpochMilli).orElse(Math.max(partitionTime, 0));
    }
}

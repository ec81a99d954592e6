package io.leaktrace.topology;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Plausibility;
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
        Optional<Instant> time = record.value() instanceof Input input ? input.eventTime() : Optional.empty();
        return time.filter(this::plausible).map(Instant::toEpochMilli).orElse(Math.max(partitionTime, 0));
    }

    private boolean plausible(Instant time) {
        return !time.isBefore(Plausibility.EARLIEST) && time.toEpochMilli() <= clock.millis() + EventTime.DAY;
    }
}

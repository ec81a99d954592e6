package io.leaktrace.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The latest event time that is accepted in a record: a record cannot report what happens after it was sent.
 *
 * @param recordTime when the record was sent: its timestamp on the topic, or the time of reading if it has no plausible
 *     timestamp, as a line of a file
 * @param ahead maximum difference of clocks
 */
public record TimeLimit(Instant recordTime, Duration ahead) {

    /** Largest offset between local time and UTC in hours. */
    private static final int MAX_OFFSET_HOURS = 14;

    /** Maximum time by which brokers accept timestamps ahead of their clock by default. */
    private static final Duration MAX_PLAUSIBLE_AHEAD = Duration.ofHours(1);

    /** Maximum delay of a record for which a whole number of hours ahead is explained by a missing time-zone offset. */
    private static final Duration MAX_DELAY = Duration.ofMinutes(20);

    /**
     * Returns the limit for a record on a topic, from this limit at the time of reading. A timestamp more than an hour
     * ahead of the time of reading, which brokers reject by default, is ignored: the sender's clock is wrong. All
     * others are used, so that a replay accepts the same records as the live run.
     *
     * @param timestamp of the record, in epoch milliseconds; negative if it has none, then this limit is returned
     */
    public TimeLimit at(long timestamp) {
        boolean plausible =
                timestamp >= 0 && !Instant.ofEpochMilli(timestamp).isAfter(recordTime.plus(MAX_PLAUSIBLE_AHEAD));
        return plausible ? new TimeLimit(Instant.ofEpochMilli(timestamp), ahead) : this;
    }

    /**
     * Returns why a time is rejected; empty if it is accepted.
     *
     * @param name of the field
     */
    Optional<String> rejection(String name, Instant time) {
        if (time.isAfter(RecordValidator.LATEST)) {
            return Optional.of(name + " is after " + RecordValidator.LATEST);
        }
        if (!time.isAfter(recordTime.plus(ahead))) {
            return Optional.empty();
        }
        Duration by = Duration.between(recordTime, time);
        return Optional.of(
                name + " " + time + " is " + text(by) + " ahead of its record's time " + recordTime + zoneHint(by));
    }

    private static String text(Duration by) {
        return by.toDays() > 1 ? by.toDays() + " days" : by.toHours() + " h " + by.toMinutesPart() + " min";
    }

    private static String zoneHint(Duration by) {
        long hours = by.plus(MAX_DELAY).toHours();
        boolean wholeHours = hours >= 1
                && hours <= MAX_OFFSET_HOURS
                && by.minusHours(hours).abs().compareTo(MAX_DELAY) <= 0;
        return wholeHours ? "; it looks like local time of UTC+" + hours + " written without its offset or with Z" : "";
    }
}

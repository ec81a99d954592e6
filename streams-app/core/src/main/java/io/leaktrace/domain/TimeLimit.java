package io.leaktrace.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The latest event time that is accepted in a record: a record cannot report what happens after it was sent.
 *
 * @param recordTime when the record was sent: its timestamp on the topic, or the time of reading where it has none that
 *     can be believed, as a line of a file
 * @param ahead how far clocks may differ
 */
public record TimeLimit(Instant recordTime, Duration ahead) {

    /** Offsets between local time and UTC go up to this number of hours. */
    private static final int LARGEST_OFFSET_HOURS = 14;

    /** How far ahead of their clock brokers accept timestamps by default. */
    private static final Duration BELIEVED_AHEAD = Duration.ofHours(1);

    /** An order is sent at most this long after it happened, if its time is to look like another time zone's. */
    private static final Duration PROMPT = Duration.ofMinutes(20);

    /**
     * Returns the limit for a record on a topic, of this limit at the time of reading. A timestamp that brokers reject by
     * default, more than an hour ahead of the time of reading, is not believed: its sender's clock is wrong. All others
     * are, so that a replay judges as the live run did.
     *
     * @param timestamp of the record, in epoch milliseconds; the limit stays as it is where it has none
     */
    public TimeLimit at(long timestamp) {
        boolean believed = timestamp >= 0 && !Instant.ofEpochMilli(timestamp).isAfter(recordTime.plus(BELIEVED_AHEAD));
        return believed ? new TimeLimit(Instant.ofEpochMilli(timestamp), ahead) : this;
    }

    /**
     * Returns why a time is rejected, or nothing.
     *
     * @param name of the field
     */
    Optional<String> rejection(String name, Instant time) {
        if (time.isAfter(Plausibility.LATEST)) {
            return Optional.of(name + " is after " + Plausibility.LATEST);
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
        long hours = by.plus(PROMPT).toHours();
        boolean wholeHours = hours >= 1
                && hours <= LARGEST_OFFSET_HOURS
                && by.minusHours(hours).abs().compareTo(PROMPT) <= 0;
        return wholeHours ? "; it looks like local time of UTC+" + hours + " written without its offset or with Z" : "";
    }
}

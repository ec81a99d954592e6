package io.leaktrace.domain;

/** Units of event time in milliseconds. All times are milliseconds since 1970-01-01T00:00Z; days are UTC days. */
public final class EventTime {

    public static final long SECOND = 1000;
    public static final long MINUTE = 60 * SECOND;
    public static final long HOUR = 60 * MINUTE;
    public static final long DAY = 24 * HOUR;
    public static final long WEEK = 7 * DAY;

    private EventTime() {}

    public static long hourOf(long time) {
        return Math.floorDiv(time, HOUR);
    }

    public static long dayOf(long time) {
        return Math.floorDiv(time, DAY);
    }

    /** Returns the number of the week: weeks are of 7 days since 1970-01-01, a Thursday. */
    public static long weekOf(long time) {
        return Math.floorDiv(time, WEEK);
    }
}

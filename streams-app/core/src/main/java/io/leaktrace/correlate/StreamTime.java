package io.leaktrace.correlate;

/** The event time that a partition of the input has reached, in epoch milliseconds. */
public final class StreamTime {

    private static final long NONE = Long.MIN_VALUE;

    private final long epoch;
    private final long lateness;

    private long latest = NONE;
    private long boundary = NONE;
    private long nextBoundary = NONE;

    StreamTime(CorrelateSettings settings) {
        this(settings.epoch(), settings.lateness());
    }

    private StreamTime(long epoch, long lateness) {
        this.epoch = epoch;
        this.lateness = lateness;
    }

    /** Returns a copy, which advances on its own. */
    public StreamTime copy() {
        StreamTime copy = new StreamTime(epoch, lateness);
        copy.restore(latest, boundary);
        return copy;
    }

    /** Continues from saved times, whatever the settings were then. */
    void restore(long savedLatest, long savedBoundary) {
        latest = savedLatest;
        boundary = savedBoundary;
        nextBoundary = savedBoundary == NONE ? NONE : (Math.floorDiv(savedBoundary, epoch) + 1) * epoch;
    }

    /**
     * Records the time of an order event or contact.
     *
     * @return whether the partition has passed a boundary of epochs with it, which it always does at its first record
     */
    public boolean advance(long time) {
        latest = Math.max(latest, time);
        if (latest == NONE || latest - lateness < nextBoundary) {
            return false;
        }
        boundary = Math.floorDiv(latest - lateness, epoch) * epoch;
        nextBoundary = boundary + epoch;
        return true;
    }

    /** Returns the latest time of a record; {@link Long#MIN_VALUE} before the first. */
    public long latest() {
        return latest;
    }

    /**
     * Returns the last boundary of epochs that was passed, before which records are late; {@link Long#MIN_VALUE} before
     * the first record.
     */
    public long boundary() {
        return boundary;
    }
}

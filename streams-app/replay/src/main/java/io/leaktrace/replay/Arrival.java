package io.leaktrace.replay;

import io.leaktrace.runs.RunResult;
import io.leaktrace.topology.Input;

/**
 * A record of a history.
 *
 * @param partition whose correlator takes it
 * @param key as it came, or null
 * @param time event time in epoch milliseconds by which it is put among others, or {@link #NO_TIME} if it has none: if it
 *     is refused, or erases a buyer
 * @param sentAt timestamp of the record in its topic, in epoch milliseconds
 */
record Arrival(int partition, byte[] key, Input input, long time, long sentAt) {

    static final long NO_TIME = RunResult.NO_TIME;
}

package io.leaktrace.replay;

import io.leaktrace.domain.InputRecord;
import io.leaktrace.runs.RunResult;

/**
 * A record of a history.
 *
 * @param partition partition whose correlator accepts the record
 * @param key as received, or null
 * @param record null if it is rejected
 * @param time event time in epoch milliseconds, by which records are ordered; {@link #NO_TIME} if the record is
 *     rejected or erases a buyer
 * @param sentAt timestamp of the record in its topic, in epoch milliseconds
 */
record HistoryRecord(int partition, byte[] key, InputRecord record, long time, long sentAt) {

    static final long NO_TIME = RunResult.NO_TIME;
}

package io.leaktrace.engine;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.correlate.StreamTime;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import java.util.List;

/**
 * The first stage for one partition of the input, or for some of its buyers: joins order events and contacts by buyer.
 * Its output must be passed to the {@link LocalizeStage} in the same order.
 *
 * <p>Not safe for use by several threads.
 */
public final class CorrelateStage {

    private final Correlator correlator;

    /** @param store of its state, which is restored from there and saved to it */
    public CorrelateStage(CorrelateSettings settings, int partition, CorrelatorStore store) {
        correlator = new Correlator(settings, partition, store);
    }

    /**
     * Prefetches the state of a record's buyer, so that {@link #accept} does not wait for memory.
     *
     * @param key of the record, or null
     */
    public void prefetch(byte[] key) {
        if (key != null) {
            correlator.prefetch(correlator.buyerHash(key));
        }
    }

    /**
     * Processes an accepted record.
     *
     * @return the resulting correlations, in order; empty for nearly all records
     */
    public List<Correlation> accept(InputRecord record) {
        if (record instanceof OrderEvent event) {
            return correlator.accept(event);
        }
        if (record instanceof ScamContact contact) {
            return correlator.accept(contact);
        }
        if (record instanceof Erasure erasure) {
            return correlator.accept(erasure);
        }
        LeakVerdict verdict = (LeakVerdict) record;
        Long until = verdict.expiresAt() == null ? null : verdict.expiresAt().toEpochMilli();
        return List.of(new VerdictGiven(
                verdict.custodian(), verdict.verdict(), verdict.at().toEpochMilli(), until));
    }

    /** Counts a rejected record. */
    public void countBad() {
        correlator.countBad();
    }

    /**
     * Records that the partition has reached the time of a record, although {@link #accept} has failed with it.
     *
     * @return the resulting correlations
     */
    public List<Correlation> advanceTo(InputRecord failed) {
        return movesStreamTime(failed) ? advanceTo(failed.eventTime().toEpochMilli()) : List.of();
    }

    /** Returns whether the partition reaches the time of a record with it. */
    static boolean movesStreamTime(InputRecord record) {
        return record instanceof OrderEvent || record instanceof ScamContact;
    }

    /**
     * Records that the partition has reached an event time, in epoch milliseconds, with the record of a buyer of
     * another stage.
     *
     * @return the resulting correlations
     */
    List<Correlation> advanceTo(long time) {
        return correlator.advanceTo(time);
    }

    StreamTime streamTime() {
        return correlator.streamTime();
    }

    /** Returns the final correlations when the input has been read to its end. */
    public List<Correlation> atEnd() {
        return correlator.atEnd();
    }

    /** Writes changes to the store. */
    public void save() {
        correlator.save();
    }

    /** Returns the size of the buyer log in bytes. */
    public long logBytes() {
        return correlator.logBytes();
    }
}

package io.leaktrace.engine;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import java.util.List;

/**
 * The first stage over one partition of the input: joins order events and contacts of a buyer. What it returns goes to the
 * {@link LocalizeStage}, in the same order.
 *
 * <p>Not safe for use by several threads.
 */
public final class CorrelateStage {

    private final Correlator correlator;

    /** @param store from which it goes on, and to which it saves */
    public CorrelateStage(CorrelateSettings settings, int partition, CorrelatorStore store) {
        correlator = new Correlator(settings, partition, store);
    }

    /**
     * Announces a record that will be accepted soon, so that looking its buyer up does not wait for memory then.
     *
     * @param key of the record, or null
     */
    public void expect(byte[] key) {
        if (key != null) {
            correlator.expect(correlator.buyerHash(key));
        }
    }

    /**
     * Takes a record that has passed all checks.
     *
     * @return what follows from it, in order; empty for nearly all records
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

    /** Counts a record that was refused. */
    public void countBad() {
        correlator.countBad();
    }

    /** Returns what there is to say once the input has been read to its end. */
    public List<Correlation> atEnd() {
        return correlator.atEnd();
    }

    /** Writes what has changed to the store. */
    public void save() {
        correlator.save();
    }

    /** Bytes of memory that the history of buyers takes. */
    public long rememberedBytes() {
        return correlator.rememberedBytes();
    }
}

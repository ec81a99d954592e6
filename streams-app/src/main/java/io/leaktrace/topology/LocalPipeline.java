package io.leaktrace.topology;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Both stages of {@link LeakTopology} in one thread, without Kafka Streams between them: what a replay runs. The records
 * of all partitions come in one order, so that not only the records but also what comes late gives the same result
 * every time.
 */
public final class LocalPipeline {

    private final Instant now;
    private final List<Correlator> correlators = new ArrayList<>();
    private final List<LocalCorrelatorStore> stores = new ArrayList<>();
    private final LocalEntries<String> contacts = new LocalEntries<>();
    private final LocalEntries<Long> exposures = new LocalEntries<>();
    private final LocalEntries<String> custodians = new LocalEntries<>();
    private final LocalEntries<String> market = new LocalEntries<>();
    private final Localizing localizing;

    /**
     * @param partitions of the order events
     * @param closeAtEnd whether the epoch in which the input ends is closed too
     * @param now the time against which records "from the future" are judged
     * @param saved what {@link #save} has written, to go on from there; or null
     * @param findings told of what is found, in the order in which a running pipeline publishes it
     */
    public LocalPipeline(
            String market,
            ModelSettings model,
            CorrelateSettings correlate,
            int partitions,
            boolean closeAtEnd,
            Instant now,
            DataInputStream saved,
            Consumer<Finding> findings)
            throws IOException {
        this.now = now;
        for (int partition = 0; partition < partitions; partition++) {
            LocalCorrelatorStore store = new LocalCorrelatorStore();
            if (saved != null) {
                store.read(saved);
            }
            stores.add(store);
            correlators.add(new Correlator(correlate, partition, store));
        }
        if (saved != null) {
            contacts.read(saved, name -> name);
            exposures.read(saved, Long::valueOf);
            custodians.read(saved, name -> name);
            this.market.read(saved, name -> name);
        }
        localizing = new Localizing(
                new MarketBook(model, new Localizer(model, market), partitions, closeAtEnd),
                new MarketStores(contacts, exposures, custodians, this.market),
                (finding, end) -> findings.accept(finding));
    }

    /**
     * Takes a record, or counts it as bad.
     *
     * @param partition of the topic it comes from
     * @param key of the record, or null
     */
    public void accept(int partition, byte[] key, Input input) {
        Correlator correlator = correlators.get(partition);
        if (input.refusal(key, now).isPresent()) {
            correlator.countBad();
        } else {
            tell(input.handTo(correlator));
        }
    }

    /** Says that all input has been read. */
    public void end() {
        correlators.forEach(correlator -> tell(correlator.atEnd()));
    }

    private void tell(List<Correlation> correlations) {
        for (Correlation correlation : correlations) {
            localizing.accept(correlation);
        }
    }

    /** What has been counted for epochs that are still open. */
    public InputCounts open() {
        return localizing.open();
    }

    /** Writes all that it takes to go on from here. */
    public void save(DataOutputStream out) throws IOException {
        for (int partition = 0; partition < stores.size(); partition++) {
            correlators.get(partition).save();
            stores.get(partition).write(out);
        }
        contacts.write(out);
        exposures.write(out);
        custodians.write(out);
        market.write(out);
    }
}

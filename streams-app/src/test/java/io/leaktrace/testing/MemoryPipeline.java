package io.leaktrace.testing;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.localize.Solution;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Both stages without Kafka between them, for tests of what they compute. */
public final class MemoryPipeline {

    private final List<Correlator> correlators = new ArrayList<>();
    private final MarketBook book;

    public final TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
    /** Every word on every custodian, epoch by epoch. */
    public final List<Suspect> everySuspect = new ArrayList<>();

    public final List<Alert> alerts = new ArrayList<>();
    public final List<Epoch> epochs = new ArrayList<>();
    public final List<Evidence> evidence = new ArrayList<>();
    /** Of everybody, as of the latest epoch. */
    public final TreeMap<Custodian, Explanation> explanations = new TreeMap<>();

    public MemoryPipeline(ModelSettings model, int partitions) {
        this(model, partitions, 0);
    }

    /** @param lateness how late a record may come and be on time, in ms */
    public MemoryPipeline(ModelSettings model, int partitions, long lateness) {
        CorrelateSettings settings = new CorrelateSettings(model.window(), model.epoch(), lateness);
        for (int partition = 0; partition < partitions; partition++) {
            correlators.add(new Correlator(settings, partition, new MemoryCorrelatorStore()));
        }
        book = new MarketBook(model, new Localizer(model, "test"), partitions, true);
    }

    public void accept(OrderEvent event) {
        tell(of(event.buyerId()).accept(event));
    }

    public void accept(ScamContact contact) {
        tell(of(contact.buyerId()).accept(contact));
    }

    /** Says that all input has been read. */
    public MemoryPipeline end() {
        correlators.forEach(correlator -> tell(correlator.atEnd()));
        return this;
    }

    public List<Suspect> ranking() {
        return suspects.values().stream().sorted(Suspect.RANKING).toList();
    }

    public Suspect of(Custodian custodian) {
        return suspects.get(custodian);
    }

    private Correlator of(String buyerId) {
        return correlators.get(Math.floorMod(buyerId.hashCode(), correlators.size()));
    }

    private void tell(List<Correlation> told) {
        for (Correlation correlation : told) {
            book.accept(correlation);
            while (correlation instanceof Progress && book.closable().isPresent()) {
                take(book.close());
            }
        }
    }

    private void take(Solution solution) {
        solution.suspects().forEach(suspect -> suspects.put(suspect.custodian(), suspect));
        everySuspect.addAll(solution.suspects());
        alerts.addAll(solution.alerts());
        epochs.add(solution.epoch());
        evidence.addAll(solution.evidence());
        explanations.clear();
        solution.explainer()
                .explain(Integer.MAX_VALUE)
                .forEach(explanation -> explanations.put(explanation.custodian(), explanation));
    }
}

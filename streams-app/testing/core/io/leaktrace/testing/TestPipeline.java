package io.leaktrace.testing;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.Suspect;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.engine.InMemoryPipeline;
import io.leaktrace.engine.LocalizeStage;
import io.leaktrace.engine.MarketStore;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The pipeline that replays run, without files, and all that it found: more than it publishes. */
public final class TestPipeline implements LocalizeStage.Listener {

    private final InMemoryPipeline pipeline;
    private final int partitions;

    public final TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
    /** Every word on every custodian, epoch by epoch. */
    public final List<Suspect> everySuspect = new ArrayList<>();

    public final List<Alert> alerts = new ArrayList<>();
    public final List<Epoch> epochs = new ArrayList<>();
    public final List<Evidence> evidence = new ArrayList<>();
    /** Of everybody, as of the latest epoch. */
    public final TreeMap<Custodian, Explanation> explanations = new TreeMap<>();

    public TestPipeline(ModelSettings model, int partitions) {
        this(model, partitions, 0);
    }

    /** @param lateness how late a record may come and be on time, in ms */
    public TestPipeline(ModelSettings model, int partitions, long lateness) {
        this.partitions = partitions;
        pipeline = new InMemoryPipeline(
                "test",
                model,
                new CorrelateSettings(model.window(), model.epoch(), lateness, model.memoryDays()),
                true,
                1,
                partitions,
                Stream.generate(InMemoryCorrelatorStore::new)
                        .limit(InMemoryPipeline.correlators(partitions))
                        .toList(),
                MarketStore.none(),
                this);
    }

    public void accept(InputRecord record) {
        String key = record.key();
        pipeline.accept(Math.floorMod(key.hashCode(), partitions), key.getBytes(StandardCharsets.UTF_8), record);
    }

    /** Accepts all records, in the order of event time, and ends. */
    public TestPipeline run(Collection<? extends InputRecord> records) {
        records.stream()
                .sorted(Comparator.comparing(InputRecord::eventTime).thenComparing(Object::toString))
                .forEach(this::accept);
        return end();
    }

    /** Waits for what has been found so far: of all epochs that ended before the latest record. */
    public TestPipeline await() {
        try {
            pipeline.awaitSecond();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** Says that all input has been read, and waits for what there is to find. */
    public TestPipeline end() {
        try (pipeline) {
            pipeline.end();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    public List<Suspect> ranking() {
        return suspects.values().stream().sorted(Suspect.RANKING).toList();
    }

    public Suspect of(Custodian custodian) {
        return suspects.get(custodian);
    }

    @Override
    public void onFinding(Finding finding, long end) {
        // Taken from the solution, which has more.
    }

    @Override
    public void onClosed(EpochResult solution, MarketBook book) {
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

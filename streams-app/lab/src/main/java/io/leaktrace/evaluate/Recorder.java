package io.leaktrace.evaluate;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.engine.CorrelateStage;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.CausedContact;
import io.leaktrace.simulate.SimulatedContacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Records the output of the correlate stage for several markets that differ only in their contacts, in one pass: its
 * output for orders is the same for all of them, and its output for a contact depends on the orders only.
 */
final class Recorder {

    /**
     * Number of correlators, each of which processes a batch of records at a time: the log of one correlator fits into
     * a processor's cache, while that of a whole market does not.
     */
    private static final int PARTITIONS = 8;

    private static final int BATCH = 100_000;

    private final List<CorrelateStage> stages = new ArrayList<>();
    private final List<List<InputRecord>> batches = new ArrayList<>();
    private int queued;

    private final List<List<Correlation>> correlations = new ArrayList<>();
    private final Map<String, Integer> caseOfContact = new HashMap<>();

    private Recorder(long window) {
        CorrelateSettings settings = new CorrelateSettings(
                window, Trial.EPOCH, 0, ModelSettings.defaults().memoryDays());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            // Never saved, so the store stays empty.
            stages.add(new CorrelateStage(settings, partition, new InMemoryCorrelatorStore()));
            batches.add(new ArrayList<>());
        }
    }

    /** The contacts of one market and their cell of the table. */
    record Case(Cell cell, SimulatedContacts contacts) {}

    /** Source of all order events, in event-time order. */
    interface Orders {
        void inOrder(Consumer<OrderEvent> consumer);
    }

    static List<Trial> record(long seed, Orders orders, List<Case> cases, long window) {
        Recorder recorder = new Recorder(window);
        List<ScamContact> contacts = recorder.contacts(cases);
        int[] next = {0};
        orders.inOrder(event -> {
            while (next[0] < contacts.size()
                    && contacts.get(next[0]).reportedAt().isBefore(event.occurredAt())) {
                recorder.enqueue(contacts.get(next[0]++));
            }
            recorder.enqueue(event);
        });
        while (next[0] < contacts.size()) {
            recorder.enqueue(contacts.get(next[0]++));
        }
        recorder.processBatches();
        recorder.stages.forEach(stage -> stage.atEnd().forEach(recorder::store));
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            trials.add(new Trial(
                    cases.get(i).cell(),
                    seed,
                    PARTITIONS,
                    recorder.correlations.get(i),
                    cases.get(i).contacts()));
        }
        return trials;
    }

    /** The id that a recorded contact had in its case. */
    static String idInCase(String recordedId) {
        return recordedId.substring(recordedId.indexOf('/') + 1);
    }

    /** Contacts of all cases in the order of their reports, with ids that identify the case. */
    private List<ScamContact> contacts(List<Case> cases) {
        List<ScamContact> all = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            correlations.add(new ArrayList<>());
            for (CausedContact caused : cases.get(i).contacts().caused()) {
                ScamContact contact = caused.contact();
                String id = i + "/" + contact.contactId();
                caseOfContact.put(id, i);
                all.add(contact.withId(id));
            }
        }
        all.sort(Comparator.comparing(ScamContact::reportedAt).thenComparing(ScamContact::contactId));
        return all;
    }

    private void enqueue(InputRecord record) {
        batches.get(Math.floorMod(record.key().hashCode(), PARTITIONS)).add(record);
        if (++queued == BATCH) {
            processBatches();
        }
    }

    private void processBatches() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (InputRecord record : batches.get(partition)) {
                stages.get(partition).accept(record).forEach(this::store);
            }
            batches.get(partition).clear();
        }
        queued = 0;
    }

    private void store(Correlation correlation) {
        if (correlation instanceof ContactEvidence contact) {
            correlations.get(caseOfContact.get(contact.contactId())).add(contact);
        } else {
            correlations.forEach(ofCase -> ofCase.add(correlation));
        }
    }
}

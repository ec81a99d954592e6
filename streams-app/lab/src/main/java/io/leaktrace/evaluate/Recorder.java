package io.leaktrace.evaluate;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.engine.CorrelateStage;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.simulate.CausedContact;
import io.leaktrace.simulate.SimulatedContacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets the correlate stage read markets that differ in their contacts only, all at once: what it tells of orders is the
 * same for all of them, and what it tells of a contact depends on the orders alone.
 */
final class Recorder {

    /**
     * Buyers are spread over so many correlators, each of which takes a batch of records at a time: the log of one of
     * them fits a processor's cache, which that of a whole market does not.
     */
    private static final int PARTITIONS = 8;

    private static final int BATCH = 100_000;

    private final List<CorrelateStage> stages = new ArrayList<>();
    private final List<List<InputRecord>> batches = new ArrayList<>();
    private int waiting;

    private final List<List<Correlation>> told = new ArrayList<>();
    private final Map<String, Integer> caseOfContact = new HashMap<>();

    private Recorder(long window) {
        CorrelateSettings settings = new CorrelateSettings(window, Trial.EPOCH, 0);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            // It is never saved, so that nothing is kept in the store.
            stages.add(new CorrelateStage(settings, partition, new InMemoryCorrelatorStore()));
            batches.add(new ArrayList<>());
        }
    }

    /** Contacts on the same orders, and what cell of the table they are for. */
    record Case(Cell cell, SimulatedContacts contacts) {}

    /** Hands over all order events in event time. */
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
                recorder.take(contacts.get(next[0]++));
            }
            recorder.take(event);
        });
        while (next[0] < contacts.size()) {
            recorder.take(contacts.get(next[0]++));
        }
        recorder.takeBatches();
        recorder.stages.forEach(stage -> stage.atEnd().forEach(recorder::keep));
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            trials.add(new Trial(
                    cases.get(i).cell(),
                    seed,
                    PARTITIONS,
                    recorder.told.get(i),
                    cases.get(i).contacts()));
        }
        return trials;
    }

    /** Contacts of all cases in the order of their reports, with ids that tell the cases apart. */
    private List<ScamContact> contacts(List<Case> cases) {
        List<ScamContact> all = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            told.add(new ArrayList<>());
            for (CausedContact caused : cases.get(i).contacts().caused()) {
                ScamContact contact = caused.contact();
                String id = i + "/" + contact.contactId();
                caseOfContact.put(id, i);
                all.add(new ScamContact(
                        id,
                        contact.buyerId(),
                        contact.contactedAt(),
                        contact.reportedAt(),
                        contact.channel(),
                        contact.caller(),
                        contact.impersonated(),
                        contact.disclosed(),
                        contact.quotedOrderId(),
                        contact.loss()));
            }
        }
        all.sort(Comparator.comparing(ScamContact::reportedAt).thenComparing(ScamContact::contactId));
        return all;
    }

    private void take(InputRecord record) {
        batches.get(Math.floorMod(record.key().hashCode(), PARTITIONS)).add(record);
        if (++waiting == BATCH) {
            takeBatches();
        }
    }

    private void takeBatches() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (InputRecord record : batches.get(partition)) {
                stages.get(partition).accept(record).forEach(this::keep);
            }
            batches.get(partition).clear();
        }
        waiting = 0;
    }

    private void keep(Correlation correlation) {
        if (correlation instanceof ContactEvidence contact) {
            told.get(caseOfContact.get(contact.contactId())).add(contact);
        } else {
            told.forEach(ofCase -> ofCase.add(correlation));
        }
    }
}

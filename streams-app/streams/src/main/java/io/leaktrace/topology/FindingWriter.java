package io.leaktrace.topology;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.Suspect;
import io.leaktrace.wire.FindingRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Writes recent findings to the store that {@link Findings} reads. */
final class FindingWriter {

    private static final byte[] EMPTY = new byte[0];

    private final KeyValueStore<String, byte[]> store;
    private final int days;

    /** @param days retention of findings in days; 0 stores none */
    FindingWriter(KeyValueStore<String, byte[]> store, int days) {
        this.store = store;
        this.days = days;
    }

    void write(Finding finding) {
        if (days == 0) {
            return;
        }
        byte[] bytes = FindingRecords.write(finding);
        if (finding instanceof Suspect suspect) {
            store.put(Findings.suspect(suspect.custodian()), bytes);
            putExpiring(Findings.history(suspect.custodian(), suspect.asOf()), suspect.asOf(), bytes);
        } else if (finding instanceof Explanation explanation) {
            store.put(Findings.explanation(explanation.custodian()), bytes);
        } else if (finding instanceof Alert alert) {
            store.put(Findings.alert(alert), bytes);
        } else if (finding instanceof Epoch epoch) {
            putExpiring(Findings.epoch(epoch.end()), epoch.end(), bytes);
        } else if (finding instanceof Evidence evidence) {
            // An earlier attribution record of this contact may have blamed other custodians.
            ContactKey contact = evidence.contactKey();
            deleteEvidence(Findings.evidence(contact));
            putExpiring(Findings.evidence(contact), evidence.contactedAt(), bytes);
            store.put(Findings.contactOf(contact), EMPTY);
            for (Custodian blamed : Findings.blamed(evidence)) {
                store.put(Findings.blame(blamed, contact), EMPTY);
            }
        }
    }

    /** Stores a value that expires by its time. */
    private void putExpiring(String key, Instant time, byte[] bytes) {
        store.put(key, bytes);
        store.put(Findings.aged(time, key), EMPTY);
    }

    /** Deletes the attribution record with this key, and its index entries. */
    private void deleteEvidence(String key) {
        byte[] stored = store.delete(key);
        if (stored != null) {
            Evidence evidence = FindingRecords.readEvidence(stored);
            ContactKey contact = evidence.contactKey();
            store.delete(Findings.aged(evidence.contactedAt(), key));
            store.delete(Findings.contactOf(contact));
            Findings.blamed(evidence).forEach(custodian -> store.delete(Findings.blame(custodian, contact)));
        }
    }

    /**
     * Deletes the attribution records of a buyer, including those that the localizer's state no longer holds.
     *
     * @param before in epoch milliseconds: records of contacts reported before it, or with a touch before it, are
     *     deleted
     */
    void deleteBuyer(String buyerId, long before) {
        String prefix = Findings.contactsPrefix(buyerId);
        List<String> keys = new ArrayList<>();
        collect(prefix, (key, value) -> keys.add(Findings.EVIDENCE + key.substring(prefix.length())));
        for (String key : keys) {
            byte[] stored = store.get(key);
            if (stored != null && usesDataBefore(FindingRecords.readEvidence(stored), Instant.ofEpochMilli(before))) {
                deleteEvidence(key);
            }
        }
    }

    private static boolean usesDataBefore(Evidence evidence, Instant time) {
        return evidence.reportedAt().isBefore(time)
                || evidence.touches().stream()
                        .anyMatch(touch -> touch.touchedAt().isBefore(time));
    }

    /** Deletes custodians that the localizer no longer tracks. */
    void deleteCustodians(SortedSet<Custodian> custodians) {
        for (Custodian custodian : custodians) {
            store.delete(Findings.suspect(custodian));
            store.delete(Findings.explanation(custodian));
        }
    }

    /** At the end of a day, deletes expired findings, and explanations that were not renewed. */
    void deleteBefore(long end) {
        long oldest = end - days * EventTime.DAY;
        List<String> old = new ArrayList<>();
        collect(Findings.EXPLANATION, (key, value) -> {
            if (FindingRecords.readExplanation(value).asOf().toEpochMilli() < end) {
                old.add(key);
            }
        });
        List<String> evidence = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> aged = store.range(Findings.AGED, Findings.agedBefore(oldest))) {
            while (aged.hasNext()) {
                String age = aged.next().key;
                String key = Findings.ofAge(age);
                if (key.startsWith(Findings.EVIDENCE)) {
                    evidence.add(key);
                } else {
                    old.add(key);
                    old.add(age);
                }
            }
        }
        old.addAll(resolvedAlertsBefore(oldest));
        old.forEach(store::delete);
        evidence.forEach(this::deleteEvidence);
    }

    /** Returns the keys of the changes of alerts that were resolved before this time. */
    private List<String> resolvedAlertsBefore(long oldest) {
        List<String> old = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        Alert[] last = {null};
        collect(Findings.ALERT, (key, value) -> {
            Alert step = FindingRecords.readAlert(value);
            if (last[0] != null && !step.alertId().equals(last[0].alertId())) {
                addIfExpired(last[0], oldest, steps, old);
            }
            last[0] = step;
            steps.add(key);
        });
        if (last[0] != null) {
            addIfExpired(last[0], oldest, steps, old);
        }
        return old;
    }

    private static void addIfExpired(Alert last, long oldest, List<String> steps, List<String> old) {
        if (last.change() == Alert.Change.RESOLVED && last.at().toEpochMilli() < oldest) {
            old.addAll(steps);
        }
        steps.clear();
    }

    private interface EntryReceiver {
        void take(String key, byte[] value);
    }

    private void collect(String prefix, EntryReceiver receiver) {
        try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, new StringSerializer())) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                receiver.take(entry.key, entry.value);
            }
        }
    }
}

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

/** Keeps what was found lately for those who ask the pipeline itself; {@link Findings} reads it. */
final class FindingStore {

    private static final byte[] NOTHING = new byte[0];

    private final KeyValueStore<String, byte[]> store;
    private final int days;

    /**
     * @param days how long findings are kept; 0 keeps none
     */
    FindingStore(KeyValueStore<String, byte[]> store, int days) {
        this.store = store;
        this.days = days;
    }

    void keep(Finding finding) {
        if (days == 0) {
            return;
        }
        byte[] bytes = FindingRecords.write(finding);
        if (finding instanceof Suspect suspect) {
            store.put(Findings.suspect(suspect.custodian()), bytes);
            keepForDays(Findings.history(suspect.custodian(), suspect.asOf()), suspect.asOf(), bytes);
        } else if (finding instanceof Explanation explanation) {
            store.put(Findings.explanation(explanation.custodian()), bytes);
        } else if (finding instanceof Alert alert) {
            store.put(Findings.alert(alert), bytes);
        } else if (finding instanceof Epoch epoch) {
            keepForDays(Findings.epoch(epoch.end()), epoch.end(), bytes);
        } else if (finding instanceof Evidence evidence) {
            // What was blamed before may be blamed no more.
            ContactKey contact = evidence.contactKey();
            forgetEvidence(Findings.evidence(contact));
            keepForDays(Findings.evidence(contact), evidence.contactedAt(), bytes);
            store.put(Findings.contactOf(contact), NOTHING);
            for (Custodian blamed : Findings.blamed(evidence)) {
                store.put(Findings.blame(blamed, contact), NOTHING);
            }
        }
    }

    /** Keeps it until its time is too long ago. */
    private void keepForDays(String key, Instant time, byte[] bytes) {
        store.put(key, bytes);
        store.put(Findings.aged(time, key), NOTHING);
    }

    /** Forgets the evidence that is kept by this key, and what leads to it. */
    private void forgetEvidence(String key) {
        byte[] known = store.delete(key);
        if (known != null) {
            Evidence evidence = FindingRecords.readEvidence(known);
            ContactKey contact = evidence.contactKey();
            store.delete(Findings.aged(evidence.contactedAt(), key));
            store.delete(Findings.contactOf(contact));
            Findings.blamed(evidence).forEach(custodian -> store.delete(Findings.blame(custodian, contact)));
        }
    }

    /**
     * Forgets what is known of a buyer's contacts, of which the market's own books may have forgotten the older ones.
     *
     * @param before contacts reported before this time, and evidence that rests on touches before it, in epoch milliseconds
     */
    void forgetBuyer(String buyerId, long before) {
        String contactsOf = Findings.contactsOf(buyerId);
        List<String> keys = new ArrayList<>();
        collect(contactsOf, (key, value) -> keys.add(Findings.EVIDENCE + key.substring(contactsOf.length())));
        for (String key : keys) {
            byte[] known = store.get(key);
            if (known != null && isFromBefore(FindingRecords.readEvidence(known), Instant.ofEpochMilli(before))) {
                forgetEvidence(key);
            }
        }
    }

    private static boolean isFromBefore(Evidence evidence, Instant time) {
        return evidence.reportedAt().isBefore(time)
                || evidence.touches().stream()
                        .anyMatch(touch -> touch.touchedAt().isBefore(time));
    }

    /** Forgets custodians that are carried no further. */
    void forget(SortedSet<Custodian> custodians) {
        for (Custodian custodian : custodians) {
            store.delete(Findings.suspect(custodian));
            store.delete(Findings.explanation(custodian));
        }
    }

    /**
     * At the end of a day, forgets what is older than the days for which it is kept, and explanations that were not given
     * anew.
     */
    void forgetBefore(long end) {
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
        evidence.forEach(this::forgetEvidence);
    }

    /** Steps of alerts whose last step was to be resolved, and that long ago. */
    private List<String> resolvedAlertsBefore(long oldest) {
        List<String> old = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        Alert[] last = {null};
        collect(Findings.ALERT, (key, value) -> {
            Alert step = FindingRecords.readAlert(value);
            if (last[0] != null && !step.alertId().equals(last[0].alertId())) {
                settle(last[0], oldest, steps, old);
            }
            last[0] = step;
            steps.add(key);
        });
        if (last[0] != null) {
            settle(last[0], oldest, steps, old);
        }
        return old;
    }

    private static void settle(Alert last, long oldest, List<String> steps, List<String> old) {
        if (last.change() == Alert.Change.RESOLVED && last.at().toEpochMilli() < oldest) {
            old.addAll(steps);
        }
        steps.clear();
    }

    private interface Collector {
        void take(String key, byte[] value);
    }

    private void collect(String prefix, Collector collector) {
        try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, new StringSerializer())) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                collector.take(entry.key, entry.value);
            }
        }
    }
}

package io.leaktrace.topology;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Suspect;
import io.leaktrace.wire.FindingRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads the store of recent findings, which the localizer's task writes. */
public final class Findings {

    /** Name of the store. */
    public static final String STORE = "findings";

    /** Share of a contact from which a custodian counts as blamed for it. */
    private static final double MIN_BLAMED_SHARE = 0.01;

    // A key is a kind and a subject, separated by the character that sorts first.
    private static final char SEPARATOR = '\u0000';
    private static final String SUSPECT = "suspect" + SEPARATOR;
    static final String EXPLANATION = "explanation" + SEPARATOR;
    private static final String CONTACT_OF = "contact-of" + SEPARATOR;
    private static final String BLAME = "blame" + SEPARATOR;
    private static final String HISTORY = "history" + SEPARATOR;
    static final String ALERT = "alert" + SEPARATOR;
    private static final String EPOCH = "epoch" + SEPARATOR;
    static final String EVIDENCE = "evidence" + SEPARATOR;
    /** Index of expiring entries by time, so that expired ones are found without reading the rest. */
    static final String AGED = "aged" + SEPARATOR;

    private static final int TIME_DIGITS = 15;

    private final ReadOnlyKeyValueStore<String, byte[]> store;

    /** @param store as returned by Kafka Streams */
    public Findings(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    static String suspect(Custodian custodian) {
        return SUSPECT + custodian;
    }

    static String explanation(Custodian custodian) {
        return EXPLANATION + custodian;
    }

    static String history(Custodian custodian, Instant asOf) {
        return historyPrefix(custodian) + sortable(asOf);
    }

    private static String historyPrefix(Custodian custodian) {
        return HISTORY + custodian + SEPARATOR;
    }

    static String alert(Alert alert) {
        return ALERT + alert.alertId() + SEPARATOR + sortable(alert.at());
    }

    static String epoch(Instant end) {
        return EPOCH + sortable(end);
    }

    static String evidence(ContactKey contact) {
        return EVIDENCE + contact.text();
    }

    static String contactOf(ContactKey contact) {
        return contactsPrefix(contact.buyerId()) + contact.text();
    }

    static String contactsPrefix(String buyerId) {
        return CONTACT_OF + buyerId + SEPARATOR;
    }

    static String blame(Custodian custodian, ContactKey contact) {
        return blamePrefix(custodian) + contact.text();
    }

    private static String blamePrefix(Custodian custodian) {
        return BLAME + custodian + SEPARATOR;
    }

    private static String sortable(Instant time) {
        return String.format(Locale.ROOT, "%0" + TIME_DIGITS + "d", time.toEpochMilli());
    }

    /** Returns the index key of an entry of this time. */
    static String aged(Instant time, String key) {
        return AGED + sortable(time) + SEPARATOR + key;
    }

    /**
     * Returns the index key that sorts after all entries before this time, in epoch milliseconds, and before the rest.
     */
    static String agedBefore(long time) {
        return AGED + sortable(Instant.ofEpochMilli(time));
    }

    /** Returns the key that was passed to {@link #aged}. */
    static String ofAge(String aged) {
        return aged.substring(AGED.length() + TIME_DIGITS + 1);
    }

    /** Returns the custodians blamed for a contact. */
    static Collection<Custodian> blamed(Evidence evidence) {
        SortedMap<Custodian, Double> shares = new TreeMap<>();
        evidence.touches().forEach(touch -> shares.merge(touch.custodian(), touch.share(), Double::sum));
        shares.values().removeIf(share -> share < MIN_BLAMED_SHARE);
        return shares.keySet();
    }

    /** Returns all custodians as of their latest epoch, ranked. */
    public List<Suspect> suspects() {
        return values(SUSPECT, FindingRecords::readSuspect).stream()
                .sorted(Suspect.RANKING)
                .toList();
    }

    /** Returns a custodian as of its latest epoch; empty if it is not known. */
    public Optional<Suspect> suspectOf(Custodian custodian) {
        return Optional.ofNullable(store.get(suspect(custodian))).map(FindingRecords::readSuspect);
    }

    /** Returns the explanation of a custodian's score, if one was published within a day before the latest epoch. */
    public Optional<Explanation> explanationOf(Custodian custodian) {
        return Optional.ofNullable(store.get(explanation(custodian))).map(FindingRecords::readExplanation);
    }

    /** Returns the published suspect records of a custodian, oldest first. */
    public List<Suspect> historyOfSuspect(Custodian custodian) {
        return values(historyPrefix(custodian), FindingRecords::readSuspect);
    }

    /** Returns the changes of all alerts, grouped by alert, in time order. */
    public List<Alert> alerts() {
        return values(ALERT, FindingRecords::readAlert);
    }

    /** Returns the epochs, oldest first. */
    public List<Epoch> epochs() {
        return values(EPOCH, FindingRecords::readEpoch);
    }

    /** Returns the epoch that was closed last. */
    public Optional<Epoch> latestEpoch() {
        try (KeyValueIterator<String, byte[]> latestFirst = store.reverseRange(EPOCH, EPOCH + Character.MAX_VALUE)) {
            return latestFirst.hasNext()
                    ? Optional.of(FindingRecords.readEpoch(latestFirst.next().value))
                    : Optional.empty();
        }
    }

    /**
     * Returns the attribution records of contacts with this id, by buyer: more than one only if several systems assign
     * ids.
     */
    public List<Evidence> evidenceOf(String contactId) {
        return values(EVIDENCE + ContactKey.textsOf(contactId), FindingRecords::readEvidence);
    }

    /** Returns the attribution record of a contact. */
    public Optional<Evidence> evidenceOf(ContactKey contact) {
        return Optional.ofNullable(store.get(evidence(contact))).map(FindingRecords::readEvidence);
    }

    /** Returns the attribution records of all contacts with traces, without their orders, by contact id. */
    public List<Evidence> tracedEvidence() {
        List<Evidence> traced = new ArrayList<>();
        Map<Custodian, Custodian> custodians = new HashMap<>();
        try (KeyValueIterator<String, byte[]> all = scan(EVIDENCE)) {
            while (all.hasNext()) {
                Evidence evidence = FindingRecords.readEvidence(all.next().value);
                if (evidence.traces().any()) {
                    traced.add(evidence.withoutOrders(custodians));
                }
            }
        }
        return traced;
    }

    /** Passes on the attribution records of all contacts, by contact id. */
    public void forEachEvidence(Consumer<Evidence> consumer) {
        try (KeyValueIterator<String, byte[]> all = scan(EVIDENCE)) {
            all.forEachRemaining(entry -> consumer.accept(FindingRecords.readEvidence(entry.value)));
        }
    }

    /** Returns the attribution records of contacts for which a custodian is blamed, by contact id. */
    public List<Evidence> evidenceAgainst(Custodian custodian) {
        return linked(blamePrefix(custodian));
    }

    /** Returns the attribution records of a buyer's contacts, by contact id. */
    public List<Evidence> evidenceOfBuyer(String buyerId) {
        return linked(contactsPrefix(buyerId));
    }

    private List<Evidence> linked(String prefix) {
        List<Evidence> found = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> links = scan(prefix)) {
            while (links.hasNext()) {
                byte[] known = store.get(EVIDENCE + links.next().key.substring(prefix.length()));
                if (known != null) {
                    found.add(FindingRecords.readEvidence(known));
                }
            }
        }
        return found;
    }

    private <T> List<T> values(String prefix, Function<byte[], T> read) {
        List<T> values = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = scan(prefix)) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                values.add(read.apply(entry.value));
            }
        }
        return values;
    }

    private KeyValueIterator<String, byte[]> scan(String prefix) {
        return store.prefixScan(prefix, new StringSerializer());
    }
}

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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads the store in which the localizer's task keeps what it found lately. */
public final class Findings {

    /** Name of the store. */
    public static final String STORE = "findings";

    /** Nobody is said to be blamed for a contact of which it carries less. */
    private static final double BLAMED = 0.01;

    // Keys are a kind and what it is about, with a character between them that sorts before all others.
    private static final char SEPARATOR = '\u0000';
    private static final String SUSPECT = "suspect" + SEPARATOR;
    static final String EXPLANATION = "explanation" + SEPARATOR;
    private static final String CONTACT_OF = "contact-of" + SEPARATOR;
    private static final String BLAME = "blame" + SEPARATOR;
    private static final String HISTORY = "history" + SEPARATOR;
    static final String ALERT = "alert" + SEPARATOR;
    private static final String EPOCH = "epoch" + SEPARATOR;
    static final String EVIDENCE = "evidence" + SEPARATOR;
    /** Keys of what is kept for some days, by its time, so that what is too old is found without reading the rest. */
    static final String AGED = "aged" + SEPARATOR;

    private static final int TIME_DIGITS = 15;

    private final ReadOnlyKeyValueStore<String, byte[]> store;

    /**
     * @param store as Kafka Streams hands it out
     */
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
        return historyOf(custodian) + sortable(asOf);
    }

    private static String historyOf(Custodian custodian) {
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
        return contactsOf(contact.buyerId()) + contact.text();
    }

    static String contactsOf(String buyerId) {
        return CONTACT_OF + buyerId + SEPARATOR;
    }

    static String blame(Custodian custodian, ContactKey contact) {
        return blamesOf(custodian) + contact.text();
    }

    private static String blamesOf(Custodian custodian) {
        return BLAME + custodian + SEPARATOR;
    }

    private static String sortable(Instant time) {
        return String.format(Locale.ROOT, "%0" + TIME_DIGITS + "d", time.toEpochMilli());
    }

    /** Where it stands that something of this time has this key. */
    static String aged(Instant time, String key) {
        return AGED + sortable(time) + SEPARATOR + key;
    }

    /** Sorts behind all that is aged more than this, and before the rest. */
    static String agedBefore(long time) {
        return AGED + sortable(Instant.ofEpochMilli(time));
    }

    /** The key in what {@link #aged} gave. */
    static String ofAge(String aged) {
        return aged.substring(AGED.length() + TIME_DIGITS + 1);
    }

    /** Custodians that carry some of the blame for a contact. */
    static Collection<Custodian> blamed(Evidence evidence) {
        SortedMap<Custodian, Double> shares = new TreeMap<>();
        evidence.touches().forEach(touch -> shares.merge(touch.custodian(), touch.share(), Double::sum));
        shares.values().removeIf(share -> share < BLAMED);
        return shares.keySet();
    }

    /** All custodians as of their latest epoch, ranked. */
    public List<Suspect> suspects() {
        return values(SUSPECT, FindingRecords::readSuspect).stream()
                .sorted(Suspect.RANKING)
                .toList();
    }

    /** A custodian as of its latest epoch. */
    public Optional<Suspect> suspectOf(Custodian custodian) {
        return Optional.ofNullable(store.get(suspect(custodian))).map(FindingRecords::readSuspect);
    }

    /** Why a custodian stands where it stands, if that was told within a day before the latest epoch. */
    public Optional<Explanation> explanationOf(Custodian custodian) {
        return Optional.ofNullable(store.get(explanation(custodian))).map(FindingRecords::readExplanation);
    }

    /** How a custodian stood at the end of the epochs in which something was said of it, oldest first. */
    public List<Suspect> historyOfSuspect(Custodian custodian) {
        return values(historyOf(custodian), FindingRecords::readSuspect);
    }

    /** The steps of all alerts, each alert's together and in the order of time. */
    public List<Alert> alerts() {
        return values(ALERT, FindingRecords::readAlert);
    }

    /** Oldest first. */
    public List<Epoch> epochs() {
        return values(EPOCH, FindingRecords::readEpoch);
    }

    /** The epoch that was closed last. */
    public Optional<Epoch> latestEpoch() {
        try (KeyValueIterator<String, byte[]> latestFirst = store.reverseRange(EPOCH, EPOCH + Character.MAX_VALUE)) {
            return latestFirst.hasNext()
                    ? Optional.of(FindingRecords.readEpoch(latestFirst.next().value))
                    : Optional.empty();
        }
    }

    /** What is known of the contacts of this id, by buyer: one, unless several systems give out ids. */
    public List<Evidence> evidenceOf(String contactId) {
        return values(EVIDENCE + ContactKey.textsOf(contactId), FindingRecords::readEvidence);
    }

    /** Contacts for which a custodian carries some of the blame, by id. */
    public List<Evidence> evidenceAgainst(Custodian custodian) {
        return linked(blamesOf(custodian));
    }

    /** A buyer's contacts, by id. */
    public List<Evidence> evidenceOfBuyer(String buyerId) {
        return linked(contactsOf(buyerId));
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

package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.DecoyExposures;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.Strata;
import io.leaktrace.domain.TouchColumns;
import it.unimi.dsi.fastutil.ints.IntLinkedOpenHashSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The contacts of the history and the exposure counts of one market. Its content does not depend on the order in which
 * they were added.
 */
public final class Ledger {

    /**
     * A contact with the slot and the order number of each of its touches in arrays: every epoch reads all of them, so data
     * locality matters. Its custodians are those of the slots, so that each is in memory once.
     *
     * @param slots slot of the custodian, by touch
     * @param orders number of the order within the contact, by touch
     * @param slotsBefore slots of the custodians with a touch before the contact, each once
     * @param pastSlots slot of the custodian, by custodian of the past
     */
    record KnownContact(ContactEvidence evidence, int[] slots, int[] orders, int[] slotsBefore, int[] pastSlots) {

        int touches() {
            return slots.length;
        }

        /** Returns the time of each touch in epoch milliseconds, ascending. */
        long[] touchedAt() {
            return evidence.touches().touchedAt();
        }
    }

    private static final TouchColumns NO_TOUCHES = TouchColumns.of(List.of());
    private static final PastColumns NO_PAST = PastColumns.of(List.of());

    /** Contacts by buyer; those of a buyer are ordered by time and id. */
    private final Map<String, List<KnownContact>> contactsOfBuyer = new HashMap<>();

    private final Incidents incidents = new Incidents();

    /** Buyers whose contacts changed since they were grouped into incidents. */
    private final Set<String> ungrouped = new HashSet<>();

    private final Set<ContactKey> known = new HashSet<>();

    /**
     * A slot number for each custodian with a touch of a contact, so that custodians are looked up by name only once.
     */
    private final Map<Custodian, Integer> slots = new HashMap<>();

    private final List<Custodian> custodians = new ArrayList<>();
    private final TreeMap<Custodian, BucketCounts> touches = new TreeMap<>();
    private final TreeMap<Custodian, BucketCounts> accesses = new TreeMap<>();
    private final TreeMap<Long, Integer> orders = new TreeMap<>();
    private final List<TreeMap<Long, Integer>> atRisk = new ArrayList<>();
    /** Touches of decoys' orders, and changes of the number of decoys at risk by hour. */
    private final TreeMap<Custodian, BucketCounts> decoyTouches = new TreeMap<>();

    private final TreeMap<Custodian, BucketCounts> decoyAccesses = new TreeMap<>();

    private final TreeMap<Long, Integer> decoysAtRisk = new TreeMap<>();

    /** Creates an empty ledger. */
    public Ledger() {
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            atRisk.add(new TreeMap<>());
        }
    }

    /** Adds a contact, or replaces the contact with the same key. */
    public void add(ContactEvidence contact) {
        KnownContact earlier = find(contact.key());
        removeContact(contact.key());
        List<KnownContact> ofBuyer = contactsOfBuyer.computeIfAbsent(contact.buyerId(), absent -> new ArrayList<>(1));
        ofBuyer.add(toKnown(contact, earlier));
        ofBuyer.sort(Comparator.comparingLong((KnownContact other) -> other.evidence.contactedAt())
                .thenComparing(other -> other.evidence.contactId()));
        known.add(contact.key());
        ungrouped.add(contact.buyerId());
    }

    /** Returns the contact with a key, or null. */
    private KnownContact find(ContactKey key) {
        if (known.contains(key)) {
            for (KnownContact contact : contactsOfBuyer.get(key.buyerId())) {
                if (contact.evidence.contactId().equals(key.contactId())) {
                    return contact;
                }
            }
        }
        return null;
    }

    /**
     * @param earlier the contact as it was known, or null: it comes again with each later order, so that most of its
     *     custodians are at the same places
     */
    private KnownContact toKnown(ContactEvidence contact, KnownContact earlier) {
        TouchColumns touches = contact.touches();
        TouchColumns earlierTouches = earlier == null ? NO_TOUCHES : earlier.evidence.touches();
        int[] slots = new int[touches.size()];
        int[] ordersOf = new int[slots.length];
        Custodian[] custodiansOf = new Custodian[slots.length];
        Map<String, Integer> orders = new HashMap<>();
        IntLinkedOpenHashSet before = new IntLinkedOpenHashSet();
        for (int i = 0; i < slots.length; i++) {
            boolean isSame =
                    i < earlierTouches.size() && earlierTouches.custodian(i).equals(touches.custodian(i));
            slots[i] = isSame ? earlier.slots[i] : slotOf(touches.custodian(i));
            custodiansOf[i] = custodians.get(slots[i]);
            // Most touches of an order follow each other.
            boolean isOfOrder = i > 0 && touches.orderId(i - 1).equals(touches.orderId(i));
            ordersOf[i] =
                    isOfOrder ? ordersOf[i - 1] : orders.computeIfAbsent(touches.orderId(i), absent -> orders.size());
            if (touches.touchedAt()[i] < contact.contactedAt()) {
                before.add(slots[i]);
            }
        }
        PastColumns past = contact.past();
        PastColumns earlierPast = earlier == null ? NO_PAST : earlier.evidence.past();
        int[] pastSlots = new int[past.size()];
        Custodian[] pastCustodians = new Custodian[pastSlots.length];
        for (int i = 0; i < pastSlots.length; i++) {
            boolean isSame = i < earlierPast.size() && earlierPast.custodian(i).equals(past.custodian(i));
            pastSlots[i] = isSame ? earlier.pastSlots[i] : slotOf(past.custodian(i));
            pastCustodians[i] = custodians.get(pastSlots[i]);
        }
        return new KnownContact(
                contact.with(custodiansOf, pastCustodians), slots, ordersOf, before.toIntArray(), pastSlots);
    }

    private int slotOf(Custodian custodian) {
        return slots.computeIfAbsent(custodian, absent -> {
            custodians.add(absent);
            return custodians.size() - 1;
        });
    }

    /** Adds changes of exposure counts. */
    public void add(Exposures exposures) {
        addTouches(touches, exposures.touches());
        addTouches(accesses, exposures.accesses());
        addTouches(decoyTouches, exposures.decoys().touches());
        addTouches(decoyAccesses, exposures.decoys().accesses());
        addAll(decoysAtRisk, exposures.decoys().atRisk());
        addAll(orders, exposures.orders());
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            addAll(atRisk.get(stratum), exposures.atRisk().get(stratum));
        }
    }

    private static void addTouches(
            TreeMap<Custodian, BucketCounts> counts, Map<Custodian, SortedMap<Long, Integer>> changes) {
        changes.forEach((custodian, ofCustodian) -> {
            BucketCounts found = counts.computeIfAbsent(custodian, absent -> new BucketCounts());
            ofCustodian.forEach(found::add);
        });
    }

    private static void addAll(TreeMap<Long, Integer> counts, Map<Long, Integer> changes) {
        changes.forEach((at, change) -> counts.merge(at, change, (a, b) -> a + b == 0 ? null : a + b));
    }

    /** Removes a contact, if the ledger has it. */
    public void removeContact(ContactKey contact) {
        if (known.remove(contact)) {
            ungrouped.add(contact.buyerId());
            contactsOfBuyer.computeIfPresent(contact.buyerId(), (buyer, contacts) -> {
                contacts.removeIf(other -> other.evidence.contactId().equals(contact.contactId()));
                return contacts.isEmpty() ? null : contacts;
            });
        }
    }

    /**
     * The effect of an erasure.
     *
     * @param contacts keys of the removed contacts
     * @param changed remaining contacts from which touches were removed, as they are now
     */
    record Erased(List<ContactKey> contacts, List<ContactEvidence> changed) {}

    /** Removes a buyer's contacts that were reported before a time, and earlier touches from the others. */
    Erased erase(String buyerId, long before) {
        List<ContactKey> contacts = new ArrayList<>();
        List<ContactEvidence> changed = new ArrayList<>();
        for (KnownContact known : contactsOfBuyer.getOrDefault(buyerId, List.of())) {
            ContactEvidence contact = known.evidence;
            if (contact.reportedAt() < before) {
                contacts.add(contact.key());
                continue;
            }
            ContactEvidence remaining = contact.withoutTouchesBefore(before);
            if (!remaining.equals(contact)) {
                changed.add(remaining);
            }
        }
        contacts.forEach(this::removeContact);
        changed.forEach(this::add);
        return new Erased(contacts, changed);
    }

    /**
     * Removes old counts: touches and accesses of buckets before {@code touchesFrom} with custodians that have no others, and orders
     * of buckets before {@code horizonFrom}. The touches between are counted by week, in the first bucket of the week.
     *
     * @param touchesFrom at most {@code horizonFrom}
     * @param week number of buckets in a week; a multiple of it is the first bucket of a week
     */
    public void forgetBucketsBefore(long touchesFrom, long horizonFrom, long week) {
        long wholeWeeksUntil = Math.floorDiv(horizonFrom, week) * week;
        for (TreeMap<Custodian, BucketCounts> ofBuyers : List.of(touches, accesses, decoyTouches, decoyAccesses)) {
            ofBuyers.values().forEach(counts -> {
                counts.forgetBefore(touchesFrom);
                counts.mergeBefore(wholeWeeksUntil, week);
            });
            ofBuyers.values().removeIf(BucketCounts::isEmpty);
        }
        orders.headMap(horizonFrom).clear();
    }

    /** Replaces the changes of buyers at risk before an hour by one change at that hour with their sum. */
    public void forgetRiskBefore(long hour) {
        List<TreeMap<Long, Integer>> all = new ArrayList<>(atRisk);
        all.add(decoysAtRisk);
        for (TreeMap<Long, Integer> changes : all) {
            NavigableMap<Long, Integer> old = changes.headMap(hour, false);
            int level = old.values().stream().mapToInt(Integer::intValue).sum();
            old.clear();
            if (level != 0) {
                changes.merge(hour, level, (a, b) -> a + b == 0 ? null : a + b);
            }
        }
    }

    /** Returns the contacts by buyer; those of a buyer are ordered by time and id. */
    Map<String, List<KnownContact>> contactsOfBuyer() {
        return Collections.unmodifiableMap(contactsOfBuyer);
    }

    /**
     * Returns the incidents from the contacts reported before a time in ms. Those of buyers whose contacts have not changed
     * since the last call are the same objects.
     */
    Incidents.Changes incidents(long reportedBefore, ModelSettings settings) {
        return incidents.update(contactsOfBuyer, ungrouped, reportedBefore, settings);
    }

    /** Keeps what was derived from the latest incidents, for the next epoch to go on from. */
    void keep(IncidentData derived) {
        incidents.keep(derived);
    }

    /** Returns the custodian of each slot. */
    List<Custodian> custodiansBySlot() {
        return custodians;
    }

    /** Returns the number of touches by custodian and bucket; those of weeks before the horizon in the week's first. */
    SortedMap<Custodian, BucketCounts> touches() {
        return Collections.unmodifiableSortedMap(touches);
    }

    /** Returns the number of orders accessed by custodian and bucket, as {@link #touches}. */
    SortedMap<Custodian, BucketCounts> accesses() {
        return Collections.unmodifiableSortedMap(accesses);
    }

    /** Returns the number of orders placed, by bucket. */
    NavigableMap<Long, Integer> orders() {
        return orders;
    }

    /** Returns the changes of the number of buyers at risk in a stratum, by hour. */
    SortedMap<Long, Integer> atRisk(int stratum) {
        return atRisk.get(stratum);
    }

    /** Returns the number of touches of decoys' orders, as {@link #touches}, which has those of other buyers. */
    SortedMap<Custodian, BucketCounts> decoyTouches() {
        return Collections.unmodifiableSortedMap(decoyTouches);
    }

    /** Returns the number of accesses of decoys' orders. */
    SortedMap<Custodian, BucketCounts> decoyAccesses() {
        return Collections.unmodifiableSortedMap(decoyAccesses);
    }

    /** Returns the changes of the number of decoys with an order in the join window before, by hour. */
    SortedMap<Long, Integer> decoysAtRisk() {
        return decoysAtRisk;
    }

    boolean knows(ContactKey contact) {
        return known.contains(contact);
    }

    boolean hasOrdersBefore(long bucket) {
        return !orders.isEmpty() && orders.firstKey() < bucket;
    }

    boolean hasNoOrders() {
        return orders.isEmpty();
    }

    /** Returns all exposure counts, as one change from zero. */
    public Exposures exposures() {
        List<SortedMap<Long, Integer>> risk = new ArrayList<>();
        atRisk.forEach(changes -> risk.add(new TreeMap<>(changes)));
        return new Exposures(
                copy(touches),
                new TreeMap<>(orders),
                risk,
                copy(accesses),
                new DecoyExposures(copy(decoyTouches), copy(decoyAccesses), new TreeMap<>(decoysAtRisk)));
    }

    private static SortedMap<Custodian, SortedMap<Long, Integer>> copy(TreeMap<Custodian, BucketCounts> counts) {
        TreeMap<Custodian, SortedMap<Long, Integer>> copy = new TreeMap<>();
        counts.forEach((custodian, buckets) -> copy.put(custodian, buckets.toMap()));
        return copy;
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Strata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the localizer knows: the evidence of the history and the counts of exposure. The order in which it learned them
 * leaves no trace.
 */
public final class Ledger {

    private final Map<String, ContactEvidence> contacts = new HashMap<>();
    private final TreeMap<Custodian, TreeMap<Long, Integer>> touches = new TreeMap<>();
    private final TreeMap<Long, Integer> orders = new TreeMap<>();
    private final List<TreeMap<Long, Integer>> atRisk = new ArrayList<>();

    public Ledger() {
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            atRisk.add(new TreeMap<>());
        }
    }

    /** Takes a contact, or replaces what was known of it. */
    public void add(ContactEvidence contact) {
        contacts.put(contact.contactId(), contact);
    }

    public void add(Exposures exposures) {
        exposures
                .touches()
                .forEach((custodian, buckets) ->
                        addAll(touches.computeIfAbsent(custodian, absent -> new TreeMap<>()), buckets));
        addAll(orders, exposures.orders());
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            addAll(atRisk.get(stratum), exposures.atRisk().get(stratum));
        }
    }

    private static void addAll(TreeMap<Long, Integer> counts, Map<Long, Integer> changes) {
        changes.forEach((at, change) -> counts.merge(at, change, (a, b) -> a + b == 0 ? null : a + b));
    }

    public void removeContact(String contactId) {
        contacts.remove(contactId);
    }

    /** Forgets touches and orders of buckets before this one, and custodians that have none left. */
    public void forgetBucketsBefore(long bucket) {
        touches.values().forEach(buckets -> buckets.headMap(bucket).clear());
        touches.values().removeIf(Map::isEmpty);
        orders.headMap(bucket).clear();
    }

    /** Merges the changes of buyers at risk before this hour into the level at this hour. */
    public void forgetRiskBefore(long hour) {
        for (TreeMap<Long, Integer> changes : atRisk) {
            NavigableMap<Long, Integer> old = changes.headMap(hour, false);
            int level = old.values().stream().mapToInt(Integer::intValue).sum();
            old.clear();
            if (level != 0) {
                changes.merge(hour, level, (a, b) -> a + b == 0 ? null : a + b);
            }
        }
    }

    /** Contacts in no particular order. */
    public Collection<ContactEvidence> contacts() {
        return Collections.unmodifiableCollection(contacts.values());
    }

    /** Touches by custodian and bucket. */
    public SortedMap<Custodian, TreeMap<Long, Integer>> touches() {
        return Collections.unmodifiableSortedMap(touches);
    }

    /** Orders placed by bucket. */
    NavigableMap<Long, Integer> orders() {
        return orders;
    }

    /** Changes of the number of buyers at risk in a stratum, by hour. */
    SortedMap<Long, Integer> atRisk(int stratum) {
        return atRisk.get(stratum);
    }

    boolean knows(String contactId) {
        return contacts.containsKey(contactId);
    }

    boolean hasOrdersBefore(long bucket) {
        return !orders.isEmpty() && orders.firstKey() < bucket;
    }

    boolean hasNoOrders() {
        return orders.isEmpty();
    }

    /** All counts of exposure, as one change from nothing. */
    public Exposures exposures() {
        TreeMap<Custodian, SortedMap<Long, Integer>> copy = new TreeMap<>();
        touches.forEach((custodian, buckets) -> copy.put(custodian, new TreeMap<>(buckets)));
        List<SortedMap<Long, Integer>> risk = new ArrayList<>();
        atRisk.forEach(changes -> risk.add(new TreeMap<>(changes)));
        return new Exposures(copy, new TreeMap<>(orders), risk);
    }
}

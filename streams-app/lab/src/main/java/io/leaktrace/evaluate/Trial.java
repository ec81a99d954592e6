package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.simulate.CausedContact;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.SimulatedContacts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One market as scorers get to see it, and the truth that they do not. What they see is what the pipeline's own correlate
 * stage tells, so that all of them have the same data and know at each moment only what had been reported by then.
 */
final class Trial {

    /** Length of an epoch: scorers are asked at the end of each day. */
    static final long EPOCH = EventTime.DAY;

    private final Cell cell;
    private final long seed;
    private final int partitions;
    private final List<Correlation> told;
    private final List<Custodian> custodians;
    private final SortedMap<Custodian, Leak> leaks = new TreeMap<>();
    private final Map<Custodian, long[]> victims = new TreeMap<>();

    /**
     * @param partitions so many correlate tasks told
     * @param told in their order
     */
    Trial(Cell cell, long seed, int partitions, List<Correlation> told, SimulatedContacts contacts) {
        this.cell = cell;
        this.seed = seed;
        this.partitions = partitions;
        this.told = told;
        Set<Custodian> touching = new TreeSet<>();
        for (Correlation correlation : told) {
            if (correlation instanceof Exposures exposures) {
                touching.addAll(exposures.touches().keySet());
            }
        }
        this.custodians = List.copyOf(touching);
        contacts.truth().forEach(leak -> leaks.put(leak.custodian(), leak));
        Map<Custodian, Set<String>> seen = new TreeMap<>();
        Map<Custodian, List<Long>> reports = new TreeMap<>();
        for (CausedContact caused : contacts.caused()) {
            boolean first = caused.cause() != null
                    && seen.computeIfAbsent(caused.cause(), leak -> new HashSet<>())
                            .add(caused.contact().buyerId());
            if (first) {
                reports.computeIfAbsent(caused.cause(), leak -> new ArrayList<>())
                        .add(caused.contact().reportedAt().toEpochMilli());
            }
        }
        for (Custodian leak : leaks.keySet()) {
            victims.put(
                    leak,
                    reports.getOrDefault(leak, List.of()).stream()
                            .mapToLong(Long::longValue)
                            .sorted()
                            .toArray());
        }
    }

    Cell cell() {
        return cell;
    }

    long seed() {
        return seed;
    }

    int partitions() {
        return partitions;
    }

    List<Correlation> told() {
        return told;
    }

    /** The latest word on each contact. */
    Collection<ContactEvidence> contacts() {
        Map<String, ContactEvidence> latest = new TreeMap<>();
        for (Correlation correlation : told) {
            if (correlation instanceof ContactEvidence contact) {
                latest.put(contact.contactId(), contact);
            }
        }
        return latest.values();
    }

    /** Everybody who touched an order, by name. */
    List<Custodian> custodians() {
        return custodians;
    }

    SortedMap<Custodian, Leak> leaks() {
        return leaks;
    }

    /** How many of a leak's victims had reported before this time. */
    int victimsBefore(Custodian leak, long time) {
        int count = 0;
        for (long report : victims.get(leak)) {
            count += report < time ? 1 : 0;
        }
        return count;
    }

    int victims(Custodian leak) {
        return victims.get(leak).length;
    }
}

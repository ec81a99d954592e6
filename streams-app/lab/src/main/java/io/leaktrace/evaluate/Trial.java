package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.simulate.CausedContact;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.SimulatedContacts;
import io.leaktrace.simulate.TrueCalls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * A market's data for scorers, and its truth, which they do not see. The data are the output of the pipeline's
 * correlate stage, so that all scorers have the same data and at each time only what had been reported by then.
 */
final class Trial {

    /** Length of an epoch in milliseconds: scorers run at the end of each day. */
    static final long EPOCH = EventTime.DAY;

    private final Cell cell;
    private final long seed;
    private final int partitions;
    private final List<Correlation> correlations;
    private final List<Custodian> custodians;
    private final SortedMap<Custodian, Leak> leaks = new TreeMap<>();
    private final Map<Custodian, long[]> victims = new TreeMap<>();

    /** The custodian whose leak caused a contact, by the id of the contact. */
    private final Map<String, Custodian> causes = new HashMap<>();

    private final TrueCalls trueCalls;

    /**
     * @param partitions number of correlate tasks
     * @param correlations output of these tasks, in order
     */
    Trial(Cell cell, long seed, int partitions, List<Correlation> correlations, SimulatedContacts contacts) {
        this.cell = cell;
        this.seed = seed;
        this.partitions = partitions;
        this.correlations = correlations;
        Set<Custodian> touching = new TreeSet<>();
        for (Correlation correlation : correlations) {
            if (correlation instanceof Exposures exposures) {
                touching.addAll(exposures.touches().keySet());
            }
        }
        this.custodians = List.copyOf(touching);
        contacts.truth().forEach(leak -> leaks.put(leak.custodian(), leak));
        this.trueCalls = contacts.trueCalls();
        Map<Custodian, Set<String>> seen = new TreeMap<>();
        Map<Custodian, List<Long>> reports = new TreeMap<>();
        for (CausedContact caused : contacts.caused()) {
            if (caused.cause() != null) {
                causes.put(caused.contact().contactId(), caused.cause());
            }
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

    List<Correlation> correlations() {
        return correlations;
    }

    /** The latest evidence of each contact. */
    Collection<ContactEvidence> contacts() {
        Map<String, ContactEvidence> latest = new TreeMap<>();
        for (Correlation correlation : correlations) {
            if (correlation instanceof ContactEvidence contact) {
                latest.put(contact.contactId(), contact);
            }
        }
        return latest.values();
    }

    /** All custodians that touched an order, by name. */
    List<Custodian> custodians() {
        return custodians;
    }

    /** The ends of all days on which scorers run, in epoch milliseconds. */
    List<Long> dayEnds() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Correlation correlation : correlations) {
            if (correlation instanceof Progress progress && progress.latest() != Long.MIN_VALUE) {
                first = Math.min(first, progress.latest());
                last = Math.max(last, progress.latest());
            }
        }
        return LongStream.rangeClosed(Math.floorDiv(first, EPOCH) + 1, Math.floorDiv(last, EPOCH) + 1)
                .mapToObj(day -> day * EPOCH)
                .toList();
    }

    /** The custodian whose leak caused a contact, or null if no leak did. */
    Custodian causeOf(ContactEvidence contact) {
        return causes.get(Recorder.idInCase(contact.contactId()));
    }

    /** The behaviour of the simulated callers, or null if the contacts were not simulated. */
    TrueCalls trueCalls() {
        return trueCalls;
    }

    SortedMap<Custodian, Leak> leaks() {
        return leaks;
    }

    /** Number of a leak's victims that had reported before this time, in epoch milliseconds. */
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

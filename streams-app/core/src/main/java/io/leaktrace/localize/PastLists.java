package io.leaktrace.localize;

import io.leaktrace.domain.Fields;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The pairs of a custodian and an incident in the sliding window of a buyer whose orders it touched within the memory, by
 * slot of the custodian and time. Those of an epoch are made from those of the epoch before. Immutable.
 */
final class PastLists {

    private static final int[] NONE = {};

    /** By slot: its first pair; one element more than slots. */
    final int[] firstOfSlot;

    /** By slot: its last pair plus one. What is between it and the next slot's first pair is not used. */
    final int[] endOfSlot;

    /** By pair: the index of the incident. */
    final int[] incident;

    /** By pair: bits of the weeks in which the custodian touched orders of the buyer. */
    final int[] weeks;

    /** By pair: bits of the weeks in which it accessed some; empty if it is 0 for all. */
    final int[] accessed;

    /** By pair: bits of the fields that it saw, or {@link Fields#OF_ROLE}; empty if it is the latter for all. */
    final int[] saw;

    private final long from;

    /** The first incident that is not before this day. */
    private final int firstIncident;

    private PastLists(int[] firstOfSlot, boolean anyAccess, boolean anySaw, long from, int firstIncident) {
        this.firstOfSlot = firstOfSlot;
        this.endOfSlot = Arrays.copyOfRange(firstOfSlot, 1, firstOfSlot.length);
        this.from = from;
        this.firstIncident = firstIncident;
        int size = firstOfSlot[firstOfSlot.length - 1];
        incident = new int[size];
        weeks = new int[size];
        accessed = anyAccess ? new int[size] : NONE;
        saw = anySaw ? new int[size] : NONE;
    }

    /**
     * Returns the pairs of an epoch.
     *
     * @param previous those of the epoch before, or null
     * @param slots number of slots
     * @param from first day of the sliding window; earlier incidents have no pairs
     */
    static PastLists next(
            PastLists previous,
            Incidents.Changes changes,
            IncidentColumns columns,
            int slots,
            long from,
            Workers workers) {
        PastLists before = previous != null && previous.from <= from ? previous : null;
        // Decoys are no part of archives: their orders are not counted in the memory.
        int firstIncident = columns.firstFrom(from);
        int[] searched = IntStream.of(before == null ? changes.all() : changes.added())
                .filter(i -> i >= firstIncident && !columns.decoy[i])
                .toArray();
        PastLists added = find(changes.incidents(), searched, slots, from, firstIncident, workers);
        return before == null ? added : before.with(added, changes, workers);
    }

    private static PastLists find(
            Incident[] incidents, int[] searched, int slots, long from, int firstIncident, Workers workers) {
        int chunks = workers.chunksOfIncidents(searched.length);
        int[][] next = new int[chunks][slots];
        boolean[] accesses = new boolean[chunks];
        boolean[] fields = new boolean[chunks];
        workers.overIncidents(searched.length, (first, end) -> {
            int chunk = workers.chunkOf(first);
            for (int place = first; place < end; place++) {
                KnownContact known = incidents[searched[place]].known;
                for (int slot : known.pastSlots()) {
                    next[chunk][slot]++;
                }
                accesses[chunk] |= known.evidence().past().haveAccesses();
                fields[chunk] |= known.evidence().past().haveSaw();
            }
        });
        PastLists found = new PastLists(Chunks.places(next, slots), any(accesses), any(fields), from, firstIncident);
        workers.overIncidents(searched.length, (first, end) -> {
            int[] ofChunk = next[workers.chunkOf(first)];
            for (int place = first; place < end; place++) {
                KnownContact known = incidents[searched[place]].known;
                for (int p = 0; p < known.pastSlots().length; p++) {
                    int pair = ofChunk[known.pastSlots()[p]]++;
                    found.set(pair, searched[place], known.evidence().past(), p);
                }
            }
        });
        return found;
    }

    private static boolean any(boolean[] values) {
        boolean any = false;
        for (boolean value : values) {
            any |= value;
        }
        return any;
    }

    private void set(int pair, int i, PastColumns past, int p) {
        incident[pair] = i;
        weeks[pair] = past.weeks(p);
        if (accessed.length > 0) {
            accessed[pair] = past.accessed(p);
        }
        if (saw.length > 0) {
            saw[pair] = past.saw(p);
        }
    }

    /** Returns the pairs of these incidents, as far as they are still there and count, and those of added ones. */
    private PastLists with(PastLists added, Incidents.Changes changes, Workers workers) {
        int slots = added.endOfSlot.length;
        int[][] most = new int[1][slots];
        for (int slot = 0; slot < slots; slot++) {
            most[0][slot] = added.endOfSlot[slot] - added.firstOfSlot[slot] + end(slot) - first(slot);
        }
        PastLists all = new PastLists(
                Chunks.places(most, slots),
                accessed.length + added.accessed.length > 0,
                saw.length + added.saw.length > 0,
                added.from,
                added.firstIncident);
        workers.overCustodians(slots, (first, end) -> {
            for (int slot = first; slot < end; slot++) {
                all.merge(slot, this, added, changes);
            }
        });
        return all;
    }

    private int first(int slot) {
        return slot < endOfSlot.length ? firstOfSlot[slot] : 0;
    }

    private int end(int slot) {
        return slot < endOfSlot.length ? endOfSlot[slot] : 0;
    }

    private void merge(int slot, PastLists before, PastLists added, Incidents.Changes changes) {
        int pair = firstOfSlot[slot];
        int next = added.firstOfSlot[slot];
        for (int old = before.first(slot); old < before.end(slot); old++) {
            int i = changes.next()[before.incident[old]];
            if (i < firstIncident) {
                continue;
            }
            for (; next < added.endOfSlot[slot] && added.incident[next] < i; next++) {
                copy(pair++, added, next, added.incident[next]);
            }
            copy(pair++, before, old, i);
        }
        for (; next < added.endOfSlot[slot]; next++) {
            copy(pair++, added, next, added.incident[next]);
        }
        endOfSlot[slot] = pair;
    }

    private void copy(int pair, PastLists other, int old, int i) {
        incident[pair] = i;
        weeks[pair] = other.weeks[old];
        if (accessed.length > 0) {
            accessed[pair] = other.accessed(old);
        }
        if (saw.length > 0) {
            saw[pair] = other.saw(old);
        }
    }

    /** Returns the bits of the weeks in which the custodian accessed orders of the buyer. */
    int accessed(int pair) {
        return accessed.length == 0 ? 0 : accessed[pair];
    }

    /** Returns the bits of all fields that the custodian saw of these orders, or {@link Fields#OF_ROLE}. */
    int saw(int pair) {
        return saw.length == 0 ? Fields.OF_ROLE : saw[pair];
    }
}

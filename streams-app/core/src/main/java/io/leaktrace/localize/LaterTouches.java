package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * The touches of each incident's buyer after the incident and before the end of the epoch, by incident and time. Those of
 * an epoch are made from those of the epoch before. Immutable.
 */
final class LaterTouches {

    /** By incident: its first touch; one element more than incidents. */
    final int[] firstOfIncident;

    /** By touch: slot of the custodian. */
    final int[] slot;

    /** By touch: twice its day since 1970-01-01, plus one if the custodian's earlier touches could explain the incident. */
    private final int[] day;

    private final long from;
    private final long end;

    private LaterTouches(int incidents, int size, long from, long end) {
        this.firstOfIncident = new int[incidents + 1];
        this.slot = new int[size];
        this.day = new int[size];
        this.from = from;
        this.end = end;
    }

    /**
     * Returns the touches of an epoch.
     *
     * @param previousOrNull those of the epoch before, or null
     * @param from first day of touch that counts
     * @param end end of the epoch, in epoch milliseconds
     */
    static LaterTouches next(
            LaterTouches previousOrNull,
            Incidents.Changes changes,
            IncidentColumns columns,
            long from,
            long end,
            Workers workers) {
        LaterTouches previous = previousOrNull != null && previousOrNull.from <= from ? previousOrNull : null;
        int incidents = columns.size();
        Found[] found = new Found[workers.chunksOfIncidents(incidents)];
        workers.overIncidents(incidents, (first, last) -> {
            Found ofChunk = new Found(last - first);
            for (int i = first; i < last; i++) {
                int old = previous == null ? -1 : changes.previous()[i];
                // A buyer without an order may be an accomplice of a leaker, and decoys are not called as others are.
                boolean counts = columns.atRisk[i] && !columns.decoy[i];
                if (counts && old >= 0 && columns.latestTouch[i] < previous.end) {
                    ofChunk.add(previous, old, from);
                } else if (counts) {
                    ofChunk.add(changes.incidents()[i], from, end);
                }
                ofChunk.ends[i - first] = ofChunk.slots.size();
            }
            found[workers.chunkOf(first)] = ofChunk;
        });
        int size = 0;
        for (Found ofChunk : found) {
            size += ofChunk.slots.size();
        }
        LaterTouches all = new LaterTouches(incidents, size, from, end);
        int place = 0;
        int i = 0;
        for (Found ofChunk : found) {
            ofChunk.slots.getElements(0, all.slot, place, ofChunk.slots.size());
            ofChunk.days.getElements(0, all.day, place, ofChunk.slots.size());
            for (int endOfIncident : ofChunk.ends) {
                all.firstOfIncident[++i] = place + endOfIncident;
            }
            place += ofChunk.slots.size();
        }
        return all;
    }

    /** The touches of some incidents. */
    private static final class Found {
        private final IntArrayList slots = new IntArrayList();
        private final IntArrayList days = new IntArrayList();
        private final int[] ends;

        Found(int incidents) {
            ends = new int[incidents];
        }

        void add(LaterTouches previous, int old, long from) {
            for (int t = previous.firstOfIncident[old]; t < previous.firstOfIncident[old + 1]; t++) {
                if (previous.day(t) >= from) {
                    slots.add(previous.slot[t]);
                    days.add(previous.day[t]);
                }
            }
        }

        void add(Incident incident, long from, long end) {
            KnownContact known = incident.known;
            long[] touchedAt = known.touchedAt();
            long earliest = Math.max(incident.at, from * EventTime.DAY);
            int t = touchedAt.length;
            while (t > 0 && touchedAt[t - 1] >= earliest) {
                t--;
            }
            for (; t < touchedAt.length && touchedAt[t] < end; t++) {
                int slotOfTouch = known.slots()[t];
                slots.add(slotOfTouch);
                days.add((int) EventTime.dayOf(touchedAt[t]) << 1
                        | (incident.touches().isOf(slotOfTouch) ? 1 : 0));
            }
        }
    }

    /** Returns the day of a touch, since 1970-01-01. */
    int day(int touch) {
        return day[touch] >> 1;
    }

    /** Whether earlier touches of the custodian could explain the incident, if its attribution is not final. */
    boolean couldExplain(int touch) {
        return (day[touch] & 1) != 0;
    }
}

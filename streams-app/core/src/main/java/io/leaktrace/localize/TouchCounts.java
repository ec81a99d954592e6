package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.Arrays;

/**
 * Numbers of contacts, of incidents, and of pairs of an incident and a touch, by slot of the custodian and day. They are
 * integers, so the changes from epoch to epoch can be added in any order.
 */
final class TouchCounts {

    /** Contacts that came after a touch of the custodian, by the day of the contact. */
    private final Days contacts;

    /** Incidents of buyers whose orders the custodian touched before or after, by the day of the incident. */
    private final Days incidents;

    /** Pairs of such an incident and a touch, by the day of the incident. */
    private final Days pairs;

    private final int length;
    private long end;

    private TouchCounts(int length) {
        this.length = length;
        contacts = new Days(length);
        incidents = new Days(length);
        pairs = new Days(length);
    }

    /** Numbers by slot and day. */
    private static final class Days {
        private final int length;

        /** By slot: the numbers of a day at the remainder of the day by the length; null for a slot without any. */
        private int[][] bySlot = new int[0][];

        private long from = Long.MIN_VALUE;

        Days(int length) {
            this.length = length;
        }

        /** Forgets the days before a day. */
        void startAt(long newFrom, int slots) {
            if (from != Long.MIN_VALUE) {
                for (int[] days : bySlot) {
                    for (long day = from; days != null && day < newFrom && day < from + length; day++) {
                        days[Math.floorMod(day, length)] = 0;
                    }
                }
            }
            from = newFrom;
            bySlot = Arrays.copyOf(bySlot, slots);
        }

        void add(int slot, long day, int change) {
            if (day < from) {
                return;
            }
            if (bySlot[slot] == null) {
                bySlot[slot] = new int[length];
            }
            bySlot[slot][Math.floorMod(day, length)] += change;
        }

        int get(int slot, long day) {
            return bySlot[slot] == null ? 0 : bySlot[slot][Math.floorMod(day, length)];
        }

        boolean has(int slot) {
            return bySlot[slot] != null;
        }
    }

    /**
     * Returns the counts of an epoch; they may be those of the epoch before, changed.
     *
     * @param previous those of the epoch before, or null
     * @param slots number of slots
     */
    static TouchCounts next(
            TouchCounts previous, Incidents.Changes changes, IncidentColumns columns, EpochDays days, int slots) {
        int length = days.touchDays();
        boolean goesOn = previous != null
                && length <= previous.length
                && previous.contacts.from <= days.horizonFrom()
                && previous.pairs.from <= days.touchesFrom();
        TouchCounts counts = goesOn ? previous : new TouchCounts(length + 1);
        counts.contacts.startAt(days.horizonFrom(), slots);
        counts.incidents.startAt(days.touchesFrom(), slots);
        counts.pairs.startAt(days.touchesFrom(), slots);
        if (goesOn) {
            changes.removed().forEach(incident -> {
                counts.addContacts(incident, -1);
                counts.addTouches(incident, Long.MIN_VALUE, counts.end, -1);
            });
        }
        for (int i = 0; i < columns.size(); i++) {
            Incident incident = changes.incidents()[i];
            if (!goesOn || changes.previous()[i] < 0) {
                counts.addContacts(incident, 1);
                counts.addTouches(incident, Long.MIN_VALUE, days.end(), 1);
            } else if (columns.latestTouch[i] >= counts.end) {
                counts.addTouches(incident, counts.end, days.end(), 1);
            }
        }
        counts.end = days.end();
        return counts;
    }

    private void addContacts(Incident incident, int change) {
        for (KnownContact contact : incident.contacts) {
            long day = EventTime.dayOf(contact.evidence().contactedAt());
            for (int slot : contact.slotsBefore()) {
                contacts.add(slot, day, change);
            }
        }
    }

    /** Adds the touches of a span of time, and the incident for each custodian with none before the span. */
    private void addTouches(Incident incident, long from, long until, int change) {
        if (incident.decoy || incident.day < pairs.from) {
            return;
        }
        long[] touchedAt = incident.known.touchedAt();
        int[] slots = incident.known.slots();
        for (int t = 0; t < touchedAt.length && touchedAt[t] < until; t++) {
            if (touchedAt[t] < from) {
                continue;
            }
            pairs.add(slots[t], incident.day, change);
            int first = 0;
            while (slots[first] != slots[t]) {
                first++;
            }
            if (first == t) {
                incidents.add(slots[t], incident.day, change);
            }
        }
    }

    /** Returns the number of contacts from a day to another, inclusive, that came after a touch of a slot's custodian. */
    int contacts(int slot, long from, long to) {
        int sum = 0;
        for (long day = from; day <= to; day++) {
            sum += contacts.get(slot, day);
        }
        return sum;
    }

    /** Whether there may be pairs of a slot's custodian. */
    boolean hasPairs(int slot) {
        return pairs.has(slot);
    }

    /** Returns the number of incidents of a day of buyers whose orders a slot's custodian touched before or after. */
    int incidents(int slot, long day) {
        return incidents.get(slot, day);
    }

    /** Returns the number of pairs of such an incident and a touch. */
    int pairs(int slot, long day) {
        return pairs.get(slot, day);
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.TouchColumns;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.Arrays;
import java.util.List;

/**
 * The touches that may have caused an incident, ordered by custodian and day, without the densities of their lead times:
 * these change from epoch to epoch, and nothing else does. {@link Candidates} are made from them. Immutable.
 */
final class TouchesBefore {

    /** Shared, because most incidents have one factor for all touches, and no accesses or seen fields. */
    private static final double[] CERTAIN = {};

    private static final int[] OF_ROLE = {};

    private static final int HOUR_BITS = 16;
    private static final int DAY_BITS = 16;

    /** By touch: slot of the custodian, whole hours of the lead time, and days before the incident's. */
    private final long[] touches;

    /** By touch: factor of its order and mark; a single one if it is the same for all. */
    private final double[] factors;

    /** By touch: probability that the custodian gained the order's data then; empty if it is 1 for all. */
    private final double[] gained;

    /** By touch: bits of the fields that the custodian saw, or {@link Fields#OF_ROLE}; empty if it is the latter for all. */
    private final int[] saw;

    /** Σ f over all of the buyer's orders under the prior density, for shopping in general; 0 of a decoy. */
    final double shoppingWeight;

    private TouchesBefore(Search found) {
        int count = found.count;
        touches = Arrays.copyOf(found.touches, count);
        factors = isConstant(found.factors, count)
                ? new double[] {count == 0 ? 1 : found.factors[0]}
                : Arrays.copyOf(found.factors, count);
        boolean isCertain = count == 0 || isConstant(found.gained, count) && found.gained[0] == 1;
        gained = isCertain ? CERTAIN : Arrays.copyOf(found.gained, count);
        boolean allOfRole = true;
        for (int t = 0; t < count; t++) {
            allOfRole &= found.saw[t] == Fields.OF_ROLE;
        }
        saw = allOfRole ? OF_ROLE : Arrays.copyOf(found.saw, count);
        shoppingWeight = found.shoppingWeight;
    }

    private static boolean isConstant(double[] values, int count) {
        for (int i = 1; i < count; i++) {
            if (values[i] != values[0]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the touches of an incident's buyer that may have caused it.
     *
     * @param indexOfSlot by slot, the place of its custodian among those of an epoch; of custodians of any two epochs, the
     *     order is the same
     * @param leadTimes for their prior density
     */
    static TouchesBefore of(
            Incident incident,
            List<Custodian> custodiansBySlot,
            int[] indexOfSlot,
            LeadTimes leadTimes,
            ModelSettings settings) {
        return new TouchesBefore(new Search(incident, custodiansBySlot, indexOfSlot, leadTimes, settings));
    }

    int size() {
        return touches.length;
    }

    /** Returns the slot of a touch's custodian. */
    int slot(int touch) {
        return (int) (touches[touch] >>> HOUR_BITS + DAY_BITS);
    }

    /** Returns the whole hours from the touch to the incident. */
    int hours(int touch) {
        return (int) (touches[touch] >>> DAY_BITS) & (1 << HOUR_BITS) - 1;
    }

    /** Returns the number of days from the touch's day to that of the incident. */
    int daysBefore(int touch) {
        return (int) touches[touch] & (1 << DAY_BITS) - 1;
    }

    /** Returns the bits of the fields that the touch's custodian saw, or {@link Fields#OF_ROLE}. */
    int saw(int touch) {
        return saw.length == 0 ? Fields.OF_ROLE : saw[touch];
    }

    /** Whether no touch says what its custodian saw. */
    boolean sawOfRole() {
        return saw.length == 0;
    }

    /** Returns the first touch of a slot's custodian, which has one. */
    int firstOfSlot(int slot) {
        int touch = 0;
        while (slot(touch) != slot) {
            touch++;
        }
        return touch;
    }

    /** Whether any touch is of a slot's custodian. */
    boolean isOf(int slot) {
        for (int touch = 0; touch < touches.length; touch++) {
            if (slot(touch) == slot) {
                return true;
            }
        }
        return false;
    }

    /** Returns the last touch of the custodian of a touch, plus one. */
    int endOfCustodian(int touch) {
        int end = touch + 1;
        while (end < touches.length && isOfSameCustodian(end)) {
            end++;
        }
        return end;
    }

    /** Whether a touch is of the same custodian as the one before it. */
    boolean isOfSameCustodian(int touch) {
        return touches[touch] >>> HOUR_BITS + DAY_BITS == touches[touch - 1] >>> HOUR_BITS + DAY_BITS;
    }

    /** Whether a touch counts together with the one before it: of the same custodian, day and seen fields. */
    boolean isOfSameCell(int touch) {
        long hours = (1L << HOUR_BITS) - 1 << DAY_BITS;
        return ((touches[touch] ^ touches[touch - 1]) & ~hours) == 0
                && (saw.length == 0 || saw[touch] == saw[touch - 1]);
    }

    /**
     * Returns f q of a touch.
     *
     * @param densities of its custodian's role, by hour
     */
    double weight(int touch, double[] densities, Incident incident) {
        double factor = factors[factors.length == 1 ? 0 : touch];
        double certain = densities[hours(touch)] * factor * incident.reliability * incident.perReported;
        return gained.length == 0 ? certain : certain * gained[touch];
    }

    /** Finds the touches, and sorts them by custodian and day. */
    private static final class Search {
        private final Incident incident;
        private final ModelSettings settings;

        /** By touch: place of the custodian, and day. */
        private final long[] keys;

        private final long[] touches;
        private final double[] factors;
        private final double[] gained;
        private final int[] saw;
        private int count;
        private double shoppingWeight;

        Search(
                Incident incident,
                List<Custodian> custodiansBySlot,
                int[] indexOfSlot,
                LeadTimes leadTimes,
                ModelSettings settings) {
            this.incident = incident;
            this.settings = settings;
            KnownContact known = incident.known;
            TouchColumns of = incident.first.touches();
            // A touch counts twice if its access counts too.
            keys = new long[2 * known.touches()];
            touches = new long[keys.length];
            factors = new double[keys.length];
            gained = new double[keys.length];
            saw = new int[keys.length];
            int quoted = order(incident.quotedOrderId);
            int dialled = order(incident.dialledOrderId);
            boolean[] counted = new boolean[known.touches()];
            for (int t = 0; t < known.touches() && known.touchedAt()[t] < incident.at; t++) {
                long touchedAt = known.touchedAt()[t];
                long lead = incident.at - touchedAt;
                int order = known.orders()[t];
                if (lead <= settings.window() && !counted[order] && !incident.decoy) {
                    counted[order] = true;
                    shoppingWeight += leadTimes.priorDensity(lead);
                }
                int slot = known.slots()[t];
                double factor = Incidents.orderFactor(incident, order == dialled, order == quoted, settings)
                        * Incidents.markFactor(incident.disclosedMark, of.mark(t), settings);
                double atTouch = settings.accesses().atTouch(custodiansBySlot.get(slot), touchedAt, of.accessedAt(t));
                add(slot, indexOfSlot[slot], touchedAt, factor, atTouch, of.saw(t));
                if (atTouch < 1) {
                    add(slot, indexOfSlot[slot], of.accessedAt(t), factor, 1 - atTouch, of.saw(t));
                }
            }
        }

        /** Returns the number of the order with this id, or −1; the id may be null. */
        private int order(String orderId) {
            if (orderId != null) {
                for (int t = 0; t < incident.known.touches(); t++) {
                    if (incident.first.touches().orderId(t).equals(orderId)) {
                        return incident.known.orders()[t];
                    }
                }
            }
            return -1;
        }

        /**
         * Inserts what a custodian gained at a time, by custodian and day. Insertion sort suffices: touches come in the
         * order of time, and are few.
         */
        private void add(int slot, int index, long at, double factor, double gainedThen, int sawThen) {
            long lead = incident.at - at;
            if (lead <= 0 || lead > settings.window()) {
                return;
            }
            long day = EventTime.dayOf(at);
            long key = ((long) index << Integer.SIZE) + day;
            int place = count++;
            for (; place > 0 && keys[place - 1] > key; place--) {
                keys[place] = keys[place - 1];
                touches[place] = touches[place - 1];
                factors[place] = factors[place - 1];
                gained[place] = gained[place - 1];
                saw[place] = saw[place - 1];
            }
            keys[place] = key;
            touches[place] =
                    (long) slot << HOUR_BITS + DAY_BITS | EventTime.hourOf(lead) << DAY_BITS | incident.day - day;
            factors[place] = factor;
            gained[place] = gainedThen;
            saw[place] = sawThen;
        }
    }
}

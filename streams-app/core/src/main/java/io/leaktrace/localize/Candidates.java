package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * All pairs of a custodian and an incident that its touches could explain. They are numbered by custodian and, for each
 * custodian, by time of the incident. Their data are in arrays rather than in objects, for data locality: every epoch
 * scans all of them several times, mostly one custodian at a time. The arrays are read-only, but for the weights of
 * days whose touches saw different fields of their orders: {@link #weighSaw} sets them.
 */
final class Candidates {

    private static final double[] NO_WEIGHTS = {};

    /** By candidate: the index of the account and the index of the incident. */
    final int[] custodian;

    final int[] incident;

    /** By candidate: Σ f q over its touches, per day: the density of the lead time multiplied by the quote factor. */
    final double[] weight;

    /** By candidate: the day of touch with the largest weight; if several are equal, the latest. */
    final int[] heaviestDay;

    /**
     * By cell: bits of the fields that the custodian saw of the orders, or {@link Fields#OF_ROLE}; the latter also for
     * the cells beyond the end.
     */
    private final int[] sawOfCell;

    /** The weights of the cells before {@link #weighSaw}; empty if no touch says what the custodian saw. */
    private final double[] unadjusted;

    /** By incident: Σ f over all of the buyer's orders under the prior density, for shopping in general; 0 of a decoy. */
    final double[] shoppingWeight;

    /**
     * A cell is a day of touch with the weight of that day's touches; a candidate's cells are adjacent, by day. Touches
     * of a day that saw different fields are in different cells.
     */
    private final int[] firstCell;

    private final int[] cells;
    private final int[] dayOfCell;
    private final double[] weightOfCell;

    /** By custodian: its first candidate; one element more than custodians. */
    private final int[] firstOfCustodian;

    /** Candidates by incident and custodian, and the first place of each incident; one element more than incidents. */
    private final int[] byIncident;

    private final int[] firstOfIncident;

    /**
     * Returns the candidates of all incidents.
     *
     * @param incidents by time
     * @param custodians in ascending order
     * @param carriesBlame by custodian, whether it has a leak level above 0 from the previous epoch
     * @param indexOfSlot index among these custodians, by slot of the ledger
     * @param openFrom day; the attribution of earlier incidents is final, so these only have candidates that carry
     *     blame
     */
    static Candidates find(
            List<Incident> incidents,
            List<Custodian> custodians,
            boolean[] carriesBlame,
            int[] indexOfSlot,
            long openFrom,
            LeadTimes leadTimes,
            ModelSettings settings) {
        Search search = new Search(custodians, carriesBlame, indexOfSlot, openFrom, leadTimes, settings);
        double[] shoppingWeight = new double[incidents.size()];
        for (Incident incident : incidents) {
            shoppingWeight[incident.index] = search.search(incident);
        }
        search.firstOfIncident.add(search.custodian.size());
        search.firstCell.add(search.dayOfCell.size());
        return new Candidates(search, custodians.size(), shoppingWeight);
    }

    /** Sorts the candidates that the search found by incident into the order by custodian. */
    private Candidates(Search found, int custodians, double[] shoppingWeight) {
        int count = found.custodian.size();
        this.shoppingWeight = shoppingWeight;
        dayOfCell = found.dayOfCell.elements();
        weightOfCell = found.weightOfCell.elements();
        sawOfCell = found.sawOfCell.toIntArray();
        unadjusted = sawOfCell.length == 0 ? NO_WEIGHTS : weightOfCell.clone();
        firstOfIncident = found.firstOfIncident.toIntArray();
        firstOfCustodian = new int[custodians + 1];
        for (int place = 0; place < count; place++) {
            firstOfCustodian[found.custodian.getInt(place) + 1]++;
        }
        for (int index = 0; index < custodians; index++) {
            firstOfCustodian[index + 1] += firstOfCustodian[index];
        }
        custodian = new int[count];
        incident = new int[count];
        weight = new double[count];
        heaviestDay = new int[count];
        firstCell = new int[count];
        cells = new int[count];
        byIncident = new int[count];
        int[] next = firstOfCustodian.clone();
        for (int index = 0; index < shoppingWeight.length; index++) {
            for (int place = firstOfIncident[index]; place < firstOfIncident[index + 1]; place++) {
                int candidate = next[found.custodian.getInt(place)]++;
                byIncident[place] = candidate;
                custodian[candidate] = found.custodian.getInt(place);
                incident[candidate] = index;
                firstCell[candidate] = found.firstCell.getInt(place);
                cells[candidate] = found.firstCell.getInt(place + 1) - firstCell[candidate];
                weigh(candidate);
            }
        }
    }

    private void weigh(int candidate) {
        int first = firstCell[candidate];
        double sum = 0;
        for (int cell = first; cell < first + cells[candidate]; cell++) {
            sum += weightOfCell[cell];
        }
        weight[candidate] = sum;
        setHeaviestDay(candidate);
    }

    private void setHeaviestDay(int candidate) {
        int first = firstCell[candidate];
        int heaviest = first;
        for (int cell = first; cell < first + cells[candidate]; cell++) {
            heaviest = weightOfCell[cell] >= weightOfCell[heaviest] ? cell : heaviest;
        }
        heaviestDay[candidate] = dayOfCell[heaviest];
    }

    /** Returns whether a touch of the candidate says what the custodian saw. */
    boolean hasSaw(int candidate) {
        for (int number = 0; sawOfCell.length > 0 && number < cells[candidate]; number++) {
            if (saw(candidate, number) != Fields.OF_ROLE) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the bits of all fields that the custodian saw of the orders, or {@link Fields#OF_ROLE} if it saw those of
     * its role of any of them.
     */
    int saw(int candidate) {
        int all = 0;
        for (int number = 0; number < cells[candidate]; number++) {
            all |= saw(candidate, number);
        }
        return all;
    }

    /** Returns the bits of the fields that the custodian saw on that day of touch, or {@link Fields#OF_ROLE}. */
    int saw(int candidate, int number) {
        int cell = firstCell[candidate] + number;
        return cell < sawOfCell.length ? sawOfCell[cell] : Fields.OF_ROLE;
    }

    /**
     * Divides a candidate's weight among its days of touch by f q g rather than by f q, where g depends on what the
     * custodian saw. The sum stays, so that Σ f q g is the weight multiplied by the mean that this returns.
     *
     * @param ratios g by the bits of the fields that the custodian saw, or {@link Fields#OF_ROLE}
     * @return the mean of g, weighted by f q
     */
    double weighSaw(int candidate, IntToDoubleFunction ratios) {
        int first = firstCell[candidate];
        int count = cells[candidate];
        double[] ratioOfCell = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            ratioOfCell[i] = ratios.applyAsDouble(saw(candidate, i));
            sum += unadjusted[first + i] * ratioOfCell[i];
        }
        if (sum == 0) {
            return ratioOfCell[0];
        }
        double mean = sum / weight[candidate];
        for (int i = 0; i < count; i++) {
            weightOfCell[first + i] = unadjusted[first + i] * ratioOfCell[i] / mean;
        }
        setHeaviestDay(candidate);
        return mean;
    }

    /**
     * Returns the factor by which {@link #weighSaw} changed the weight of a touch, given by its day and the bits of what
     * the custodian saw.
     */
    double sawFactor(int candidate, long day, int saw) {
        for (int cell = firstCell[candidate]; cell < firstCell[candidate] + cells[candidate]; cell++) {
            if (unadjusted.length > 0
                    && dayOfCell[cell] == day
                    && saw(candidate, cell - firstCell[candidate]) == saw
                    && unadjusted[cell] > 0) {
                return weightOfCell[cell] / unadjusted[cell];
            }
        }
        return 1;
    }

    /** Returns the number of candidates. */
    int size() {
        return incident.length;
    }

    /** Returns the first candidate of a custodian, given by its index; the others follow. */
    int first(int index) {
        return firstOfCustodian[index];
    }

    /** Returns the last candidate of a custodian, given by its index, plus one. */
    int end(int index) {
        return firstOfCustodian[index + 1];
    }

    /** Returns the candidates of an incident, by custodian. */
    int[] of(int incidentIndex) {
        return Arrays.copyOfRange(byIncident, firstOfIncident[incidentIndex], firstOfIncident[incidentIndex + 1]);
    }

    /** Returns the candidate for a custodian and an incident, or −1. */
    int of(int incidentIndex, int custodianIndex) {
        for (int place = firstOfIncident[incidentIndex]; place < firstOfIncident[incidentIndex + 1]; place++) {
            if (custodian[byIncident[place]] == custodianIndex) {
                return byIncident[place];
            }
        }
        return -1;
    }

    /** Returns the number of a candidate's days of touch. */
    int days(int candidate) {
        return cells[candidate];
    }

    /** Returns a candidate's day of touch, in days since 1970-01-01; numbered from 0, ascending. */
    int day(int candidate, int number) {
        return dayOfCell[firstCell[candidate] + number];
    }

    /** Returns the weight Σ f q of the touches of that day. */
    double weight(int candidate, int number) {
        return weightOfCell[firstCell[candidate] + number];
    }

    /** Searches the candidates of one incident after the other. */
    private static final class Search {
        final IntArrayList custodian = new IntArrayList();
        final IntArrayList firstCell = new IntArrayList();
        final IntArrayList dayOfCell = new IntArrayList();
        final DoubleArrayList weightOfCell = new DoubleArrayList();
        /** Empty until a touch says what the custodian saw. */
        final IntArrayList sawOfCell = new IntArrayList();

        final IntArrayList firstOfIncident = new IntArrayList();

        private final List<Custodian> custodians;
        private final Role[] roles;
        private final boolean[] carriesBlame;
        private final int[] indexOfSlot;
        private final long openFrom;
        private final LeadTimes leadTimes;
        private final ModelSettings settings;

        /** The touches that could explain the current incident, by custodian and time. */
        private int[] custodianOfTouch = new int[64];

        private int[] dayOfTouch = new int[64];
        private double[] weightOfTouch = new double[64];
        private int[] sawOfTouch = new int[64];
        private int touches;

        Search(
                List<Custodian> custodians,
                boolean[] carriesBlame,
                int[] indexOfSlot,
                long openFrom,
                LeadTimes leadTimes,
                ModelSettings settings) {
            this.custodians = custodians;
            this.roles = custodians.stream().map(Custodian::role).toArray(Role[]::new);
            this.carriesBlame = carriesBlame;
            this.indexOfSlot = indexOfSlot;
            this.openFrom = openFrom;
            this.leadTimes = leadTimes;
            this.settings = settings;
        }

        /** Stores an incident's candidates; returns Σ f over all of the buyer's orders, for shopping in general. */
        double search(Incident incident) {
            KnownContact known = incident.known;
            boolean open = incident.day >= openFrom;
            int quoted = order(incident, incident.quotedOrderId);
            int dialled = order(incident, incident.dialledOrderId);
            // The likelihood ratio r (1 + θ s) + (1 − r) of a report that is real with probability r is 1 + θ r s.
            boolean[] counted = new boolean[known.touches()];
            double shopping = 0;
            touches = 0;
            for (int t = 0; t < known.touches() && known.touchedAt()[t] < incident.at; t++) {
                long touchedAt = known.touchedAt()[t];
                long lead = incident.at - touchedAt;
                int order = known.orders()[t];
                if (lead <= settings.window() && !counted[order] && !incident.decoy) {
                    counted[order] = true;
                    shopping += leadTimes.priorDensity(lead);
                }
                int index = indexOfSlot[known.slots()[t]];
                if (open || carriesBlame[index]) {
                    double factor = Incidents.orderFactor(incident, order == dialled, order == quoted, settings)
                            * Incidents.markFactor(incident.disclosedMark, known.mark(t), settings);
                    double atTouch = settings.accesses().atTouch(custodians.get(index), touchedAt, known.accessedAt(t));
                    add(index, incident, touchedAt, factor, atTouch, known.saw(t));
                    if (atTouch < 1) {
                        add(index, incident, known.accessedAt(t), factor, 1 - atTouch, known.saw(t));
                    }
                }
            }
            store();
            return shopping;
        }

        /**
         * Adds what a custodian gained at a time.
         *
         * @param gained probability that it gained the order's data then
         */
        private void add(int index, Incident incident, long at, double factor, double gained, int saw) {
            long lead = incident.at - at;
            if (lead > 0 && lead <= settings.window()) {
                double density = leadTimes.density(roles[index], lead);
                add(
                        index,
                        (int) EventTime.dayOf(at),
                        density * factor * incident.reliability * incident.perReported * gained,
                        saw);
            }
        }

        /** Returns the number of the order with this id, or −1; the id may be null. */
        private static int order(Incident incident, String orderId) {
            if (orderId != null) {
                for (int t = 0; t < incident.known.touches(); t++) {
                    if (incident.first.touches().get(t).orderId().equals(orderId)) {
                        return incident.known.orders()[t];
                    }
                }
            }
            return -1;
        }

        /** Inserts a touch by custodian and day. Insertion sort suffices: touches come in the order of time, and are few. */
        private void add(int index, int day, double touchWeight, int saw) {
            if (touches == custodianOfTouch.length) {
                custodianOfTouch = Arrays.copyOf(custodianOfTouch, 2 * touches);
                dayOfTouch = Arrays.copyOf(dayOfTouch, 2 * touches);
                weightOfTouch = Arrays.copyOf(weightOfTouch, 2 * touches);
                sawOfTouch = Arrays.copyOf(sawOfTouch, 2 * touches);
            }
            int at = touches++;
            for (; at > 0 && isAfter(at - 1, index, day); at--) {
                custodianOfTouch[at] = custodianOfTouch[at - 1];
                dayOfTouch[at] = dayOfTouch[at - 1];
                weightOfTouch[at] = weightOfTouch[at - 1];
                sawOfTouch[at] = sawOfTouch[at - 1];
            }
            custodianOfTouch[at] = index;
            dayOfTouch[at] = day;
            weightOfTouch[at] = touchWeight;
            sawOfTouch[at] = saw;
        }

        /** Whether a touch belongs after one of this custodian on this day; accesses come later than their touches. */
        private boolean isAfter(int touch, int index, int day) {
            return custodianOfTouch[touch] > index || custodianOfTouch[touch] == index && dayOfTouch[touch] > day;
        }

        private void store() {
            firstOfIncident.add(custodian.size());
            for (int t = 0; t < touches; t++) {
                boolean another = t == 0 || custodianOfTouch[t] != custodianOfTouch[t - 1];
                if (another) {
                    custodian.add(custodianOfTouch[t]);
                    firstCell.add(dayOfCell.size());
                }
                if (another || dayOfTouch[t] != dayOfTouch[t - 1] || sawOfTouch[t] != sawOfTouch[t - 1]) {
                    dayOfCell.add(dayOfTouch[t]);
                    weightOfCell.add(weightOfTouch[t]);
                    addSaw(sawOfTouch[t]);
                } else {
                    int latest = weightOfCell.size() - 1;
                    weightOfCell.set(latest, weightOfCell.getDouble(latest) + weightOfTouch[t]);
                }
            }
        }

        /** Adds what the touches of the last cell saw. */
        private void addSaw(int saw) {
            if (saw != Fields.OF_ROLE || !sawOfCell.isEmpty()) {
                while (sawOfCell.size() < dayOfCell.size() - 1) {
                    sawOfCell.add(Fields.OF_ROLE);
                }
                sawOfCell.add(saw);
            }
        }
    }
}

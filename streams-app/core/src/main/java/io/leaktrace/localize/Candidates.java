package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All pairs of a custodian and an incident that its touches could explain. They are numbered custodian after custodian,
 * each one's by the time of the incident, and what is known of them lies in arrays: every epoch goes through all of them
 * several times, mostly one custodian at a time, and objects would be spread over the memory. The arrays are not
 * written any more once the candidates are found.
 */
final class Candidates {

    /** By candidate: the custodian, as an index among the accounts, and the incident, as its place among all. */
    final int[] custodian;

    final int[] incident;

    /** The sum of the weights of its touches, each the density of its lead time times its quote factor. */
    final double[] weight;

    /** Of the days of touch with the largest weight the latest. */
    final int[] heaviestDay;

    /** By incident: the weight of all the buyer's orders under the prior density, for the share of shopping at all. */
    final double[] shoppingWeight;

    /** A cell is a day of touch with the weight of that day's touches; a candidate's lie together, by day. */
    private final int[] firstCell;

    private final int[] cells;
    private final int[] dayOfCell;
    private final double[] weightOfCell;

    /** By custodian, its first candidate; one more than custodians. */
    private final int[] firstOfCustodian;

    /** Candidates incident after incident, each one's by custodian; and where each incident's begin, one more. */
    private final int[] byIncident;

    private final int[] firstOfIncident;

    /**
     * Finds them.
     *
     * @param incidents by time
     * @param custodians in their order
     * @param carriesBlame by custodian, whether any blame was carried from the epoch before
     * @param indexOfSlot the index of each slot's custodian among these
     * @param openFrom an incident before this day is over: it matters only to custodians that carry blame
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
            shoppingWeight[incident.index] = search.look(incident);
        }
        search.firstOfIncident.add(search.custodian.size());
        search.firstCell.add(search.dayOfCell.size());
        return new Candidates(search, custodians.size(), shoppingWeight);
    }

    /** What was found, incident after incident, gets its place. */
    private Candidates(Search found, int custodians, double[] shoppingWeight) {
        int count = found.custodian.size();
        this.shoppingWeight = shoppingWeight;
        dayOfCell = found.dayOfCell.elements();
        weightOfCell = found.weightOfCell.elements();
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
        int heaviest = first;
        double sum = 0;
        for (int cell = first; cell < first + cells[candidate]; cell++) {
            sum += weightOfCell[cell];
            heaviest = weightOfCell[cell] >= weightOfCell[heaviest] ? cell : heaviest;
        }
        weight[candidate] = sum;
        heaviestDay[candidate] = dayOfCell[heaviest];
    }

    /** Number of candidates. */
    int size() {
        return incident.length;
    }

    /** The first candidate of a custodian, by its index; the others follow. */
    int first(int index) {
        return firstOfCustodian[index];
    }

    /** Behind the last candidate of a custodian, by its index. */
    int end(int index) {
        return firstOfCustodian[index + 1];
    }

    /** The candidates of an incident, by custodian. */
    int[] of(int incidentIndex) {
        return Arrays.copyOfRange(byIncident, firstOfIncident[incidentIndex], firstOfIncident[incidentIndex + 1]);
    }

    /** The candidate that a custodian is for an incident, or −1. */
    int of(int incidentIndex, int custodianIndex) {
        for (int place = firstOfIncident[incidentIndex]; place < firstOfIncident[incidentIndex + 1]; place++) {
            if (custodian[byIncident[place]] == custodianIndex) {
                return byIncident[place];
            }
        }
        return -1;
    }

    /** Number of a candidate's days of touch. */
    int days(int candidate) {
        return cells[candidate];
    }

    /** A candidate's day of touch of this number, in the order of time. */
    int day(int candidate, int number) {
        return dayOfCell[firstCell[candidate] + number];
    }

    /** The weight of the touches of that day. */
    double weight(int candidate, int number) {
        return weightOfCell[firstCell[candidate] + number];
    }

    /** Goes through incidents one after the other, and notes candidates as it comes upon them. */
    private static final class Search {
        final IntArrayList custodian = new IntArrayList();
        final IntArrayList firstCell = new IntArrayList();
        final IntArrayList dayOfCell = new IntArrayList();
        final DoubleArrayList weightOfCell = new DoubleArrayList();
        final IntArrayList firstOfIncident = new IntArrayList();

        private final Role[] roles;
        private final boolean[] carriesBlame;
        private final int[] indexOfSlot;
        private final long openFrom;
        private final LeadTimes leadTimes;
        private final ModelSettings settings;

        /** Of the incident's touches that could explain it, by custodian and time. */
        private int[] custodianOfTouch = new int[64];

        private int[] dayOfTouch = new int[64];
        private double[] weightOfTouch = new double[64];
        private int touches;

        Search(
                List<Custodian> custodians,
                boolean[] carriesBlame,
                int[] indexOfSlot,
                long openFrom,
                LeadTimes leadTimes,
                ModelSettings settings) {
            this.roles = custodians.stream().map(Custodian::role).toArray(Role[]::new);
            this.carriesBlame = carriesBlame;
            this.indexOfSlot = indexOfSlot;
            this.openFrom = openFrom;
            this.leadTimes = leadTimes;
            this.settings = settings;
        }

        /** Notes an incident's candidates; gives the weight of all the buyer's orders. */
        double look(Incident incident) {
            KnownContact known = incident.known;
            boolean open = incident.day >= openFrom;
            int quoted = quotedOrder(incident);
            boolean[] counted = new boolean[known.touches()];
            double shopping = 0;
            touches = 0;
            for (int t = 0; t < known.touches() && known.touchedAt()[t] < incident.at; t++) {
                long touchedAt = known.touchedAt()[t];
                long lead = incident.at - touchedAt;
                if (lead > settings.window()) {
                    continue;
                }
                int order = known.orders()[t];
                if (!counted[order]) {
                    counted[order] = true;
                    shopping += leadTimes.priorDensity(lead);
                }
                int index = indexOfSlot[known.slots()[t]];
                if (open || carriesBlame[index]) {
                    double density = leadTimes.density(roles[index], lead);
                    boolean anyQuoted = incident.quotedOrderId != null;
                    double factor = Incidents.quoteFactor(anyQuoted, order == quoted, settings);
                    add(index, (int) EventTime.dayOf(touchedAt), density * factor);
                }
            }
            note();
            return shopping;
        }

        /** The number of the order that the caller named, or −1. */
        private static int quotedOrder(Incident incident) {
            if (incident.quotedOrderId != null) {
                for (int t = 0; t < incident.known.touches(); t++) {
                    if (incident.first.touches().get(t).orderId().equals(incident.quotedOrderId)) {
                        return incident.known.orders()[t];
                    }
                }
            }
            return -1;
        }

        /** Touches come in the order of time, and are few. */
        private void add(int index, int day, double touchWeight) {
            if (touches == custodianOfTouch.length) {
                custodianOfTouch = Arrays.copyOf(custodianOfTouch, 2 * touches);
                dayOfTouch = Arrays.copyOf(dayOfTouch, 2 * touches);
                weightOfTouch = Arrays.copyOf(weightOfTouch, 2 * touches);
            }
            int at = touches++;
            for (; at > 0 && custodianOfTouch[at - 1] > index; at--) {
                custodianOfTouch[at] = custodianOfTouch[at - 1];
                dayOfTouch[at] = dayOfTouch[at - 1];
                weightOfTouch[at] = weightOfTouch[at - 1];
            }
            custodianOfTouch[at] = index;
            dayOfTouch[at] = day;
            weightOfTouch[at] = touchWeight;
        }

        private void note() {
            firstOfIncident.add(custodian.size());
            for (int t = 0; t < touches; t++) {
                boolean another = t == 0 || custodianOfTouch[t] != custodianOfTouch[t - 1];
                if (another) {
                    custodian.add(custodianOfTouch[t]);
                    firstCell.add(dayOfCell.size());
                }
                if (another || dayOfTouch[t] != dayOfTouch[t - 1]) {
                    dayOfCell.add(dayOfTouch[t]);
                    weightOfCell.add(weightOfTouch[t]);
                } else {
                    int latest = weightOfCell.size() - 1;
                    weightOfCell.set(latest, weightOfCell.getDouble(latest) + weightOfTouch[t]);
                }
            }
        }
    }
}

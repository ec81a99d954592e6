package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * All pairs of a custodian and an incident that its touches could explain. They are numbered by custodian and, for each
 * custodian, by time of the incident. Their data are in arrays rather than in objects, for data locality: every epoch
 * scans all of them several times, mostly one custodian at a time. The arrays are read-only, but for the weights of
 * days whose touches saw different fields of their orders: {@link #weighSaw} sets them.
 */
final class Candidates {

    private static final double[] NO_WEIGHTS = {};

    private static final int[] NO_FIELDS = {};

    /** By candidate: the index of the account and the index of the incident. */
    final int[] custodian;

    final int[] incident;

    /** By candidate: Σ f q over its touches, per day: the density of the lead time multiplied by the quote factor. */
    final double[] weight;

    /** By candidate: the day of touch with the largest weight; if several are equal, the latest. */
    final int[] heaviestDay;

    /** By incident: Σ f over all of the buyer's orders under the prior density, for shopping in general; 0 of a decoy. */
    final double[] shoppingWeight;

    /**
     * A cell is a day of touch with the weight of that day's touches; the cells of a candidate are adjacent, by day, and
     * follow those of the candidate before. Touches of a day that saw different fields are in different cells. By
     * candidate, its first cell; one element more than candidates.
     */
    private final int[] firstCell;

    private final int[] dayOfCell;
    private final double[] weightOfCell;

    /** By cell: bits of the fields that the custodian saw, or {@link Fields#OF_ROLE}; empty if it is the latter for all. */
    private final int[] sawOfCell;

    /** The weights of the cells before {@link #weighSaw}; empty if no touch says what the custodian saw. */
    private final double[] unadjusted;

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
     * @param custodiansBySlot the custodian of each of the ledger's slots
     * @param indexOfSlot index among these custodians, by slot
     * @param openFrom day; the attribution of earlier incidents is final, so these only have candidates that carry
     *     blame
     */
    static Candidates find(
            List<Incident> incidents,
            List<Custodian> custodians,
            boolean[] carriesBlame,
            List<Custodian> custodiansBySlot,
            int[] indexOfSlot,
            long openFrom,
            LeadTimes leadTimes,
            ModelSettings settings,
            Workers workers) {
        TouchesBefore[] touches = new TouchesBefore[incidents.size()];
        double[] shoppingWeight = new double[touches.length];
        workers.run(touches.length, Workers.INCIDENTS, (from, to) -> {
            for (int i = from; i < to; i++) {
                touches[i] = incidents.get(i).touches(custodiansBySlot, indexOfSlot, leadTimes, settings);
                shoppingWeight[i] = touches[i].shoppingWeight;
            }
        });
        return new Candidates(
                new Places(incidents, touches, carriesBlame, indexOfSlot, openFrom, workers),
                custodians,
                shoppingWeight,
                leadTimes,
                workers);
    }

    /** The numbers of candidates and cells, from which the place of each follows. */
    private static final class Places {
        private final List<Incident> incidents;
        private final TouchesBefore[] touches;
        private final boolean[] carriesBlame;
        private final int[] indexOfSlot;
        private final long openFrom;

        /** By incident: the number of its candidates. */
        private final int[] candidates;

        /** By chunk of incidents and custodian: the numbers of candidates and cells. */
        private final int[][] candidatesOf;

        private final int[][] cellsOf;
        private final boolean[] saysSaw;

        Places(
                List<Incident> incidents,
                TouchesBefore[] touches,
                boolean[] carriesBlame,
                int[] indexOfSlot,
                long openFrom,
                Workers workers) {
            this.incidents = incidents;
            this.touches = touches;
            this.carriesBlame = carriesBlame;
            this.indexOfSlot = indexOfSlot;
            this.openFrom = openFrom;
            candidates = new int[touches.length];
            int chunks = Workers.chunks(touches.length, Workers.INCIDENTS);
            candidatesOf = new int[chunks][carriesBlame.length];
            cellsOf = new int[chunks][carriesBlame.length];
            saysSaw = new boolean[chunks];
            workers.run(touches.length, Workers.INCIDENTS, this::count);
        }

        private void count(int from, int to) {
            int chunk = from / Workers.INCIDENTS;
            for (int i = from; i < to; i++) {
                TouchesBefore found = touches[i];
                boolean open = incidents.get(i).day >= openFrom;
                for (int t = 0; t < found.size(); t++) {
                    int index = indexOfSlot[found.slot(t)];
                    if (!open && !carriesBlame[index]) {
                        continue;
                    }
                    if (t == 0 || !found.isOfSameCustodian(t)) {
                        candidates[i]++;
                        candidatesOf[chunk][index]++;
                    }
                    cellsOf[chunk][index] += t == 0 || !found.isOfSameCell(t) ? 1 : 0;
                }
                saysSaw[chunk] |= !found.sawOfRole();
            }
        }

        boolean saysSaw() {
            for (boolean any : saysSaw) {
                if (any) {
                    return true;
                }
            }
            return false;
        }

        /** Replaces numbers by chunk and custodian by the place of the first; returns the place of each custodian's first. */
        private static int[] first(int[][] counts, int custodians) {
            int[] first = new int[custodians + 1];
            int place = 0;
            for (int index = 0; index < custodians; index++) {
                first[index] = place;
                for (int[] ofChunk : counts) {
                    int count = ofChunk[index];
                    ofChunk[index] = place;
                    place += count;
                }
            }
            first[custodians] = place;
            return first;
        }
    }

    /** Puts the candidates of each incident into the order by custodian. */
    private Candidates(
            Places places, List<Custodian> custodians, double[] shoppingWeight, LeadTimes leadTimes, Workers workers) {
        this.shoppingWeight = shoppingWeight;
        firstOfCustodian = Places.first(places.candidatesOf, custodians.size());
        int count = firstOfCustodian[custodians.size()];
        int cells = Places.first(places.cellsOf, custodians.size())[custodians.size()];
        firstOfIncident = new int[shoppingWeight.length + 1];
        for (int i = 0; i < shoppingWeight.length; i++) {
            firstOfIncident[i + 1] = firstOfIncident[i] + places.candidates[i];
        }
        custodian = new int[count];
        incident = new int[count];
        weight = new double[count];
        heaviestDay = new int[count];
        firstCell = new int[count + 1];
        firstCell[count] = cells;
        byIncident = new int[count];
        dayOfCell = new int[cells];
        weightOfCell = new double[cells];
        sawOfCell = places.saysSaw() ? new int[cells] : NO_FIELDS;
        double[][] densities = new double[custodians.size()][];
        Map<Role, double[]> ofRole = new EnumMap<>(Role.class);
        for (int index = 0; index < densities.length; index++) {
            densities[index] = ofRole.computeIfAbsent(custodians.get(index).role(), leadTimes::densities);
        }
        workers.run(shoppingWeight.length, Workers.INCIDENTS, (from, to) -> {
            for (int i = from; i < to; i++) {
                place(i, places, from / Workers.INCIDENTS, densities);
            }
        });
        unadjusted = sawOfCell.length == 0 ? NO_WEIGHTS : weightOfCell.clone();
    }

    /** Stores the candidates of an incident, each after those of the custodian's earlier incidents. */
    private void place(int i, Places places, int chunk, double[][] densities) {
        TouchesBefore touches = places.touches[i];
        Incident of = places.incidents.get(i);
        boolean open = of.day >= places.openFrom;
        int place = firstOfIncident[i];
        int t = 0;
        while (t < touches.size()) {
            int index = places.indexOfSlot[touches.slot(t)];
            boolean counts = open || places.carriesBlame[index];
            int candidate = counts ? places.candidatesOf[chunk][index]++ : -1;
            int first = counts ? places.cellsOf[chunk][index] : -1;
            int cell = first;
            do {
                if (counts) {
                    if (cell == first || !touches.isOfSameCell(t)) {
                        dayOfCell[cell] = (int) of.day - touches.daysBefore(t);
                        weightOfCell[cell] = touches.weight(t, densities[index], of);
                        if (sawOfCell.length > 0) {
                            sawOfCell[cell] = touches.saw(t);
                        }
                        cell++;
                    } else {
                        weightOfCell[cell - 1] += touches.weight(t, densities[index], of);
                    }
                }
                t++;
            } while (t < touches.size() && touches.isOfSameCustodian(t));
            if (!counts) {
                continue;
            }
            places.cellsOf[chunk][index] = cell;
            byIncident[place++] = candidate;
            custodian[candidate] = index;
            incident[candidate] = i;
            firstCell[candidate] = first;
            weigh(candidate, first, cell);
        }
    }

    private void weigh(int candidate, int from, int to) {
        double sum = 0;
        for (int cell = from; cell < to; cell++) {
            sum += weightOfCell[cell];
        }
        weight[candidate] = sum;
        setHeaviestDay(candidate, from, to);
    }

    private void setHeaviestDay(int candidate, int from, int to) {
        int heaviest = from;
        for (int cell = from; cell < to; cell++) {
            heaviest = weightOfCell[cell] >= weightOfCell[heaviest] ? cell : heaviest;
        }
        heaviestDay[candidate] = dayOfCell[heaviest];
    }

    /** Returns whether a touch of the candidate says what the custodian saw. */
    boolean hasSaw(int candidate) {
        for (int number = 0; sawOfCell.length > 0 && number < days(candidate); number++) {
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
        for (int number = 0; number < days(candidate); number++) {
            all |= saw(candidate, number);
        }
        return all;
    }

    /** Returns the bits of the fields that the custodian saw on that day of touch, or {@link Fields#OF_ROLE}. */
    int saw(int candidate, int number) {
        return sawOfCell.length == 0 ? Fields.OF_ROLE : sawOfCell[firstCell[candidate] + number];
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
        int count = days(candidate);
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
        setHeaviestDay(candidate, first, first + count);
        return mean;
    }

    /**
     * Returns the factor by which {@link #weighSaw} changed the weight of a touch, given by its day and the bits of what
     * the custodian saw.
     */
    double sawFactor(int candidate, long day, int saw) {
        for (int cell = firstCell[candidate]; cell < firstCell[candidate + 1]; cell++) {
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

    /** Returns the place of an incident's first candidate, for {@link #at}; those of an incident are by custodian. */
    int firstOf(int incidentIndex) {
        return firstOfIncident[incidentIndex];
    }

    /** Returns the place of an incident's last candidate, plus one. */
    int endOf(int incidentIndex) {
        return firstOfIncident[incidentIndex + 1];
    }

    /** Returns the candidate at a place in the order of incidents. */
    int at(int place) {
        return byIncident[place];
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
        return firstCell[candidate + 1] - firstCell[candidate];
    }

    /** Returns a candidate's day of touch, in days since 1970-01-01; numbered from 0, ascending. */
    int day(int candidate, int number) {
        return dayOfCell[firstCell[candidate] + number];
    }

    /** Returns the weight Σ f q of the touches of that day. */
    double weight(int candidate, int number) {
        return weightOfCell[firstCell[candidate] + number];
    }
}

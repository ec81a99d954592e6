package io.leaktrace.localize;

import io.leaktrace.domain.Fields;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The candidates of an epoch: all pairs of a custodian and an incident that its touches could explain ({@link
 * CandidateLists}). Those of a custodian are numbered by time of the incident. The arrays are read-only, but for the weights
 * of days whose touches saw different fields of their orders: {@link #weighSaw} sets them.
 */
final class Candidates {

    private final CandidateLists lists;
    private final List<Incident> incidents;
    private final int[] indexOfSlot;

    /** By custodian: its slot, or −1. */
    private final int[] slots;

    /** By candidate: the index of the account and the index of the incident. */
    final int[] custodian;

    final int[] incident;

    /** By candidate: Σ f q over its touches, per day: the density of the lead time multiplied by the quote factor. */
    final double[] weight;

    /** By candidate: the day of touch with the largest weight; if several are equal, the latest. */
    final int[] heaviestDay;

    /** By incident: Σ f over all of the buyer's orders under the prior density, for shopping in general; 0 of a decoy. */
    final double[] shoppingWeight;

    /** By cell; the same array as that of the lists if no touch says what the custodian saw. */
    private final double[] weightOfCell;

    /**
     * @param indexOfSlot index of the custodian, by slot of the ledger; −1 for a slot whose custodian has none
     * @param custodians number of custodians
     */
    Candidates(CandidateLists lists, List<Incident> incidents, int[] indexOfSlot, int custodians) {
        this.lists = lists;
        this.incidents = incidents;
        this.indexOfSlot = indexOfSlot;
        slots = new int[custodians];
        Arrays.fill(slots, -1);
        incident = lists.incident;
        weight = lists.weight;
        shoppingWeight = lists.shoppingWeight;
        boolean saysSaw = lists.sawOfCell.length > 0;
        heaviestDay = saysSaw ? lists.heaviestDay.clone() : lists.heaviestDay;
        weightOfCell = saysSaw ? lists.weightOfCell.clone() : lists.weightOfCell;
        custodian = new int[incident.length];
        for (int slot = 0; slot < indexOfSlot.length; slot++) {
            if (indexOfSlot[slot] >= 0) {
                slots[indexOfSlot[slot]] = slot;
            }
            Arrays.fill(custodian, lists.firstOfSlot[slot], lists.firstOfSlot[slot + 1], indexOfSlot[slot]);
        }
    }

    /** Returns whether a touch of the candidate says what the custodian saw. */
    boolean hasSaw(int candidate) {
        for (int number = 0; lists.sawOfCell.length > 0 && number < days(candidate); number++) {
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
        return lists.sawOfCell.length == 0 ? Fields.OF_ROLE : lists.sawOfCell[lists.firstCell[candidate] + number];
    }

    /**
     * Divides a candidate's weight among its days of touch by f q g rather than by f q, where g depends on what the
     * custodian saw. The sum stays, so that Σ f q g is the weight multiplied by the mean that this returns.
     *
     * @param ratios g by the bits of the fields that the custodian saw, or {@link Fields#OF_ROLE}
     * @return the mean of g, weighted by f q
     */
    double weighSaw(int candidate, IntToDoubleFunction ratios) {
        int first = lists.firstCell[candidate];
        int count = days(candidate);
        double[] ratioOfCell = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            ratioOfCell[i] = ratios.applyAsDouble(saw(candidate, i));
            sum += lists.weightOfCell[first + i] * ratioOfCell[i];
        }
        if (sum == 0) {
            return ratioOfCell[0];
        }
        double mean = sum / weight[candidate];
        int heaviest = first;
        for (int i = 0; i < count; i++) {
            weightOfCell[first + i] = lists.weightOfCell[first + i] * ratioOfCell[i] / mean;
            heaviest = weightOfCell[first + i] >= weightOfCell[heaviest] ? first + i : heaviest;
        }
        heaviestDay[candidate] = lists.dayOfCell[heaviest];
        return mean;
    }

    /**
     * Returns the factor by which {@link #weighSaw} changed the weight of a touch, given by its day and the bits of what
     * the custodian saw.
     */
    double sawFactor(int candidate, long day, int saw) {
        for (int number = 0; lists.sawOfCell.length > 0 && number < days(candidate); number++) {
            double before = lists.weightOfCell[lists.firstCell[candidate] + number];
            if (day(candidate, number) == day && saw(candidate, number) == saw && before > 0) {
                return weight(candidate, number) / before;
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
        return slots[index] < 0 ? 0 : lists.firstOfSlot[slots[index]];
    }

    /** Returns the last candidate of a custodian, given by its index, plus one. */
    int end(int index) {
        return slots[index] < 0 ? 0 : lists.firstOfSlot[slots[index] + 1];
    }

    /** Returns the first candidate of a custodian whose incident is not before another; its end if there is none. */
    int firstFrom(int index, int firstIncident) {
        int place = Arrays.binarySearch(incident, first(index), end(index), firstIncident);
        return place < 0 ? -place - 1 : place;
    }

    /** Returns the candidates of an incident, by custodian. */
    int[] of(int incidentIndex) {
        TouchesBefore touches = incidents.get(incidentIndex).touches();
        int[] found = new int[touches.size()];
        int count = 0;
        for (int t = 0; t < touches.size(); t = touches.endOfCustodian(t)) {
            int candidate = of(incidentIndex, indexOfSlot[touches.slot(t)]);
            if (candidate >= 0) {
                found[count++] = candidate;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Returns the candidate for a custodian and an incident, or −1. */
    int of(int incidentIndex, int custodianIndex) {
        int place = Arrays.binarySearch(incident, first(custodianIndex), end(custodianIndex), incidentIndex);
        return Math.max(place, -1);
    }

    /** Returns the number of a candidate's days of touch. */
    int days(int candidate) {
        return lists.firstCell[candidate + 1] - lists.firstCell[candidate];
    }

    /** Returns a candidate's day of touch, in days since 1970-01-01; numbered from 0, ascending. */
    int day(int candidate, int number) {
        return lists.dayOfCell[lists.firstCell[candidate] + number];
    }

    /** Returns the weight Σ f q of the touches of that day. */
    double weight(int candidate, int number) {
        return weightOfCell[lists.firstCell[candidate] + number];
    }
}

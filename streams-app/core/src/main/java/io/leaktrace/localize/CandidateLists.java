package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The candidates of all incidents: the pairs of a custodian and an incident that its touches could explain. They are
 * numbered by slot of the custodian and, for each slot, by time of the incident, in arrays for data locality. Those of an
 * epoch are made from those of the epoch before, with only the incidents that changed since. Immutable.
 *
 * <p>A cell is a day of touch with the weight of that day's touches; the cells of a candidate are adjacent, by day. Touches
 * of a day that saw different fields are in different cells.
 */
final class CandidateLists {

    private static final int[] NO_FIELDS = {};

    /** By slot: its first candidate; one element more than slots. */
    final int[] firstOfSlot;

    /** By candidate: the index of the incident. */
    final int[] incident;

    /** By candidate: Σ f q over its touches, per day. */
    final double[] weight;

    /** By candidate: the day of touch with the largest weight; if several are equal, the latest. */
    final int[] heaviestDay;

    /** By candidate: its first cell; one element more than candidates. */
    final int[] firstCell;

    // By cell: days since 1970-01-01, Σ f q of the day's touches, and bits of the fields that the custodian saw or
    // Fields.OF_ROLE; the last is empty if it is OF_ROLE for all.
    final int[] dayOfCell;
    final double[] weightOfCell;
    final int[] sawOfCell;

    /** By incident: Σ f over all of the buyer's orders under the prior density, for shopping in general; 0 of a decoy. */
    final double[] shoppingWeight;

    private final Epoch epoch;

    /**
     * What the candidates of an epoch depend on, beside its incidents.
     *
     * @param slots number of slots
     * @param carriesBlame by slot, whether the custodian has a leak level above 0 from the previous epoch
     * @param openFrom day; the attribution of earlier incidents is final, so these only have candidates that carry blame
     * @param firstOpen index of the first incident that is not before this day
     * @param densities of lead times by role, by hour
     * @param roles by slot
     */
    private record Epoch(
            int slots,
            boolean[] carriesBlame,
            long openFrom,
            int firstOpen,
            Map<Role, double[]> densities,
            Role[] roles) {

        /** Returns the first incident that counts for a slot. */
        int firstOf(int slot) {
            return carriesBlame[slot] ? 0 : firstOpen;
        }

        boolean counts(int incident, int slot) {
            return incident >= firstOf(slot);
        }
    }

    private CandidateLists(Epoch epoch, int[] firstOfSlot, int cells, boolean saysSaw, double[] shoppingWeight) {
        this.epoch = epoch;
        this.firstOfSlot = firstOfSlot;
        this.shoppingWeight = shoppingWeight;
        int count = firstOfSlot[epoch.slots];
        incident = new int[count];
        weight = new double[count];
        heaviestDay = new int[count];
        firstCell = new int[count + 1];
        firstCell[count] = cells;
        dayOfCell = new int[cells];
        weightOfCell = new double[cells];
        sawOfCell = saysSaw ? new int[cells] : NO_FIELDS;
    }

    /**
     * Returns the candidates of an epoch.
     *
     * @param previous those of the epoch before, or null
     * @param changes the incidents, and which of them are those of the epoch before
     * @param carriesBlame by slot, whether the custodian has a leak level above 0 from the previous epoch
     * @param indexOfSlot place among the custodians of the epoch, by slot
     * @param openFrom day; the attribution of earlier incidents is final, so these only have candidates that carry blame
     */
    static CandidateLists next(
            CandidateLists previous,
            Incidents.Changes changes,
            IncidentColumns columns,
            boolean[] carriesBlame,
            List<Custodian> custodiansBySlot,
            int[] indexOfSlot,
            long openFrom,
            LeadTimes leadTimes,
            ModelSettings settings,
            Workers workers) {
        Map<Role, double[]> densities = new EnumMap<>(Role.class);
        Role[] roles = new Role[indexOfSlot.length];
        for (int slot = 0; slot < roles.length; slot++) {
            roles[slot] = custodiansBySlot.get(slot).role();
            densities.computeIfAbsent(roles[slot], leadTimes::densities);
        }
        Epoch epoch = new Epoch(roles.length, carriesBlame, openFrom, columns.firstFrom(openFrom), densities, roles);
        CandidateLists before = previous != null && previous.hasAllOf(epoch) ? previous : null;
        List<Incident> incidents = Arrays.asList(changes.incidents());
        int[] added = before == null ? changes.all() : changes.added();
        workers.overIncidents(added.length, (from, to) -> {
            for (int place = from; place < to; place++) {
                incidents.get(added[place]).findTouches(custodiansBySlot, indexOfSlot, leadTimes, settings);
            }
        });
        double[] shoppingWeight = new double[incidents.size()];
        for (int i = 0; i < shoppingWeight.length; i++) {
            shoppingWeight[i] = before != null && changes.previous()[i] >= 0
                    ? before.shoppingWeight[changes.previous()[i]]
                    : incidents.get(i).touches().shoppingWeight;
        }
        CandidateLists fresh = new Search(epoch, incidents, added, workers).find(shoppingWeight);
        return before == null ? fresh : before.with(fresh, changes, workers);
    }

    /** Whether nothing is missing here that an epoch needs of the same incidents. */
    private boolean hasAllOf(Epoch later) {
        boolean all = later.openFrom >= epoch.openFrom;
        for (int slot = 0; slot < epoch.slots; slot++) {
            // The candidates of incidents that are final were left out.
            all &= epoch.carriesBlame[slot] || !later.carriesBlame[slot];
        }
        return all;
    }

    /** Finds the candidates of some incidents, and sorts them from the order of incidents into that of slots. */
    private static final class Search {
        private final Epoch epoch;
        private final List<Incident> incidents;
        private final int[] searched;
        private final Workers workers;

        /** By chunk of incidents and slot: the numbers of candidates and cells, and then the next one of each. */
        private final int[][] candidates;

        private final int[][] cells;
        private final boolean[] saysSaw;

        Search(Epoch epoch, List<Incident> incidents, int[] searched, Workers workers) {
            this.workers = workers;
            this.epoch = epoch;
            this.incidents = incidents;
            this.searched = searched;
            int chunks = workers.chunksOfIncidents(searched.length);
            candidates = new int[chunks][epoch.slots];
            cells = new int[chunks][epoch.slots];
            saysSaw = new boolean[chunks];
        }

        CandidateLists find(double[] shoppingWeight) {
            workers.overIncidents(searched.length, this::count);
            boolean anySaw = false;
            for (boolean any : saysSaw) {
                anySaw |= any;
            }
            int[] firstOfSlot = Chunks.places(candidates, epoch.slots);
            int cellCount = Chunks.places(cells, epoch.slots)[epoch.slots];
            CandidateLists found = new CandidateLists(epoch, firstOfSlot, cellCount, anySaw, shoppingWeight);
            workers.overIncidents(searched.length, (from, to) -> {
                for (int place = from; place < to; place++) {
                    store(searched[place], workers.chunkOf(from), found);
                }
            });
            return found;
        }

        private void count(int from, int to) {
            int chunk = workers.chunkOf(from);
            for (int place = from; place < to; place++) {
                int i = searched[place];
                TouchesBefore touches = incidents.get(i).touches();
                for (int t = 0; t < touches.size(); t++) {
                    int slot = touches.slot(t);
                    if (epoch.counts(i, slot)) {
                        candidates[chunk][slot] += t == 0 || !touches.isOfSameCustodian(t) ? 1 : 0;
                        cells[chunk][slot] += t == 0 || !touches.isOfSameCell(t) ? 1 : 0;
                    }
                }
                saysSaw[chunk] |= !touches.sawOfRole();
            }
        }

        private void store(int i, int chunk, CandidateLists found) {
            Incident of = incidents.get(i);
            TouchesBefore touches = of.touches();
            for (int t = 0; t < touches.size(); ) {
                int slot = touches.slot(t);
                int end = touches.endOfCustodian(t);
                if (epoch.counts(i, slot)) {
                    int candidate = candidates[chunk][slot]++;
                    found.incident[candidate] = i;
                    found.firstCell[candidate] = cells[chunk][slot];
                    cells[chunk][slot] = found.setCells(candidate, of, t, end);
                }
                t = end;
            }
        }
    }

    /** Writes the cells of a candidate from some touches, from its first cell on; returns the cell after them. */
    private int setCells(int candidate, Incident of, int fromTouch, int toTouch) {
        TouchesBefore touches = of.touches();
        double[] densities = epoch.densities.get(epoch.roles[touches.slot(fromTouch)]);
        int cell = firstCell[candidate] - 1;
        for (int t = fromTouch; t < toTouch; t++) {
            double touchWeight = touches.weight(t, densities, of);
            if (t > fromTouch && touches.isOfSameCell(t)) {
                weightOfCell[cell] += touchWeight;
                continue;
            }
            cell++;
            dayOfCell[cell] = (int) of.day - touches.daysBefore(t);
            weightOfCell[cell] = touchWeight;
            if (sawOfCell.length > 0) {
                sawOfCell[cell] = touches.saw(t);
            }
        }
        weigh(candidate, cell + 1);
        return cell + 1;
    }

    private void weigh(int candidate, int endCell) {
        int heaviest = firstCell[candidate];
        double sum = 0;
        for (int cell = firstCell[candidate]; cell < endCell; cell++) {
            sum += weightOfCell[cell];
            heaviest = weightOfCell[cell] >= weightOfCell[heaviest] ? cell : heaviest;
        }
        weight[candidate] = sum;
        heaviestDay[candidate] = dayOfCell[heaviest];
    }

    /** Returns the candidates of these incidents, as far as they are still there and count, and those of added ones. */
    private CandidateLists with(CandidateLists added, Incidents.Changes changes, Workers workers) {
        Epoch later = added.epoch;
        int[][] counts = new int[1][later.slots];
        int[][] cellCounts = new int[1][later.slots];
        workers.overCustodians(later.slots, (from, to) -> {
            for (int slot = from; slot < to; slot++) {
                int count = added.firstOfSlot[slot + 1] - added.firstOfSlot[slot];
                int cells = added.firstCell[added.firstOfSlot[slot + 1]] - added.firstCell[added.firstOfSlot[slot]];
                int earliest = later.firstOf(slot);
                for (int c = first(slot); c < end(slot); c++) {
                    boolean isKept = changes.next()[incident[c]] >= earliest;
                    count += isKept ? 1 : 0;
                    cells += isKept ? firstCell[c + 1] - firstCell[c] : 0;
                }
                counts[0][slot] = count;
                cellCounts[0][slot] = cells;
            }
        });
        int[] newFirst = Chunks.places(counts, later.slots);
        int[] firstCells = Chunks.places(cellCounts, later.slots);
        CandidateLists all = new CandidateLists(
                later,
                newFirst,
                firstCells[later.slots],
                sawOfCell.length + added.sawOfCell.length > 0,
                added.shoppingWeight);
        workers.overCustodians(later.slots, (from, to) -> {
            for (int slot = from; slot < to; slot++) {
                all.merge(slot, firstCells[slot], this, added, changes);
            }
        });
        return all;
    }

    private int first(int slot) {
        return slot < epoch.slots ? firstOfSlot[slot] : 0;
    }

    private int end(int slot) {
        return slot < epoch.slots ? firstOfSlot[slot + 1] : 0;
    }

    /** Writes the candidates of a slot in the order of time, from a cell on. */
    private void merge(int slot, int cell, CandidateLists before, CandidateLists added, Incidents.Changes changes) {
        boolean sameDensities = slot < before.epoch.slots
                && Arrays.equals(before.epoch.densities.get(epoch.roles[slot]), epoch.densities.get(epoch.roles[slot]));
        int[] now = changes.next();
        int earliest = epoch.firstOf(slot);
        int candidate = firstOfSlot[slot];
        firstCell[candidate] = cell;
        int old = before.first(slot);
        int oldEnd = before.end(slot);
        int next = added.firstOfSlot[slot];
        int nextEnd = added.firstOfSlot[slot + 1];
        while (old < oldEnd || next < nextEnd) {
            int until = next < nextEnd ? added.incident[next] : Integer.MAX_VALUE;
            int from = old;
            int i = -1;
            while (old < oldEnd && (i = now[before.incident[old]]) >= earliest && i < until) {
                incident[candidate + old - from] = i;
                old++;
            }
            if (sameDensities) {
                copy(candidate, before, from, old);
            } else {
                weighAgain(candidate, slot, before, from, old, changes);
            }
            candidate += old - from;
            if (old < oldEnd && i < earliest) {
                old++;
            } else if (next < nextEnd) {
                incident[candidate] = added.incident[next];
                copy(candidate++, added, next, next + 1);
                next++;
            }
        }
    }

    /** Copies all but the incidents of candidates that follow each other, and sets the first cell after them. */
    private void copy(int candidate, CandidateLists other, int from, int to) {
        System.arraycopy(other.weight, from, weight, candidate, to - from);
        System.arraycopy(other.heaviestDay, from, heaviestDay, candidate, to - from);
        int otherCell = other.firstCell[from];
        int cell = firstCell[candidate];
        int cellCount = other.firstCell[to] - otherCell;
        System.arraycopy(other.dayOfCell, otherCell, dayOfCell, cell, cellCount);
        System.arraycopy(other.weightOfCell, otherCell, weightOfCell, cell, cellCount);
        if (sawOfCell.length > 0 && other.sawOfCell.length > 0) {
            System.arraycopy(other.sawOfCell, otherCell, sawOfCell, cell, cellCount);
        } else if (sawOfCell.length > 0) {
            Arrays.fill(sawOfCell, cell, cell + cellCount, Fields.OF_ROLE);
        }
        setFirstCells(candidate, other, from, to);
    }

    private void setFirstCells(int candidate, CandidateLists other, int from, int to) {
        int shift = firstCell[candidate] - other.firstCell[from];
        // The last slot's end is set already, and others' ends are the first cells of the next slots, which are the
        // same.
        for (int old = from; old < to; old++) {
            firstCell[candidate + old - from + 1] = other.firstCell[old + 1] + shift;
        }
    }

    /** The same as {@link #copy}, but with the weights under this epoch's densities. */
    private void weighAgain(
            int candidate, int slot, CandidateLists other, int from, int to, Incidents.Changes changes) {
        setFirstCells(candidate, other, from, to);
        for (int c = candidate; c < candidate + to - from; c++) {
            Incident of = changes.incidents()[incident[c]];
            int touch = of.touches().firstOfSlot(slot);
            setCells(c, of, touch, of.touches().endOfCustodian(touch));
        }
    }
}

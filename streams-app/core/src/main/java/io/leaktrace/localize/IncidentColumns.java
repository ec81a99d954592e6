package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import io.leaktrace.localize.Incidents.Incident;

/**
 * What most steps need of an epoch's incidents, in arrays by incident, for data locality: every epoch scans all incidents
 * several times. Read-only.
 */
final class IncidentColumns {

    /** Time in epoch milliseconds. */
    final long[] at;

    /** Days since 1970-01-01. */
    final int[] day;

    /** Number of the epoch of its time. */
    final int[] bucket;

    /** Time of its latest report in epoch milliseconds. */
    final long[] reportedAt;

    /** Whole hours from its first contact to the report of that. */
    final int[] delay;

    /** Bits of the fields that the caller knew. */
    final int[] disclosed;

    /** Probability that its most reliable report is true. */
    final double[] reliability;

    /** Weight for what background callers disclose, which fades with age. */
    final double[] recency;

    final int[] stratum;
    final boolean[] atRisk;
    final boolean[] decoy;
    final boolean[] severalContacts;
    final boolean[] ofLoneOrder;

    /** The previous incident of the same buyer, or −1. */
    final int[] before;

    /** Time of the buyer's latest known touch in epoch milliseconds; the least of all numbers without any. */
    final long[] latestTouch;

    /** Hours of the buyer at risk, by incident and stratum. */
    final int[] hoursAtRisk;

    private IncidentColumns(int size) {
        at = new long[size];
        day = new int[size];
        bucket = new int[size];
        reportedAt = new long[size];
        delay = new int[size];
        disclosed = new int[size];
        reliability = new double[size];
        recency = new double[size];
        stratum = new int[size];
        atRisk = new boolean[size];
        decoy = new boolean[size];
        severalContacts = new boolean[size];
        ofLoneOrder = new boolean[size];
        before = new int[size];
        latestTouch = new long[size];
        hoursAtRisk = new int[size * Strata.COUNT];
    }

    /**
     * Returns the columns of the incidents of an epoch.
     *
     * @param previous those of the epoch before, or null
     * @param end end of the epoch, in epoch milliseconds
     */
    static IncidentColumns next(
            IncidentColumns previous, Incidents.Changes changes, long end, ModelSettings settings, Workers workers) {
        IncidentColumns columns = new IncidentColumns(changes.incidents().length);
        workers.overIncidents(columns.size(), (from, to) -> {
            for (int i = from; i < to; i++) {
                int old = previous == null ? -1 : changes.previous()[i];
                if (old >= 0) {
                    columns.copy(i, previous, old, changes.next());
                } else {
                    columns.set(i, changes.incidents()[i], settings);
                }
                double age = (end - columns.at[i]) / (double) EventTime.DAY;
                columns.recency[i] = StrictMath.pow(0.5, age / settings.knowledgeHalfLife());
            }
        });
        return columns;
    }

    private void copy(int i, IncidentColumns other, int old, int[] next) {
        at[i] = other.at[old];
        day[i] = other.day[old];
        bucket[i] = other.bucket[old];
        reportedAt[i] = other.reportedAt[old];
        delay[i] = other.delay[old];
        disclosed[i] = other.disclosed[old];
        reliability[i] = other.reliability[old];
        stratum[i] = other.stratum[old];
        atRisk[i] = other.atRisk[old];
        decoy[i] = other.decoy[old];
        severalContacts[i] = other.severalContacts[old];
        ofLoneOrder[i] = other.ofLoneOrder[old];
        before[i] = other.before[old] < 0 ? -1 : next[other.before[old]];
        latestTouch[i] = other.latestTouch[old];
        System.arraycopy(other.hoursAtRisk, old * Strata.COUNT, hoursAtRisk, i * Strata.COUNT, Strata.COUNT);
    }

    private void set(int i, Incident incident, ModelSettings settings) {
        at[i] = incident.at;
        day[i] = (int) incident.day;
        bucket[i] = (int) Math.floorDiv(incident.at, settings.epoch());
        reportedAt[i] = incident.reportedAt;
        delay[i] = (int) EventTime.hourOf(incident.first.reportedAt() - incident.at);
        disclosed[i] = incident.disclosed;
        reliability[i] = incident.reliability;
        stratum[i] = incident.stratum;
        atRisk[i] = incident.atRisk;
        decoy[i] = incident.decoy;
        severalContacts[i] = incident.contacts.size() > 1;
        ofLoneOrder[i] = incident.isOfLoneOrder;
        before[i] = incident.before == null ? -1 : incident.before.latestPlace;
        long[] touchedAt = incident.known.touchedAt();
        latestTouch[i] = touchedAt.length == 0 ? Long.MIN_VALUE : touchedAt[touchedAt.length - 1];
        System.arraycopy(incident.hoursAtRisk, 0, hoursAtRisk, i * Strata.COUNT, Strata.COUNT);
    }

    int size() {
        return at.length;
    }

    /** Returns the first incident that is not before a day, in days since 1970-01-01; the size if there is none. */
    int firstFrom(long from) {
        int low = 0;
        int high = day.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (day[middle] < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

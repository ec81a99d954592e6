package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import io.leaktrace.localize.Incidents.Incident;
import java.util.List;

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
        hoursAtRisk = new int[size * Strata.COUNT];
    }

    /**
     * Returns the columns of the incidents of an epoch.
     *
     * @param incidents by time, as the ledger grouped them last
     * @param end end of the epoch, in epoch milliseconds
     */
    static IncidentColumns of(List<Incident> incidents, long end, ModelSettings settings, Workers workers) {
        IncidentColumns columns = new IncidentColumns(incidents.size());
        workers.run(columns.size(), Workers.INCIDENTS, (from, to) -> {
            for (int i = from; i < to; i++) {
                columns.set(i, incidents.get(i), end, settings);
            }
        });
        return columns;
    }

    private void set(int i, Incident incident, long end, ModelSettings settings) {
        at[i] = incident.at;
        day[i] = (int) incident.day;
        bucket[i] = (int) Math.floorDiv(incident.at, settings.epoch());
        reportedAt[i] = incident.reportedAt;
        delay[i] = (int) EventTime.hourOf(incident.first.reportedAt() - incident.at);
        disclosed[i] = incident.disclosed;
        reliability[i] = incident.reliability;
        double age = (end - incident.at) / (double) EventTime.DAY;
        recency[i] = StrictMath.pow(0.5, age / settings.knowledgeHalfLife());
        stratum[i] = incident.stratum;
        atRisk[i] = incident.atRisk;
        decoy[i] = incident.decoy;
        severalContacts[i] = incident.contacts.size() > 1;
        ofLoneOrder[i] = incident.isOfLoneOrder;
        before[i] = incident.before == null ? -1 : incident.before.latestPlace;
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

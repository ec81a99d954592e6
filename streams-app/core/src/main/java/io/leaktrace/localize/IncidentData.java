package io.leaktrace.localize;

import io.leaktrace.localize.Incidents.Incident;

/**
 * What is derived from an epoch's incidents alone and does not depend on estimates. It is made from that of the epoch
 * before, with the changes since; the result is the same as if it were made from nothing.
 *
 * @param incidents by time
 * @param columns by incident
 * @param candidates pairs of a custodian and an incident that its touches could explain
 * @param past pairs of an incident and a custodian that touched orders of its buyer within the memory
 * @param later touches after each incident
 * @param counts numbers of contacts and touches by custodian and day; the next epoch changes them
 */
record IncidentData(
        Incident[] incidents,
        IncidentColumns columns,
        CandidateLists candidates,
        PastLists past,
        LaterTouches later,
        TouchCounts counts) {}

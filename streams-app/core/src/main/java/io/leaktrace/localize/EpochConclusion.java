package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Suspect;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What is concluded of the custodians from an epoch's attribution: their statuses and alerts, and what is carried on to
 * the next epoch.
 *
 * @param suspects one for each account, ordered by custodian
 * @param alerts by name of the custodian
 * @param openAlerts number of alerts that are raised and not resolved
 * @param suspected custodians with any status but clear
 * @param statusChanged custodians whose status differs from the epoch before, and those that are forgotten
 * @param states what to carry to the next epoch
 * @param changed those of whose states more than the time has changed
 * @param forgotten custodians that are carried no further
 * @param leadTimes blame on well-established suspects by lead time, for the next epoch's densities
 */
record EpochConclusion(
        List<Suspect> suspects,
        List<Alert> alerts,
        long openAlerts,
        SortedSet<Custodian> suspected,
        SortedSet<Custodian> statusChanged,
        SortedMap<Custodian, CustodianState> states,
        SortedSet<Custodian> changed,
        SortedSet<Custodian> forgotten,
        LeadTimes.Sample leadTimes) {}

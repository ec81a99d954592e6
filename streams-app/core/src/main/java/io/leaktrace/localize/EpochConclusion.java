package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The conclusions from an epoch's attribution: statuses and alerts of all custodians, and the states that are carried to
 * the next epoch.
 *
 * @param suspects one for each account, ordered by custodian
 * @param alerts ordered by custodian
 * @param openAlerts number of alerts that are raised and not resolved
 * @param suspected custodians with any status but clear
 * @param statusChanged custodians whose status differs from that at the previous epoch, and forgotten ones
 * @param states state of each custodian to carry to the next epoch
 * @param changed custodians whose states have to be saved because they changed
 * @param forgotten custodians whose states are not carried to the next epoch
 * @param leadTimes lead times of incidents attributed to well-established suspects, for the next epoch's densities
 * @param commonSources onsets of common sources by role
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
        LeadTimes.Sample leadTimes,
        SortedMap<Role, Long> commonSources) {}

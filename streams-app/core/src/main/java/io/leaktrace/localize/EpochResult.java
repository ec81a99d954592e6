package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Suspect;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The solution of one epoch: its output records, and the state for the next epoch.
 *
 * @param suspects one record for each custodian that is known at this epoch, ordered by custodian
 * @param statusChanged custodians whose status differs from that at the previous epoch, and forgotten ones
 * @param alerts ordered by custodian
 * @param epoch the summary of the epoch
 * @param evidence attribution records of contacts that were attributed for the first time and of contacts whose
 *     attribution is now final, ordered by key
 * @param market state of the market after this epoch
 * @param states state of each custodian to carry to the next epoch
 * @param changed custodians whose states have to be saved because they changed
 * @param forgotten custodians whose states are not carried to the next epoch
 * @param removableContacts contacts that have left the history and can be removed from the stores, ordered by key
 * @param explainer makes explanations of the scores on request
 */
public record EpochResult(
        List<Suspect> suspects,
        SortedSet<Custodian> statusChanged,
        List<Alert> alerts,
        Epoch epoch,
        List<Evidence> evidence,
        MarketState market,
        SortedMap<Custodian, CustodianState> states,
        SortedSet<Custodian> changed,
        SortedSet<Custodian> forgotten,
        List<ContactKey> removableContacts,
        Explainer explainer) {}

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
 * What an epoch's solution says and leaves behind.
 *
 * @param suspects every custodian with a touch in the horizon or an alert in its past, by name
 * @param statusChanged those whose status differs from the epoch before
 * @param alerts by name of the custodian
 * @param evidence contacts that were solved for the first time and contacts that are now settled, by id
 * @param states what to carry to the next epoch
 * @param changed those of whose states more than the time has changed
 * @param forgotten custodians that are carried no further
 * @param settledContacts contacts too old to matter any more, by id
 * @param explainer says why custodians stand where they stand
 */
public record Solution(
        List<Suspect> suspects,
        SortedSet<Custodian> statusChanged,
        List<Alert> alerts,
        Epoch epoch,
        List<Evidence> evidence,
        MarketState market,
        SortedMap<Custodian, CustodianState> states,
        SortedSet<Custodian> changed,
        SortedSet<Custodian> forgotten,
        List<ContactKey> settledContacts,
        Explainer explainer) {}

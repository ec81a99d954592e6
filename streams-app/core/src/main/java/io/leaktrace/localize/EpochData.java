package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import java.util.List;
import java.util.Map;

/**
 * The data of one epoch: the incidents to attribute, the custodians with their exposures, and which custodian could
 * explain which incident. Its arrays are read-only.
 *
 * @param market name of the market
 * @param accounts one for each custodian, ordered by custodian
 * @param parts which of them are parts of others
 * @param indexes place of each custodian among the accounts
 * @param indexOfSlot place among the accounts of the custodian of each of the ledger's slots; −1 for a slot whose
 *     custodian has no account at this epoch
 * @param incidents by time; an incident's index is its place
 * @param derived what is derived from the incidents alone
 * @param candidates pairs of an account and an incident
 * @param leadTimes densities by role, from which the candidates' weights are computed
 * @param reportingDelay distribution of the delay from a contact to its report
 * @param atRisk buyer-days at risk from the history's first day on
 * @param decoysAtRisk the same of decoys, as one stratum
 * @param shoppingExposure number of orders, each weighted by the expected share of its contacts that are reported by the
 *     end of the epoch
 * @param workers run the steps of the solution whose parts are independent
 */
record EpochData(
        ModelSettings settings,
        String market,
        EpochDays days,
        List<Account> accounts,
        Parts parts,
        Map<Custodian, Integer> indexes,
        int[] indexOfSlot,
        List<Incident> incidents,
        IncidentData derived,
        Candidates candidates,
        LeadTimes leadTimes,
        ReportingDelay reportingDelay,
        Background.AtRisk atRisk,
        Background.AtRisk decoysAtRisk,
        double shoppingExposure,
        Workers workers) {

    IncidentColumns columns() {
        return derived.columns();
    }

    Account account(Custodian custodian) {
        return accounts.get(indexes.get(custodian));
    }

    /** Returns the incident that a candidate could explain. */
    Incident incidentOf(int candidate) {
        return incidents.get(candidates.incident[candidate]);
    }

    /** Whether the market is in its learning period, in which only the background is estimated. */
    boolean isLearning() {
        return days.today() < days.firstDay() + settings.learningDays();
    }

    /** Returns the end of the learning period in epoch milliseconds. */
    long learningUntil() {
        return (days.firstDay() + settings.learningDays()) * EventTime.DAY;
    }

    /** Returns the number of orders that a custodian touched in the horizon. */
    long touchesInHorizon(Account account) {
        return account.touchesFrom((int) (days.horizonFrom() - days.touchesFrom()));
    }

    /** Returns the number of orders that a custodian had touched by a day of the sliding window, within the memory. */
    double ordersInMemory(Account account, int day) {
        return account.ordersBefore(days.slidingFrom() + day, settings.memoryWeeks());
    }

    /** Returns the number of custodians with a touch in the horizon. */
    long custodiansInHorizon() {
        return accounts.stream()
                .filter(account -> touchesInHorizon(account) > 0)
                .count();
    }
}

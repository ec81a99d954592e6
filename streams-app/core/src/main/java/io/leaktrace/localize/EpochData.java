package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.localize.Incidents.Incident;
import java.util.List;
import java.util.Map;

/**
 * The data of one epoch: the incidents to attribute, the custodians with their exposures, and who could explain what.
 * Its arrays are not written any more.
 *
 * @param market name of what is attributed together
 * @param accounts one for each custodian, ordered by custodian
 * @param indexes place of each custodian among the accounts
 * @param indexOfSlot place among the accounts of the custodian of each of the ledger's slots; −1 for a slot that no
 *     evidence of this epoch names
 * @param incidents by time; {@link Incident#index} is their place
 * @param candidates pairs of an account and an incident
 * @param leadTimes densities by role that the candidates' weights were taken from
 * @param atRisk buyer-days from the history's first day on
 * @param shoppingExposure orders, each by the share of contacts it may have caused that would be reported by now
 */
record EpochData(
        ModelSettings settings,
        String market,
        EpochDays days,
        List<Account> accounts,
        Map<Custodian, Integer> indexes,
        int[] indexOfSlot,
        List<Incident> incidents,
        Candidates candidates,
        LeadTimes leadTimes,
        Background.AtRisk atRisk,
        double shoppingExposure) {

    Account account(Custodian custodian) {
        return accounts.get(indexes.get(custodian));
    }

    /** The incident that a candidate could explain. */
    Incident incidentOf(int candidate) {
        return incidents.get(candidates.incident[candidate]);
    }

    /** Whether only the background is learned yet. */
    boolean isLearning() {
        return days.today() < days.firstDay() + settings.learningDays();
    }

    /** Number of orders that a custodian touched in the horizon. */
    long touchesInHorizon(Account account) {
        return account.touchesFrom((int) (days.horizonFrom() - days.touchesFrom()));
    }

    /** Number of custodians with a touch in the horizon. */
    long custodiansInHorizon() {
        return accounts.stream()
                .filter(account -> touchesInHorizon(account) > 0)
                .count();
    }
}

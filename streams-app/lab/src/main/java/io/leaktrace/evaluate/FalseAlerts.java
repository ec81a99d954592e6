package io.leaktrace.evaluate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Alerts where nobody leaked.
 *
 * @param alerts first alerts on a custodian
 * @param trials markets simulated
 * @param marketDays evaluated, over all markets
 * @param custodianDays the same by custodian
 * @param byCell alerts and trials of each kind of background
 */
public record FalseAlerts(
        long alerts, int trials, double marketDays, double custodianDays, Map<String, long[]> byCell) {

    static FalseAlerts of(List<Outcome> outcomes) {
        long alerts = 0;
        double marketDays = 0;
        double custodianDays = 0;
        Map<String, long[]> byCell = new TreeMap<>();
        for (Outcome outcome : outcomes) {
            long here = 0;
            for (double peak : outcome.innocentPeaks()) {
                here += peak > Double.NEGATIVE_INFINITY ? 1 : 0;
            }
            alerts += here;
            marketDays += outcome.days();
            custodianDays += outcome.days() * outcome.custodians();
            long[] ofCell = byCell.computeIfAbsent(outcome.cell().name(), absent -> new long[2]);
            ofCell[0] += here;
            ofCell[1]++;
        }
        return new FalseAlerts(alerts, outcomes.size(), marketDays, custodianDays, byCell);
    }

    /** In 60 days over 2,100 custodians. */
    public double perBudget() {
        return alerts / (custodianDays / 60 / 2100);
    }
}

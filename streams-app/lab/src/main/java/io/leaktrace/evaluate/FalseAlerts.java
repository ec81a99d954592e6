package io.leaktrace.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Alerts in markets without leaks.
 *
 * @param alerts number of custodians accused
 * @param trials number of markets
 * @param marketDays evaluated days, summed over markets
 * @param custodianDays evaluated days, summed over custodians
 * @param byCell numbers of alerts and of trials for each kind of background
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

    /** False alerts in 60 days among 2,100 custodians. */
    public double perBudget() {
        return alerts / (custodianDays / 60 / 2100);
    }

    /** The table as Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("| background, nobody leaks | markets | false alerts |\n|---|---:|---:|\n");
        byCell.forEach((cell, figures) ->
                text.append(String.format(Locale.ROOT, "| %s | %d | %d |\n", cell, figures[1], figures[0])));
        text.append(String.format(
                Locale.ROOT,
                "\n%d false alerts in %d markets: %.1f years of markets, %,.0f years of custodians; %.2f in 60 days over "
                        + "2,100 custodians.\n",
                alerts,
                trials,
                marketDays / 365.25,
                custodianDays / 365.25,
                perBudget()));
        return text.toString();
    }
}

package io.leaktrace.evaluate;

/**
 * Case-crossover design, in which each incident is its own control (Maclure, "The case-crossover design", American
 * Journal of Epidemiology 133, 1991): touches of the buyer's orders in the five days before the incident are compared
 * with those from 14 to 9 days before it. The score is McNemar's signed statistic of the discordant pairs.
 */
final class CaseCrossover {

    private CaseCrossover() {}

    static double[] scores(Tabulation counts) {
        int[] hazardOnly = new int[counts.custodians()];
        int[] controlOnly = new int[counts.custodians()];
        for (Tabulation.Incident incident : counts.incidents()) {
            addDifference(incident.inHazard(), incident.inControl(), hazardOnly);
            addDifference(incident.inControl(), incident.inHazard(), controlOnly);
        }
        double[] scores = new double[counts.custodians()];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            int discordant = hazardOnly[custodian] + controlOnly[custodian];
            double difference = hazardOnly[custodian] - controlOnly[custodian];
            scores[custodian] = discordant == 0 ? 0 : difference / StrictMath.sqrt(discordant);
        }
        return scores;
    }

    /** Counts the elements of the first array that are not in the second; both are ascending. */
    private static void addDifference(int[] first, int[] second, int[] counts) {
        for (int custodian : first) {
            if (java.util.Arrays.binarySearch(second, custodian) < 0) {
                counts[custodian]++;
            }
        }
    }
}

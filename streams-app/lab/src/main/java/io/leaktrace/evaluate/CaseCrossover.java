package io.leaktrace.evaluate;

/**
 * Each incident is its own control: did the custodian touch the buyer's orders in the five days before it, rather than
 * in the five days up to nine days before (Maclure, "The case-crossover design", American Journal of Epidemiology 133,
 * 1991)? Scored by McNemar's statistic of the discordant pairs, with its sign.
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

    /** Counts those of the first (ascending) that are not in the second. */
    private static void addDifference(int[] first, int[] second, int[] counts) {
        for (int custodian : first) {
            if (java.util.Arrays.binarySearch(second, custodian) < 0) {
                counts[custodian]++;
            }
        }
    }
}

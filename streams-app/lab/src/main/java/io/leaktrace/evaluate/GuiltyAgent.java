package io.leaktrace.evaluate;

/**
 * The guilty-agent model (Papadimitriou and Garcia-Molina, "Data leakage detection", IEEE Transactions on Knowledge and
 * Data Engineering 23, 2011): the probability that an agent leaked at least one of the leaked objects,
 *
 * <pre>
 * Pr{guilty} = 1 − Π (1 − (1 − p) / |V_t|)
 * </pre>
 *
 * over the leaked objects t that it holds. V_t are the agents that hold t, and p is the probability that an object was
 * obtained in another way. Here a leaked object is the order data of a buyer at an incident, and V_t are the custodians
 * with a touch in the window before it. The number of objects that a custodian holds does not matter in this model.
 */
final class GuiltyAgent {

    /** Probability that an object was guessed, one of those that the authors use. It has little effect on ranks. */
    private static final double GUESSED = 0.5;

    private GuiltyAgent() {}

    /** Returns −ln(1 − Pr{guilty}) by custodian, which ranks also where the probability is rounded to 1. */
    static double[] scores(Tabulation counts) {
        double[] scores = new double[counts.custodians()];
        for (Tabulation.Incident incident : counts.incidents()) {
            int[] holders = incident.custodians();
            if (holders.length > 0) {
                double term = -StrictMath.log1p(-(1 - GUESSED) / holders.length);
                for (int custodian : holders) {
                    scores[custodian] += term;
                }
            }
        }
        return scores;
    }
}

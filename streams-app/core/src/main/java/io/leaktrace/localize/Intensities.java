package io.leaktrace.localize;

/**
 * The intensity of each possible cause of each incident, in reported contacts per day: background, shopping in general,
 * and each candidate custodian. The intensities of an incident's causes add up (an additive point process), so a cause's
 * share of the incident is its intensity divided by the total.
 *
 * <p>This is a view of arrays. {@link Attributor} writes to some of them until it has finished; after that they are
 * read-only.
 */
final class Intensities {

    private final Candidates candidates;
    private final double[] background;
    private final double[] shopping;
    private final double[] total;
    private final double[] knowledge;
    private final double[] blame;

    /**
     * @param background B by incident
     * @param shopping M by incident
     * @param total B + M + Σ λ by incident
     * @param knowledge likelihood ratio g of the disclosed fields, by candidate
     * @param blame intensity λ by candidate
     */
    Intensities(
            Candidates candidates,
            double[] background,
            double[] shopping,
            double[] total,
            double[] knowledge,
            double[] blame) {
        this.candidates = candidates;
        this.background = background;
        this.shopping = shopping;
        this.total = total;
        this.knowledge = knowledge;
        this.blame = blame;
    }

    /** Returns B of an incident. */
    double background(int incident) {
        return background[incident];
    }

    /** Returns M of an incident. */
    double shopping(int incident) {
        return shopping[incident];
    }

    /** Returns B + M of an incident: the intensity without any leak. */
    double baseline(int incident) {
        return background[incident] + shopping[incident];
    }

    /** Returns B + M + Σ λ of an incident. */
    double total(int incident) {
        return total[incident];
    }

    /** Returns the likelihood ratio g of the disclosed fields: a candidate's custodian against the background. */
    double knowledge(int candidate) {
        return knowledge[candidate];
    }

    /** Returns Σ f q g of a candidate: its intensity at a leak level of 1. */
    double perLevel(int candidate) {
        return candidates.weight[candidate] * knowledge[candidate];
    }

    /** Returns λ of a candidate. */
    double blame(int candidate) {
        return blame[candidate];
    }

    /** Returns the share of the incident that is attributed to the candidate, in [0, 1]. */
    double share(int candidate) {
        return blame[candidate] / total[candidates.incident[candidate]];
    }

    /**
     * Returns the intensity of all causes of an incident except one candidate's custodian.
     *
     * @param control factor of the negative control, at least 1, by which B + M is multiplied
     * @param alone whether to assume that no other custodian leaks
     */
    double others(int candidate, double control, boolean alone) {
        int i = candidates.incident[candidate];
        double baseline = background[i] + shopping[i];
        if (alone) {
            return control * baseline;
        }
        return Math.max(total[i] - blame[candidate], baseline) + (control - 1) * baseline;
    }
}

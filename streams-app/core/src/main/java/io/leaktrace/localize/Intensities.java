package io.leaktrace.localize;

/**
 * The intensity of every possible cause of every incident, in reported contacts per day: background, shopping at all,
 * and each custodian that is a candidate. An incident's causes add up (an additive point process), so that a cause's
 * share of the blame is its intensity over the total.
 *
 * <p>It only shows arrays. {@link Attributor} writes some of them while it iterates; later they are not written any
 * more.
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
     * @param knowledge by candidate, the likelihood ratio g of what the caller knew
     * @param blame by candidate, the intensity λ that it carries
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

    /** B of an incident. */
    double background(int incident) {
        return background[incident];
    }

    /** M of an incident. */
    double shopping(int incident) {
        return shopping[incident];
    }

    /** B + M of an incident: what would have come anyway. */
    double anyway(int incident) {
        return background[incident] + shopping[incident];
    }

    /** B + M + Σ λ of an incident. */
    double total(int incident) {
        return total[incident];
    }

    /** Likelihood ratio g of what the caller knew, for a candidate's custodian against the background. */
    double knowledge(int candidate) {
        return knowledge[candidate];
    }

    /** Σ f q g of a candidate: its intensity at a leak level of 1. */
    double perLevel(int candidate) {
        return candidates.weight[candidate] * knowledge[candidate];
    }

    /** λ of a candidate. */
    double blame(int candidate) {
        return blame[candidate];
    }

    /** Share of its incident that a candidate is blamed for, in [0, 1]. */
    double share(int candidate) {
        return blame[candidate] / total[candidates.incident[candidate]];
    }

    /**
     * Intensity of everything but one candidate's custodian.
     *
     * @param control by how much more than others the custodian's buyers are called anyway
     * @param alone as if no custodian carried blame
     */
    double others(int candidate, double control, boolean alone) {
        int i = candidates.incident[candidate];
        double anyway = background[i] + shopping[i];
        if (alone) {
            return control * anyway;
        }
        return Math.max(total[i] - blame[candidate], anyway) + (control - 1) * anyway;
    }
}

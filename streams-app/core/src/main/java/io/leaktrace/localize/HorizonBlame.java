package io.leaktrace.localize;

import io.leaktrace.localize.Incidents.Incident;
import java.util.HashSet;
import java.util.Set;

/**
 * The sums of attributed shares over the incidents of the horizon (blame). {@code background}, {@code shopping} and
 * {@code custodians} add up to {@code incidents}. Its arrays are read-only.
 *
 * @param incidents number of incidents in the horizon
 * @param background sum attributed to the background
 * @param shopping sum attributed to shopping in general
 * @param custodians sum attributed to all custodians
 * @param attributed sum attributed to the custodian, by account
 * @param expected number of incidents that the custodian could explain, minus {@code attributed}, by account
 * @param buyers the buyers with an incident of which at least {@link AlertPolicy#COUNTED_SHARE} is attributed to the
 *     custodian, by account
 * @param isBlamed whether any of the incident is attributed to a custodian, by incident of the history
 */
record HorizonBlame(
        long incidents,
        double background,
        double shopping,
        double custodians,
        double[] attributed,
        double[] expected,
        Buyers[] buyers,
        boolean[] isBlamed) {

    /**
     * Numbers of distinct buyers.
     *
     * @param all with decoys
     * @param informedDecoys decoys whose callers knew an order
     */
    record Buyers(int all, int decoys, int informedDecoys) {

        static final Buyers NONE = new Buyers(0, 0, 0);

        /** Returns a copy with more decoys, whose callers knew an order. */
        Buyers plusInformedDecoys(int more) {
            return new Buyers(all + more, decoys + more, informedDecoys + more);
        }
    }

    private static final int[] NONE = {};

    /** Distinct buyers of one custodian. */
    private static final class Distinct {
        private final Set<String> all = new HashSet<>();
        private final Set<String> decoys = new HashSet<>();
        private final Set<String> informedDecoys = new HashSet<>();

        void add(Incident incident) {
            all.add(incident.first.buyerId());
            if (incident.decoy) {
                decoys.add(incident.first.buyerId());
                if (Incidents.knewAnOrder(incident)) {
                    informedDecoys.add(incident.first.buyerId());
                }
            }
        }

        Buyers count() {
            return new Buyers(all.size(), decoys.size(), informedDecoys.size());
        }
    }

    /** Returns the sums for the horizon of an attribution. */
    static HorizonBlame of(Attribution attribution) {
        EpochData data = attribution.data();
        Intensities intensities = attribution.intensities();
        Candidates candidates = data.candidates();
        double[] attributed = new double[data.accounts().size()];
        double[] linked = new double[attributed.length];
        // Most custodians have no buyers, so a set is created only if needed.
        Distinct[] buyersOf = new Distinct[attributed.length];
        long incidents = 0;
        double background = 0;
        double shopping = 0;
        double custodians = 0;
        int horizon = data.columns().firstFrom(data.days().horizonFrom());
        boolean[] isBlamed = new boolean[data.incidents().size()];
        for (int index = 0; index < linked.length; index++) {
            linked[index] = candidates.end(index) - candidates.firstFrom(index, horizon);
        }
        for (int c = 0; c < candidates.size(); c++) {
            if (intensities.blame(c) != 0) {
                isBlamed[candidates.incident[c]] = true;
            }
        }
        for (int i = horizon; i < isBlamed.length; i++) {
            incidents++;
            shopping += intensities.shopping(i) / intensities.total(i);
            background += intensities.background(i) / intensities.total(i);
            for (int c : isBlamed[i] ? candidates.of(i) : NONE) {
                int index = candidates.custodian[c];
                double share = intensities.share(c);
                attributed[index] += share;
                if (share >= AlertPolicy.COUNTED_SHARE) {
                    buyersOf[index] = buyersOf[index] == null ? new Distinct() : buyersOf[index];
                    buyersOf[index].add(data.incidents().get(i));
                }
                custodians += share;
            }
        }
        double[] expected = new double[attributed.length];
        Buyers[] buyers = new Buyers[attributed.length];
        for (int index = 0; index < attributed.length; index++) {
            expected[index] = linked[index] - attributed[index];
            buyers[index] = buyersOf[index] == null ? Buyers.NONE : buyersOf[index].count();
        }
        return new HorizonBlame(incidents, background, shopping, custodians, attributed, expected, buyers, isBlamed);
    }
}

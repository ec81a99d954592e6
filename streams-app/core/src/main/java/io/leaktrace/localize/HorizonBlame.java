package io.leaktrace.localize;

import io.leaktrace.localize.Incidents.Incident;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
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
 * @param buyers number of distinct buyers with an incident of which at least {@link AlertPolicy#COUNTED_SHARE} is
 *     attributed to the custodian, by account
 */
record HorizonBlame(
        long incidents,
        double background,
        double shopping,
        double custodians,
        double[] attributed,
        double[] expected,
        int[] buyers) {

    /** Returns the sums for the horizon of an attribution. */
    static HorizonBlame of(Attribution attribution) {
        EpochData data = attribution.data();
        Intensities intensities = attribution.intensities();
        Candidates candidates = data.candidates();
        double[] attributed = new double[data.accounts().size()];
        double[] linked = new double[attributed.length];
        // Most custodians have no buyers, so a set is created only if needed.
        List<Set<String>> buyersOf = new ArrayList<>(Collections.nCopies(attributed.length, null));
        long incidents = 0;
        double background = 0;
        double shopping = 0;
        double custodians = 0;
        for (Incident incident : data.incidents()) {
            int i = incident.index;
            if (incident.day < data.days().horizonFrom()) {
                continue;
            }
            incidents++;
            shopping += intensities.shopping(i) / intensities.total(i);
            background += intensities.background(i) / intensities.total(i);
            for (int c : candidates.of(i)) {
                int index = candidates.custodian[c];
                double share = intensities.share(c);
                attributed[index] += share;
                linked[index] += 1;
                if (share >= AlertPolicy.COUNTED_SHARE) {
                    Set<String> buyers = buyersOf.get(index) == null ? new HashSet<>() : buyersOf.get(index);
                    buyers.add(incident.first.buyerId());
                    buyersOf.set(index, buyers);
                }
                custodians += share;
            }
        }
        double[] expected = new double[attributed.length];
        int[] buyers = new int[attributed.length];
        for (int index = 0; index < attributed.length; index++) {
            expected[index] = linked[index] - attributed[index];
            buyers[index] =
                    buyersOf.get(index) == null ? 0 : buyersOf.get(index).size();
        }
        return new HorizonBlame(incidents, background, shopping, custodians, attributed, expected, buyers);
    }
}

package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which custodians are parts of others, as an agent of its seller. A whole has the touches of its parts, so it can
 * explain all that they explain (docs/adr/0032).
 */
final class Parts {

    /** A part with a larger share of its whole's exposure is not distinguished from it, however strong the evidence. */
    private static final double LARGEST_SHARE = 0.9;

    /** By account: the index of the custodian that it is a part of, or −1. */
    private final int[] wholes;

    /** By account and day. */
    private final double[][] exposures;

    private Parts(int[] wholes, double[][] exposures) {
        this.wholes = wholes;
        this.exposures = exposures;
    }

    /**
     * Returns the parts among these custodians: those that accessed orders, and whose id names a part of another.
     *
     * @param indexes index of each custodian
     * @param accessing the custodians that accessed orders
     * @param exposures by index and day
     */
    static Parts among(
            List<Custodian> custodians,
            Map<Custodian, Integer> indexes,
            Set<Custodian> accessing,
            double[][] exposures) {
        int[] wholes = new int[custodians.size()];
        Arrays.fill(wholes, -1);
        for (Custodian custodian : accessing) {
            Integer part = indexes.get(custodian);
            Custodian whole = custodian.whole();
            if (part != null && whole != null) {
                wholes[part] = indexes.getOrDefault(whole, -1);
            }
        }
        return new Parts(wholes, exposures);
    }

    boolean isPart(int index) {
        return wholes[index] >= 0;
    }

    /** Whether a custodian is a part of another, or a part of a part of it. */
    boolean isPartOf(int part, int whole) {
        int of = wholes[part];
        while (of >= 0 && of != whole) {
            of = wholes[of];
        }
        return of >= 0;
    }

    /** Returns the index of the custodian of which this one is a part, or −1. */
    int whole(int part) {
        return wholes[part];
    }

    /**
     * Returns the values by which custodians are weighed, the highest first and of equal ones the lowest index: their
     * statistics alone, but that of a whole is at least that of each part that the data do not distinguish from it. So such a
     * part goes after its whole.
     *
     * @param alone the statistic of each custodian alone, a natural logarithm
     */
    double[] ranks(double[] alone) {
        double[] ranks = alone.clone();
        for (int part = 0; part < wholes.length; part++) {
            for (int whole = wholes[part]; whole >= 0; whole = wholes[whole]) {
                if (!isDistinguished(part, alone[part], whole, alone[whole])) {
                    ranks[whole] = Math.max(ranks[whole], alone[part]);
                }
            }
        }
        return ranks;
    }

    /**
     * Whether the data tell a part from its whole: its statistic alone, a natural logarithm, is larger by more than the
     * margin of rivals, and the whole has more than its orders. With nearly the same orders, the statistics differ by
     * the few others only, of which the accesses may not be logged.
     */
    boolean isDistinguished(int part, double partAlone, int whole, double wholeAlone) {
        return partAlone > wholeAlone + Rivals.MARGIN && exposure(part) <= LARGEST_SHARE * exposure(whole);
    }

    private double exposure(int index) {
        return Arrays.stream(exposures[index]).sum();
    }
}

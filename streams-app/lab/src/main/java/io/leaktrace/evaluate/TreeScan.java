package io.leaktrace.evaluate;

import io.leaktrace.domain.Role;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;

/**
 * The tree-based scan statistic, in its unconditional Poisson form (Kulldorff, Fang and Walsh, "A tree-based scan
 * statistic for database disease surveillance", Biometrics 59, 2003; TreeScan): each cut of a tree has the
 * log-likelihood ratio {@code c ln(c/e) − (c − e)} of its cases c and its expected cases e.
 *
 * <p>The leaves are custodians. Cuts are the custodians; each origin hub with the sellers that ship through it, as far
 * as buyers with contacts show; and the roles. The cases of a cut are the orders touched by any of its custodians that
 * an incident followed, each once; the expected number is the market's share of such orders times the cut's orders.
 *
 * <p>The scan finds cuts, not custodians, so the ranking is an adaptation: a custodian has the highest ratio of its own
 * leaf, of the cut that it is the hub of, and of its role divided by the number of custodians in that role.
 */
final class TreeScan {

    private TreeScan() {}

    static double[] scores(Tabulation counts) {
        int custodians = counts.custodians();
        double rate = counts.orders() == 0 ? 0 : (double) counts.ordersFollowed() / counts.orders();
        double[] scores = new double[custodians];
        for (int custodian = 0; custodian < custodians; custodian++) {
            scores[custodian] = PoissonRatio.log(counts.followed(custodian), rate * counts.touches(custodian));
        }
        scanHubs(counts, rate, scores);
        scanRoles(counts, rate, scores);
        return scores;
    }

    private static void scanHubs(Tabulation counts, double rate, double[] scores) {
        int[] hubs = counts.originHubs();
        int[] touchesOfSellers = new int[hubs.length];
        IntOpenHashSet[] followed = new IntOpenHashSet[hubs.length];
        for (int seller = 0; seller < hubs.length; seller++) {
            if (hubs[seller] >= 0) {
                touchesOfSellers[hubs[seller]] += counts.touches(seller);
                followed[hubs[seller]] = followed[hubs[seller]] == null ? new IntOpenHashSet() : followed[hubs[seller]];
            }
        }
        counts.forEachFollowed((custodian, order) -> {
            int hub = hubs[custodian] >= 0 ? hubs[custodian] : custodian;
            if (followed[hub] != null) {
                followed[hub].add(order);
            }
        });
        for (int hub = 0; hub < hubs.length; hub++) {
            if (followed[hub] != null) {
                // Orders that the hub touched are mostly those of its sellers, so they are not added.
                double expected = rate * Math.max(touchesOfSellers[hub], counts.touches(hub));
                scores[hub] = Math.max(scores[hub], PoissonRatio.log(followed[hub].size(), expected));
            }
        }
    }

    private static void scanRoles(Tabulation counts, double rate, double[] scores) {
        int roles = Role.values().length;
        long[] touches = new long[roles];
        int[] members = new int[roles];
        for (int custodian = 0; custodian < scores.length; custodian++) {
            int role = counts.role(custodian).ordinal();
            touches[role] += counts.touches(custodian);
            members[role]++;
        }
        IntOpenHashSet[] followed = new IntOpenHashSet[roles];
        for (int role = 0; role < roles; role++) {
            // A role that touches all orders has no more cases than expected.
            followed[role] = touches[role] < counts.orders() ? new IntOpenHashSet() : null;
        }
        counts.forEachFollowed((custodian, order) -> {
            IntOpenHashSet ofRole = followed[counts.role(custodian).ordinal()];
            if (ofRole != null) {
                ofRole.add(order);
            }
        });
        for (int custodian = 0; custodian < scores.length; custodian++) {
            int role = counts.role(custodian).ordinal();
            if (followed[role] != null) {
                double ratio = PoissonRatio.log(followed[role].size(), rate * touches[role]);
                scores[custodian] = Math.max(scores[custodian], ratio / members[role]);
            }
        }
    }
}

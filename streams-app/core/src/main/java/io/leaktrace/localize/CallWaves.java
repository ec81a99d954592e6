package io.leaktrace.localize;

import io.leaktrace.domain.Role;
import java.util.Arrays;

/**
 * Weighs waves of calls to the buyers of a custodian: for some days, the buyers of a region or a shop are called more
 * often than those of others of its role, by callers who know what background callers know.
 */
final class CallWaves {

    /** Prior odds of an archive against a wave on the custodian's buyers; a node's buyers are a region. */
    private static final double WAVE_ODDS = 20;

    /** The same for sellers and their software: a wave on the customers of just one shop is hardly known. */
    private static final double SHOP_WAVE_ODDS = 10_000;

    /** Least number of incidents expected on consecutive days, so that a few incidents are no wave. */
    private static final double LEAST_EXPECTED = 0.5;

    private CallWaves() {}

    /**
     * Returns, by account, how far the logarithm of a wave's likelihood ratio is above the prior odds of an archive
     * against a wave; 0 if it is below.
     */
    static double[] logRatios(EpochData data, ArchivePairs pairs) {
        int calls = data.days().slidingDays();
        int roles = Role.values().length;
        double[][] weeksOfRole = new double[roles][calls];
        double[][] ordersOfRole = new double[roles][calls];
        double[][] orders = new double[data.accounts().size()][calls];
        double[][] weeks = new double[orders.length][];
        double[][] incidents = new double[orders.length][];
        data.workers().overCustodians(orders.length, (from, to) -> {
            for (Account account : data.accounts().subList(from, to)) {
                int index = account.index();
                for (int day = 0; day < calls; day++) {
                    orders[index][day] = data.ordersInMemory(account, day);
                }
                if (pairs.size(index) == 0) {
                    continue;
                }
                weeks[index] = new double[calls];
                incidents[index] = new double[calls];
                for (int day = 0, pair = pairs.first(index); day < calls; day++) {
                    int end = pairs.endOfDay(index, pair, day);
                    incidents[index][day] = end - pair;
                    for (; pair < end; pair++) {
                        weeks[index][day] += pairs.weeks(index, pair);
                    }
                }
            }
        });
        boolean inAnyOrder = pairs.haveWholeWeeks();
        for (Account account : data.accounts()) {
            int index = account.index();
            int role = account.custodian().role().ordinal();
            for (int day = 0, pair = pairs.first(index); day < calls; day++) {
                ordersOfRole[role][day] += orders[index][day];
                if (inAnyOrder) {
                    weeksOfRole[role][day] += weeks[index] != null ? weeks[index][day] : 0;
                    continue;
                }
                for (int end = pairs.endOfDay(index, pair, day); pair < end; pair++) {
                    weeksOfRole[role][day] += pairs.weeks(index, pair);
                }
            }
        }
        double[] waves = new double[weeks.length];
        data.workers().overCustodians(waves.length, (from, to) -> {
            for (Account account : data.accounts().subList(from, to)) {
                int index = account.index();
                if (weeks[index] == null) {
                    continue;
                }
                int role = account.custodian().role().ordinal();
                double perWeek = Arrays.stream(incidents[index]).sum()
                        / Arrays.stream(weeks[index]).sum();
                double[] expected = new double[calls];
                for (int day = 0; day < calls; day++) {
                    // Without its own buyers, whose number a wave or a campaign has raised.
                    double ordersOfOthers = ordersOfRole[role][day] - orders[index][day];
                    double weeksOfOthers = weeksOfRole[role][day] - weeks[index][day];
                    expected[day] =
                            ordersOfOthers > 0 ? orders[index][day] * weeksOfOthers / ordersOfOthers * perWeek : 0;
                }
                boolean isShop = role == Role.SELLER.ordinal() || role == Role.SERVICE_PROVIDER.ordinal();
                double odds = StrictMath.log(isShop ? SHOP_WAVE_ODDS : WAVE_ODDS);
                waves[index] = Math.max(0, scan(incidents[index], expected) - odds);
            }
        });
        return waves;
    }

    /**
     * Returns the largest logarithm of the likelihood ratio of a wave with one factor on consecutive days, over all such
     * days: a scan statistic in time (Kulldorff, "A spatial scan statistic", Commun. Statist. 26, 1997, with days in
     * place of regions and a Poisson model). 0 if no days have more incidents than expected.
     */
    static double scan(double[] incidents, double[] expected) {
        double largest = 0;
        for (int from = 0; from < incidents.length; from++) {
            double observed = 0;
            double mean = LEAST_EXPECTED;
            for (int to = from; to < incidents.length; to++) {
                observed += incidents[to];
                mean += expected[to];
                if (observed > mean) {
                    largest = Math.max(largest, observed * FdLibm.log(observed / mean) - observed + mean);
                }
            }
        }
        return largest;
    }
}

package io.leaktrace.check;

import io.leaktrace.check.CheckReport.Together;
import io.leaktrace.domain.Custodian;
import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds custodians that have nearly the same orders, so that no data tell which of them leaks. */
final class AlwaysTogether {

    /** Share of the orders of each of two custodians in which the other occurs too. */
    private static final double SHARE = 0.95;

    /** Number of orders below which the same orders may be chance. */
    private static final int LEAST_ORDERS = 20;

    private AlwaysTogether() {}

    /**
     * Returns groups of such custodians, that with the most orders first.
     *
     * @param days length of the span of orders
     */
    static List<Together> groups(SampleFigures figures, RecordSample sample, double days) {
        Long2IntOpenHashMap pairs = new Long2IntOpenHashMap();
        for (int order = 0; order < figures.orders; order++) {
            int from = figures.ordersFromPlace.getInt(order);
            int to = order + 1 == figures.orders
                    ? figures.custodiansOfOrders.size()
                    : figures.ordersFromPlace.getInt(order + 1);
            for (int i = from; i < to; i++) {
                for (int j = i + 1; j < to; j++) {
                    int one = figures.custodiansOfOrders.getInt(i);
                    int other = figures.custodiansOfOrders.getInt(j);
                    if (mayBeSame(figures.ordersOf[one], figures.ordersOf[other])) {
                        pairs.addTo((long) Math.min(one, other) << 32 | Math.max(one, other), 1);
                    }
                }
            }
        }
        Map<Custodian, TreeSet<Custodian>> groupOf = new TreeMap<>();
        Map<Custodian, Integer> orders = new TreeMap<>();
        for (Long2IntMap.Entry pair : pairs.long2IntEntrySet()) {
            int one = (int) (pair.getLongKey() >> 32);
            int other = (int) pair.getLongKey();
            if (pair.getIntValue() >= SHARE * Math.max(figures.ordersOf[one], figures.ordersOf[other])) {
                orders.put(sample.custodian(one), figures.ordersOf[one]);
                orders.put(sample.custodian(other), figures.ordersOf[other]);
                TreeSet<Custodian> joined = groupOf.computeIfAbsent(sample.custodian(one), AlwaysTogether::alone);
                joined.addAll(groupOf.computeIfAbsent(sample.custodian(other), AlwaysTogether::alone));
                joined.forEach(member -> groupOf.put(member, joined));
            }
        }
        List<Together> groups = new ArrayList<>();
        groupOf.forEach((custodian, group) -> {
            if (group.first().equals(custodian)) {
                int most = group.stream().mapToInt(orders::get).max().orElseThrow();
                groups.add(new Together(
                        group.stream().map(Custodian::toString).toList(), most / sample.share() / Math.max(1, days)));
            }
        });
        groups.sort(
                Comparator.comparingDouble(Together::ordersPerDay).reversed().thenComparing(group -> group.custodians()
                        .get(0)));
        return groups;
    }

    private static boolean mayBeSame(int orders, int otherOrders) {
        int fewer = Math.min(orders, otherOrders);
        return fewer >= LEAST_ORDERS && fewer >= SHARE * Math.max(orders, otherOrders);
    }

    private static TreeSet<Custodian> alone(Custodian custodian) {
        TreeSet<Custodian> group = new TreeSet<>();
        group.add(custodian);
        return group;
    }
}

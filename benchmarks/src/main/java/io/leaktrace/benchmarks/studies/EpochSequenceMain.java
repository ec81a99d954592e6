package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.JavaProcess;
import io.leaktrace.benchmarks.process.ProcessFigures;
import io.leaktrace.benchmarks.process.PropertiesFile;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Strata;
import io.leaktrace.engine.LocalizeStage;
import io.leaktrace.engine.MarketStore;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Solves all epochs of 60 days, one after the other: {@code EpochSequenceMain CONTACTS SEED THREADS FILE_FOR_THE_ANSWER}. The
 * market is that of {@link Market} with 20 orders a buyer. A contact comes again with each later order, as from the first
 * stage.
 */
final class EpochSequenceMain {

    private static final int ORDERS_OF_BUYER = 20;
    private static final int ORDERS_OF_EPOCH = 83_333;
    private static final long WINDOW = Market.WINDOW;

    private final ModelSettings model = ModelSettings.defaults();
    private final int epochs = (int) (Market.SPAN / model.epoch());
    private final List<Custodian> sellers = custodians(Role.SELLER, Market.SELLERS);
    private final List<Custodian> nodes = custodians(Role.LOGISTICS_NODE, Market.NODES);
    private final SplittableRandom random;

    private EpochSequenceMain(long seed) {
        random = new SplittableRandom(seed);
    }

    private static List<Custodian> custodians(Role role, int count) {
        return Stream.iterate(0, number -> number + 1)
                .limit(count)
                .map(number -> new Custodian(role, role + "-" + number))
                .toList();
    }

    public static void main(String[] arguments) {
        JavaProcess.endWithParent();
        Map<String, String> answer = new EpochSequenceMain(Long.parseLong(arguments[1]))
                .solve(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[2]));
        PropertiesFile.write(Path.of(arguments[3]), answer);
        System.exit(0);
    }

    private Map<String, String> solve(int contacts, int threads) {
        List<List<ContactEvidence>> evidence = Stream.<List<ContactEvidence>>generate(ArrayList::new)
                .limit(epochs)
                .toList();
        for (int number = 0; number < contacts; number++) {
            addEvidence(number, evidence);
        }
        MarketBook book = new MarketBook(model, new Localizer(model, "bench", threads), 1, true);
        LocalizeStage stage = new LocalizeStage(book, MarketStore.none(), (finding, end) -> {});
        ProcessFigures before = ProcessFigures.now();
        for (int epoch = 0; epoch < epochs; epoch++) {
            stage.accept(exposures(epoch));
            evidence.get(epoch).forEach(stage::accept);
            evidence.get(epoch).clear();
            long end = Market.START + (epoch + 1) * model.epoch();
            stage.accept(new Progress(0, end, end - 1, epoch == epochs - 1, new TreeMap<>()));
        }
        ProcessFigures after = ProcessFigures.now();
        return Map.of(
                "epochs", Integer.toString(epochs),
                "cpuSeconds", Double.toString(after.cpuSeconds() - before.cpuSeconds()),
                "seconds", Double.toString(after.wallSeconds() - before.wallSeconds()),
                "peakBytes", Long.toString(after.peakBytes()));
    }

    /** An order with the custodians that touch it, in their order. */
    private record Order(long at, String id, List<Custodian> custodians) {}

    private Order order(String id, long at) {
        TreeSet<Custodian> touching = new TreeSet<>();
        while (touching.size() < Market.TOUCHES_PER_ORDER - 1) {
            touching.add(nodes.get(random.nextInt(nodes.size())));
        }
        touching.add(sellers.get(random.nextInt(sellers.size())));
        return new Order(at, id, List.copyOf(touching));
    }

    private void addEvidence(int number, List<List<ContactEvidence>> evidence) {
        TreeMap<Long, Order> orders = new TreeMap<>();
        for (int i = 0; i < ORDERS_OF_BUYER; i++) {
            long at = Market.START + random.nextLong(Market.SPAN);
            orders.put(at, order("o-" + number + "-" + i, at));
        }
        long ordered = orders.ceilingKey(orders.firstKey() + random.nextLong(orders.lastKey() - orders.firstKey() + 1));
        long contactedAt = ordered + 1 + random.nextLong(Math.min(WINDOW, Market.START + Market.SPAN - ordered));
        long reportedAt = contactedAt + random.nextLong(Market.LONGEST_REPORT_DELAY);
        // Most callers disclose nothing or a little; some know an order.
        double known = random.nextInt(10) < 3 ? 0 : random.nextInt(4) == 0 ? 0.45 : 0.12;
        int disclosed = 0;
        for (Field field : Field.values()) {
            disclosed |= random.nextDouble() < known ? 1 << field.ordinal() : 0;
        }
        List<Integer> hoursAtRisk = new ArrayList<>();
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            hoursAtRisk.add((int) (WINDOW / EventTime.HOUR) / Strata.COUNT);
        }
        List<Long> times = new ArrayList<>(List.of(reportedAt));
        times.addAll(orders.subMap(reportedAt + 1, contactedAt + WINDOW).keySet());
        for (long time : times) {
            int epoch = (int) ((time - Market.START) / model.epoch());
            if (epoch < epochs) {
                evidence.get(epoch)
                        .add(new ContactEvidence(
                                "c-" + number,
                                "b-" + number,
                                contactedAt,
                                reportedAt,
                                disclosed,
                                null,
                                null,
                                false,
                                orders.subMap(contactedAt - Strata.RECENT_HOURS * EventTime.HOUR, contactedAt)
                                        .size(),
                                hoursAtRisk,
                                touches(orders.subMap(contactedAt - WINDOW, time + 1)),
                                past(orders.headMap(contactedAt), contactedAt)));
            }
        }
    }

    private static List<ContactTouch> touches(Map<Long, Order> orders) {
        return orders.values().stream()
                .flatMap(order ->
                        order.custodians.stream().map(custodian -> new ContactTouch(custodian, order.id, order.at)))
                .toList();
    }

    private static List<PastCustodian> past(Map<Long, Order> orders, long contactedAt) {
        TreeMap<Custodian, Integer> weeks = new TreeMap<>();
        orders.values()
                .forEach(order -> order.custodians.forEach(custodian -> weeks.merge(
                        custodian, PastCustodian.week(contactedAt, order.at), (some, others) -> some | others)));
        return weeks.entrySet().stream()
                .map(entry -> new PastCustodian(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Exposures exposures(int epoch) {
        Exposures exposures = Exposures.none();
        long bucket = Market.START / model.epoch() + epoch;
        for (Custodian seller : sellers) {
            int count = ORDERS_OF_EPOCH / sellers.size() / 2 + random.nextInt(ORDERS_OF_EPOCH / sellers.size());
            exposures.touches().put(seller, new TreeMap<>(Map.of(bucket, count)));
        }
        int ofNode = ORDERS_OF_EPOCH * (Market.TOUCHES_PER_ORDER - 1) / nodes.size();
        nodes.forEach(node -> exposures.touches().put(node, new TreeMap<>(Map.of(bucket, ofNode))));
        exposures.orders().put(bucket, ORDERS_OF_EPOCH);
        for (int stratum = 0; epoch == 0 && stratum < Strata.COUNT; stratum++) {
            exposures.atRisk().get(stratum).put(Market.START / EventTime.HOUR, 200_000);
        }
        return exposures;
    }
}

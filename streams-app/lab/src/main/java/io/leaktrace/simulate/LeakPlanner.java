package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.simulate.Volumes.Volume;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Chooses the leaking custodians of a scenario. It runs after the orders have been generated, so that a scenario's
 * conditions on volumes hold for the actual orders. All choices depend on the seed only.
 */
final class LeakPlanner {

    /** Days without a leak at the start, for scorers that learn the background first. */
    static final int DAYS_BEFORE_LEAKS = 20;

    static final int HUB_SELLERS = 10;

    private static final int SMALL_SELLER_ORDERS_A_DAY = 30;
    private static final int DAYS_AFTER_START = 5;
    private static final int SPREAD_OF_STARTS = 15;
    private static final int STOPS_AFTER = 15;
    private static final double HIGHEST_OF_TWENTY = 0.10;
    private static final double LOWEST_OF_TWENTY = 0.01;

    private static final double FAINTER = 5;

    /** Reported victims per day. */
    private static final double[] LEAK_SIZES = {0.1, 0.2, 0.5, 1};

    private static final double INJECTED_SHARE = 0.1;
    private static final double USUAL_SHARE_OF_REPORTS = MarketSettings.USUAL_REPORTED_SHARE;

    static final int ARCHIVE_DAYS = 40;
    static final int LONG_ARCHIVE_DAYS = 180;
    static final int CAMPAIGN_DAYS = 12;

    /** Maximum number of days from the copy to the first day of the campaign. */
    private static final int LATEST_CAMPAIGN = 8;

    /** Days at the end in which the last victims report. */
    private static final int DAYS_TO_REPORT = 7;

    private static final int SILENT_DAYS = 10;

    /** Number of reported victims of each leak in a short extract. */
    static final int SHORT_VICTIMS = 40;

    /** Start of the leak of the story's desk: ten days before the orders. */
    static final Instant STORY_LEAK = Instant.parse("2014-07-12T01:00:00Z");

    /** Days within which the other leaks start, so that they are visible when the story ends. */
    private static final int STORY_SPREAD = 4;

    private static final double STORY_DESK_SHARE = 0.05;

    private final MarketSettings settings;
    private final OrderBook book;
    private final Volumes volumes;
    private final RandomStream random;
    private final Double wantedRate;

    LeakPlanner(MarketSettings settings, OrderBook book, RandomStream random, Double wantedRate) {
        this.settings = settings;
        this.book = book;
        this.volumes = Volumes.of(book);
        this.random = random;
        this.wantedRate = wantedRate;
    }

    List<Leak> none() {
        return List.of();
    }

    List<Leak> bigSeller() {
        return List.of(leak(one(first(10, volumes.sellers()), "big seller"), 0.03));
    }

    List<Leak> smallSellers() {
        List<Volume> small = volumes.sellers().stream()
                .filter(v -> v.orders() < SMALL_SELLER_ORDERS_A_DAY * settings.days())
                .limit(80)
                .toList();
        return leaks(some(8, small, "small sellers"), 0.04, 0.06);
    }

    List<Leak> leakingHub() {
        return List.of(leak(one(lowerHalf(hubsOfManySellers()), "hub with enough sellers"), 0.03));
    }

    List<Leak> leakingSeller() {
        int hub = book.layout().hubs().length - 1;
        Volume seller = volumes.sellers().stream()
                .filter(v -> book.layout().hubOfSeller()[v.index()] == hub)
                .findFirst()
                .orElseThrow();
        return List.of(leak(seller.custodian(), 0.04));
    }

    /** High rates at small custodians and low rates at large ones, so that each leak has tens of victims. */
    List<Leak> twentyLeaks() {
        List<Custodian> fromSmall = new ArrayList<>();
        fromSmall.addAll(some(9, between(20, 200, volumes.sellers()), "sellers for nine of twenty leaks"));
        fromSmall.addAll(some(2, lowerHalf(volumes.providers()), "service providers for two of twenty leaks"));
        fromSmall.addAll(some(4, lowerHalf(volumes.stations()), "stations for four of twenty leaks"));
        fromSmall.addAll(some(2, lowerHalf(volumes.hubs()), "hubs for two of twenty leaks"));
        fromSmall.addAll(some(1, lowerHalf(volumes.channels()), "payment channel for one of twenty leaks"));
        fromSmall.addAll(some(2, lowerHalf(volumes.desks()), "service desks for two of twenty leaks"));
        double fall = LOWEST_OF_TWENTY / HIGHEST_OF_TWENTY;
        List<Leak> leaks = new ArrayList<>();
        for (int i = 0; i < fromSmall.size(); i++) {
            double part = StrictMath.pow(fall, i / (double) (fromSmall.size() - 1));
            leaks.add(new Leak(
                    fromSmall.get(i),
                    start(2 * SPREAD_OF_STARTS, DAYS_AFTER_START),
                    null,
                    Math.min(1, rate(HIGHEST_OF_TWENTY) * part)));
        }
        return leaks;
    }

    /** The same twenty, each with a fifth of the victims: some have a handful of reports, some none. */
    List<Leak> faintLeaks() {
        return twentyLeaks().stream()
                .map(leak -> new Leak(leak.custodian(), leak.from(), leak.to(), leak.ratePerOrder() / FAINTER))
                .toList();
    }

    /** Two sellers and a station for each number of reported victims per day in {@link #LEAK_SIZES}. */
    List<Leak> leakSizes() {
        int sizes = LEAK_SIZES.length;
        List<Custodian> sellers = some(2 * sizes, between(10, 60, volumes.sellers()), "sellers for leaks of each size");
        List<Custodian> stations = some(sizes, lowerHalf(volumes.stations()), "stations for leaks of each size");
        List<Leak> leaks = new ArrayList<>();
        for (int i = 0; i < sizes; i++) {
            for (Custodian leaking : List.of(sellers.get(2 * i), sellers.get(2 * i + 1), stations.get(i))) {
                double rate = Math.min(1, LEAK_SIZES[i] * settings.days() / ordersOf(leaking));
                leaks.add(leak(leaking, rate));
            }
        }
        return leaks;
    }

    private int ordersOf(Custodian custodian) {
        List<Volume> ofRole = custodian.role() == Role.SELLER ? volumes.sellers() : volumes.stations();
        return ofRole.stream()
                .filter(volume -> volume.custodian().equals(custodian))
                .findFirst()
                .orElseThrow()
                .orders();
    }

    /** Ten custodians of any size; a tenth of their orders have victims, of whom the usual share reports. */
    List<Leak> injected() {
        double rate = INJECTED_SHARE * USUAL_SHARE_OF_REPORTS;
        return leaks(tenOfAnySize(), rate, rate);
    }

    private List<Custodian> tenOfAnySize() {
        List<Custodian> leaking = new ArrayList<>();
        leaking.addAll(some(6, between(0, 400, volumes.sellers()), "sellers for injected leaks"));
        leaking.addAll(some(1, volumes.providers(), "service provider for an injected leak"));
        leaking.addAll(some(2, volumes.stations(), "stations for injected leaks"));
        leaking.addAll(some(1, lowerHalf(volumes.hubs()), "hub for an injected leak"));
        return leaking;
    }

    /** A service provider and a seller with archives of half a year. */
    List<Leak> longStolenArchives() {
        Custodian provider = one(between(3, 20, volumes.providers()), "service provider with an archive");
        Custodian seller = one(between(5, 60, volumes.sellers()), "ordinary seller with an archive");
        return List.of(archive(provider, LONG_ARCHIVE_DAYS, 0.02, 0.1), archive(seller, LONG_ARCHIVE_DAYS, 0.03, 0.1));
    }

    /** A larger and a smaller seller and an origin hub. */
    List<Leak> stolenArchives() {
        Custodian large = one(between(10, 40, volumes.sellers()), "larger seller with an archive");
        List<Volume> others = between(60, 150, volumes.sellers()).stream()
                .filter(volume -> !volume.custodian().equals(large))
                .toList();
        return List.of(
                archive(large, ARCHIVE_DAYS, 0.02, 0.05),
                archive(one(others, "smaller seller with an archive"), ARCHIVE_DAYS, 0.1, 0.2),
                archive(one(lowerHalf(hubsOfManySellers()), "hub with an archive"), ARCHIVE_DAYS, 0.02, 0.04));
    }

    /** An archive of which a share of the orders between these bounds is called through. */
    private Leak archive(Custodian custodian, int archiveDays, double leastCalled, double mostCalled) {
        int latestCopy = settings.days() - CAMPAIGN_DAYS - LATEST_CAMPAIGN - DAYS_TO_REPORT;
        if (latestCopy < archiveDays) {
            throw new IllegalArgumentException("the archives of this scenario need at least "
                    + (settings.days() + archiveDays - latestCopy) + " days");
        }
        int copiedOn = latestCopy - random.below(Math.min(8, latestCopy - archiveDays + 1));
        OffsetDateTime copiedAt = settings.start().plusDays(copiedOn);
        OffsetDateTime from = copiedAt.plusDays(1 + random.below(LATEST_CAMPAIGN));
        return new Leak(
                custodian,
                from.toInstant(),
                from.plusDays(CAMPAIGN_DAYS).toInstant(),
                rate(random.uniform(leastCalled, mostCalled) * USUAL_SHARE_OF_REPORTS),
                new Leak.Archive(copiedAt.minusDays(archiveDays).toInstant(), copiedAt.toInstant()));
    }

    /** Ten custodians of any size; a tenth of the orders of ten days become reported victims. */
    List<Leak> tenDaysEach() {
        List<Leak> leaks = new ArrayList<>();
        for (Custodian custodian : tenOfAnySize()) {
            Instant from = start(2 * SPREAD_OF_STARTS, SILENT_DAYS + DAYS_TO_REPORT);
            leaks.add(new Leak(custodian, from, from.plus(SILENT_DAYS, ChronoUnit.DAYS), rate(INJECTED_SHARE)));
        }
        return leaks;
    }

    List<Leak> threeSellers() {
        return leaks(some(3, between(10, 100, volumes.sellers()), "ordinary sellers"), 0.03, 0.06);
    }

    /** Custodians that know of an order when it is placed. */
    List<Leak> fourAtTheOrder() {
        List<Custodian> leaking = new ArrayList<>(some(3, between(10, 100, volumes.sellers()), "ordinary sellers"));
        leaking.add(one(lowerHalf(volumes.providers()), "small service provider"));
        return leaks(leaking, 0.03, 0.06);
    }

    /** Leaks from the first day on, of sellers that are big enough for {@link #SHORT_VICTIMS} victims. */
    List<Leak> threeInAShortTime() {
        return some(3, first(25, volumes.sellers()), "big sellers").stream()
                .map(seller -> new Leak(
                        seller,
                        settings.start().toInstant(),
                        null,
                        wantedRate != null ? wantedRate : Math.min(1, SHORT_VICTIMS / (double) ordersOf(seller))))
                .toList();
    }

    /** A service provider that is not in the layout. */
    List<Leak> hiddenProvider() {
        return List.of(leak(new Custodian(Role.SERVICE_PROVIDER, "not-recorded"), 0.02));
    }

    List<Leak> fourOfThreeRoles() {
        List<Custodian> leaking = new ArrayList<>(some(2, between(10, 100, volumes.sellers()), "ordinary sellers"));
        leaking.add(one(lowerHalf(volumes.stations()), "small station"));
        leaking.add(one(lowerHalf(volumes.providers()), "small service provider"));
        return leaks(leaking, 0.03, 0.06);
    }

    /** A seller among the ten biggest, one of some orders a day, an origin hub and a station. */
    List<Leak> fourOfAnySize() {
        List<Custodian> leaking = new ArrayList<>();
        leaking.add(one(first(10, volumes.sellers()), "big seller"));
        leaking.add(one(between(200, 600, volumes.sellers()), "small seller"));
        leaking.add(one(lowerHalf(hubsOfManySellers()), "hub with enough sellers"));
        leaking.add(one(lowerHalf(volumes.stations()), "small station"));
        return leaks(leaking, 0.02, 0.06);
    }

    List<Leak> fourSellers() {
        return leaks(some(4, between(10, 100, volumes.sellers()), "ordinary sellers"), 0.03, 0.06);
    }

    /** An agent of one of the largest sellers, and all agents of another seller. */
    List<Leak> anAgentAndASeller() {
        Custodian seller = one(first(10, volumes.sellers()), "seller whose agent leaks");
        Custodian agent = AccessedOrders.agent(seller, random.below(AccessedOrders.AGENTS));
        List<Volume> others = volumes.sellers()
                .subList(
                        Math.min(10, volumes.sellers().size() - 1),
                        Math.min(AccessedOrders.SELLERS, volumes.sellers().size()));
        return List.of(leak(agent, 0.1), leak(one(others, "seller that leaks"), 0.08));
    }

    List<Leak> stoppedLeak() {
        Custodian seller = one(between(5, 40, volumes.sellers()), "ordinary seller");
        Instant from = start(SPREAD_OF_STARTS, STOPS_AFTER);
        return List.of(new Leak(seller, from, from.plus(STOPS_AFTER, ChronoUnit.DAYS), rate(0.06)));
    }

    /** The desk that leaked zhou's orders, and later a hub and a seller unrelated to them. */
    List<Leak> story() {
        Custodian hub = one(lowerHalf(hubsOfManySellers()), "hub with enough sellers");
        List<Volume> smallish = volumes.sellers().stream()
                .filter(v -> !hubOf(v).equals(hub))
                .filter(v -> v.orders() < settings.ordersPerDay() * settings.days() / 100)
                .limit(20)
                .toList();
        return List.of(
                new Leak(deskOfTheStory(), STORY_LEAK, null, rate(0.04)),
                new Leak(hub, start(STORY_SPREAD, DAYS_AFTER_START), null, rate(0.03)),
                new Leak(one(smallish, "smaller seller"), start(STORY_SPREAD, DAYS_AFTER_START), null, rate(0.06)));
    }

    private Custodian deskOfTheStory() {
        double wanted = STORY_DESK_SHARE * book.size;
        return volumes.desks().stream()
                .skip(1)
                .min((a, b) -> Double.compare(Math.abs(a.orders() - wanted), Math.abs(b.orders() - wanted)))
                .orElseThrow(() -> new IllegalArgumentException("the story needs a market with two service desks"))
                .custodian();
    }

    private Custodian hubOf(Volume seller) {
        return book.layout().hubs()[book.layout().hubOfSeller()[seller.index()]];
    }

    private List<Volume> hubsOfManySellers() {
        Map<Custodian, Integer> sellers = new HashMap<>();
        for (Volume seller : volumes.sellers()) {
            if (seller.orders() > 0) {
                sellers.merge(hubOf(seller), 1, Integer::sum);
            }
        }
        Predicate<Volume> many = hub -> sellers.getOrDefault(hub.custodian(), 0) >= HUB_SELLERS;
        return volumes.hubs().stream().filter(many).toList();
    }

    private List<Leak> leaks(List<Custodian> custodians, double lowestRate, double highestRate) {
        List<Leak> leaks = new ArrayList<>();
        for (Custodian custodian : custodians) {
            leaks.add(leak(custodian, random.uniform(lowestRate, highestRate)));
        }
        return leaks;
    }

    private Leak leak(Custodian custodian, double usualRate) {
        return new Leak(custodian, start(SPREAD_OF_STARTS, DAYS_AFTER_START), null, rate(usualRate));
    }

    /** A rate scaled from the usual share of reports to that of the settings, or the rate given by the user. */
    private double rate(double usual) {
        return wantedRate != null
                ? wantedRate
                : Math.min(1, usual * settings.reportedShare() / MarketSettings.USUAL_REPORTED_SHARE);
    }

    /** A random full hour, at least {@link #DAYS_BEFORE_LEAKS} after the start and {@code daysLeft} before the end. */
    private Instant start(int spreadInDays, int daysLeft) {
        int spread = Math.min(spreadInDays, settings.days() - DAYS_BEFORE_LEAKS - daysLeft);
        if (spread < 0) {
            throw new IllegalArgumentException(
                    "the leaks of this scenario need at least " + (DAYS_BEFORE_LEAKS + daysLeft) + " days");
        }
        int hours = DAYS_BEFORE_LEAKS * 24 + random.below(spread * 24 + 1);
        return settings.start().toInstant().plus(hours, ChronoUnit.HOURS);
    }

    private Custodian one(List<Volume> among, String what) {
        return some(1, among, what).get(0);
    }

    private List<Custodian> some(int n, List<Volume> among, String what) {
        List<Volume> active = among.stream().filter(v -> v.orders() > 0).toList();
        if (active.size() < n) {
            throw new IllegalArgumentException("this market is too small to find " + n + " " + what + " in it");
        }
        int[] order = random.shuffled(active.size());
        List<Custodian> chosen = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            chosen.add(active.get(order[i]).custodian());
        }
        return chosen;
    }

    private static List<Volume> first(int n, List<Volume> ranked) {
        return ranked.subList(0, Math.min(n, ranked.size()));
    }

    private static List<Volume> lowerHalf(List<Volume> ranked) {
        return ranked.subList(ranked.size() / 2, ranked.size());
    }

    /**
     * Ranks from {@code from} (inclusive, 0 is the first) to {@code to} (exclusive); the lower half if there are fewer.
     */
    private static List<Volume> between(int from, int to, List<Volume> ranked) {
        return ranked.size() < to ? lowerHalf(ranked) : ranked.subList(from, to);
    }
}

package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.simulate.Volumes.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Generator of a scenario's market: layout, orders, leaks and contacts. */
final class MarketMaker {

    private static final int FESTIVAL_FIRST_DAY = 40;
    private static final int FESTIVAL_LAST_DAY = 46;
    private static final double FESTIVAL_FACTOR = 5;

    private static final int OFTEN_CALLED_BUYERS = 200;

    /** Reported contacts per buyer and day, at the usual share of reports. */
    private static final double OFTEN_CALLED_RATE = 0.3;

    /** One in this number of buyers belongs to the segment that is called more often and shops at the same sellers. */
    private static final int SEGMENT_OF_BUYERS = 50;

    private static final int SEGMENT_SELLERS = 40;
    private static final double SEGMENT_FACTOR = 10;

    /** One in this number of stations delivers in the region of the wave of calls. */
    private static final int STATIONS_OF_REGION = 10;

    private static final double REGIONAL_FACTOR = 6;

    /** Number of sellers that are served by the provider that no order names. */
    static final int SELLERS_OF_HIDDEN = 60;

    /** Sellers that are too large to be served by it. */
    private static final int LARGEST_NOT_HIDDEN = 10;

    private static final String CURRENCY = "CNY";

    private final Scenario scenario;
    private final MarketSettings settings;
    private final long seed;

    private MarketMaker(Scenario scenario, MarketSettings settings, long seed) {
        this.scenario = scenario;
        this.settings = settings;
        this.seed = seed;
    }

    static SimulatedMarket make(
            Scenario scenario, boolean withLeaks, long seed, MarketOverrides overrides, CallHabits habits) {
        MarketMaker maker = new MarketMaker(scenario, scenario.settings().with(overrides), seed);
        return maker.make(withLeaks, overrides, habits);
    }

    private SimulatedMarket make(boolean withLeaks, MarketOverrides overrides, CallHabits habits) {
        checkDays();
        OrderBook book = OrderBookMaker.make(settings, layout(), seed);
        RandomStream choices = RandomStream.of(seed, "leaks", scenario.title());
        LeakPlanner planner = new LeakPlanner(settings, book, choices, overrides.leakRate());
        // Accomplices of leaking sellers lie also where these sellers do not leak, and decoys watch the same
        // custodians.
        boolean plans = withLeaks || scenario == Scenario.REPORTS_BEFORE_BUYING || scenario == Scenario.DECOYS;
        List<Leak> planned = plans ? scenario.leaks(planner) : List.of();
        List<Leak> leaks = withLeaks ? planned : List.of();
        IncidentTally tally = new IncidentTally();
        List<CausedContact> drafts = new ArrayList<>();
        ContactMaker maker =
                new ContactMaker(habits, numbers(leaks), settings.start().getOffset(), CURRENCY);
        List<OrderEvent> otherEvents = List.of();
        List<CausedContact> storyContacts = List.of();
        if (scenario == Scenario.STORY && withLeaks) {
            ZhouStory story = ZhouStory.in(book.layout(), leaks, seed);
            otherEvents = story.events();
            storyContacts = story.contacts();
        }
        // The demo prints figures of the story, which has calls of its own.
        BackgroundHabits background =
                scenario == Scenario.STORY ? BackgroundHabits.plain() : BackgroundHabits.informed(seed);
        BackgroundCalls.Rate rate = rate(book.layout());
        callBuyers(book, maker, background, rate, tally, drafts::add);
        callVictims(book, leaks, maker, tally, drafts::add);
        StagedReports staged = staged(book, planned, maker);
        StagedOrders others = staged.orders();
        drafts.addAll(staged.contacts());
        if (scenario == Scenario.DECOYS) {
            DecoyOrders decoys = new DecoyOrders(settings, book, maker, seed);
            List<Custodian> watched = planned.stream().map(Leak::custodian).toList();
            decoys.place(
                    watched, overrides.decoysPerDay() == null ? DecoyOrders.USUAL_PER_DAY : overrides.decoysPerDay());
            decoys.leak(leaks, scenario.leakCallers(), tally);
            others = decoys.orders();
            drafts.addAll(decoys.contacts());
        }
        if (!others.events().isEmpty()) {
            otherEvents = others.events();
        }
        Set<String> accounts = others.accounts();
        if (scenario == Scenario.MARKS) {
            drafts.replaceAll(new MarkedOrders(seed)::disclosed);
        }
        VirtualNumbers numbers = scenario == Scenario.DIALLED ? new VirtualNumbers(book, leaks, seed) : null;
        if (numbers != null) {
            drafts.replaceAll(numbers::dialled);
        }
        if (scenario == Scenario.ACCESSES) {
            otherEvents = accessed(book).events();
        }
        if (scenario == Scenario.CALL_CENTRES || scenario == Scenario.STORY) {
            drafts.replaceAll(new PayeesAndLinks(seed)::named);
        }
        drafts.replaceAll(draft -> clock().written(draft, settings.start().getOffset()));
        TrueCalls trueCalls = TrueCalls.of(
                (buyer, day, in7, in14) -> accounts.contains(buyer) ? 0 : rate.reportedPerDay(buyer, day, in7, in14),
                settings.start().toEpochSecond(),
                background,
                scenario.leakCallers(),
                habits,
                seed);
        SimulatedContacts contacts =
                SimulatedContacts.of(drafts, storyContacts, leaks, tally, settings.end(), trueCalls);
        UnaryOperator<OrderEvent> evidence = numbers == null ? evidence() : numbers;
        return new SimulatedMarket(scenario, settings, book, otherEvents, evidence, contacts);
    }

    private AccessedOrders accessed(OrderBook book) {
        return new AccessedOrders(book, settings.days() * 86_400, seed);
    }

    private UnaryOperator<OrderEvent> evidence() {
        return switch (scenario) {
            case WHO_SAW_WHAT -> new EncryptedOrders(seed);
            case MARKS -> new MarkedOrders(seed);
            default -> SimulatedMarket.NO_EVIDENCE;
        };
    }

    private CallerNumbers numbers(List<Leak> leaks) {
        return scenario == Scenario.CALL_CENTRES ? new CallCentres(leaks) : CallerNumbers.usual();
    }

    private ContactClock clock() {
        return switch (scenario) {
            case TIMES_TO_THE_DAY -> ContactClock.TO_THE_DAY;
            case MIXED_CLOCKS -> ContactClock.SOME_LOCAL_AS_UTC;
            default -> ContactClock.EXACT;
        };
    }

    private StagedReports staged(OrderBook book, List<Leak> planned, ContactMaker maker) {
        StagedReports staged = new StagedReports(settings, book, maker, seed);
        switch (scenario) {
            case FALSE_REPORTS -> staged.falseReports(false);
            case CAREFUL_FALSE_REPORTS -> staged.falseReports(true);
            case REPORTS_BEFORE_BUYING -> staged.reportsBeforeBuying(planned);
            default -> {
                // All reports are true.
            }
        }
        return staged;
    }

    private void checkDays() {
        boolean wave = scenario == Scenario.FESTIVAL
                || scenario == Scenario.FESTIVAL_QUIET
                || scenario == Scenario.REGIONAL_WAVE;
        int needed = wave ? FESTIVAL_LAST_DAY + 1 : scenario == Scenario.STORY ? ZhouStory.DAYS : 1;
        if (settings.days() < needed) {
            throw new IllegalArgumentException("scenario " + scenario + " needs at least " + needed + " days");
        }
    }

    private MarketLayout layout() {
        MarketLayout layout = MarketLayout.of(settings, seed);
        if (scenario == Scenario.OFTEN_CALLED_SHOPPERS) {
            return layout.withSegment(segmentSize(), Math.min(SEGMENT_SELLERS, settings.sellers()), seed);
        }
        if (scenario != Scenario.LEAKING_SELLER) {
            return layout;
        }
        if (settings.originHubs() < 2) {
            throw new IllegalArgumentException("scenario " + scenario + " needs a market with at least 2 origin hubs");
        }
        int bigSeller = RandomStream.of(seed, "seller with a hub of its own").below(Math.min(3, settings.sellers()));
        return layout.withHubMostlyOf(bigSeller, seed);
    }

    private void callBuyers(
            OrderBook book,
            ContactMaker maker,
            BackgroundHabits background,
            BackgroundCalls.Rate rate,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        long start = settings.start().toEpochSecond();
        BackgroundCalls calls = new BackgroundCalls(
                maker, background, rate, settings.reportedShare(), start, settings.days(), seed, tally, consumer);
        OrderBook.ByBuyer byBuyer = book.byBuyer(settings.buyers());
        for (int buyer = 0; buyer < settings.buyers(); buyer++) {
            int from = byBuyer.from()[buyer];
            long[] placedAt = new long[byBuyer.from()[buyer + 1] - from];
            for (int i = 0; i < placedAt.length; i++) {
                placedAt[i] = start + book.placedAt[byBuyer.orders()[from + i]];
            }
            calls.of(new Shopper(
                    MarketLayout.buyerId(buyer), placedAt, i -> OrderBook.orderId(byBuyer.orders()[from + i])));
        }
    }

    private BackgroundCalls.Rate rate(MarketLayout layout) {
        double base = settings.backgroundPerBuyerDay();
        return switch (scenario) {
            case FESTIVAL, FESTIVAL_QUIET ->
                (buyer, day, in7, in14) -> base
                        * BackgroundCalls.shoppingFactor(in7)
                        * (day >= FESTIVAL_FIRST_DAY && day <= FESTIVAL_LAST_DAY ? FESTIVAL_FACTOR : 1);
            case OFTEN_CALLED -> {
                Set<String> often = oftenCalled();
                double oftenRate = OFTEN_CALLED_RATE * settings.reportedShare() / MarketSettings.USUAL_REPORTED_SHARE;
                yield (buyer, day, in7, in14) ->
                        often.contains(buyer) ? oftenRate : base * BackgroundCalls.shoppingFactor(in7);
            }
            case OFTEN_CALLED_SHOPPERS -> {
                Set<String> segment = new HashSet<>();
                for (int buyer = 0; buyer < segmentSize(); buyer++) {
                    segment.add(MarketLayout.buyerId(buyer));
                }
                yield (buyer, day, in7, in14) ->
                        base * BackgroundCalls.shoppingFactor(in7) * (segment.contains(buyer) ? SEGMENT_FACTOR : 1);
            }
            case REGIONAL_WAVE -> {
                Set<String> region = buyersInRegion(layout);
                yield (buyer, day, in7, in14) -> base
                        * BackgroundCalls.shoppingFactor(in7)
                        * (day >= FESTIVAL_FIRST_DAY && day <= FESTIVAL_LAST_DAY && region.contains(buyer)
                                ? REGIONAL_FACTOR
                                : 1);
            }
            default -> (buyer, day, in7, in14) -> base * BackgroundCalls.shoppingFactor(in7);
        };
    }

    /** Number of buyers in the segment: the first ones, since buyers are numbered at random. */
    private int segmentSize() {
        return settings.buyers() / SEGMENT_OF_BUYERS;
    }

    /** Buyers served by one of the stations of the region. */
    private Set<String> buyersInRegion(MarketLayout layout) {
        int stations = Math.max(1, settings.deliveryStations() / STATIONS_OF_REGION);
        int[] order = RandomStream.of(seed, "stations of the wave").shuffled(settings.deliveryStations());
        Set<Integer> chosen = new HashSet<>();
        for (int i = 0; i < stations; i++) {
            chosen.add(order[i]);
        }
        Set<String> region = new HashSet<>();
        for (int buyer = 0; buyer < settings.buyers(); buyer++) {
            if (chosen.contains(layout.stationOfBuyer()[buyer])) {
                region.add(MarketLayout.buyerId(buyer));
            }
        }
        return region;
    }

    private Set<String> oftenCalled() {
        int[] order = RandomStream.of(seed, "buyers who are called often").shuffled(settings.buyers());
        Set<String> often = new HashSet<>();
        for (int i = 0; i < Math.min(OFTEN_CALLED_BUYERS, order.length); i++) {
            often.add(MarketLayout.buyerId(order[i]));
        }
        return often;
    }

    private void callVictims(
            OrderBook book,
            List<Leak> leaks,
            ContactMaker maker,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        for (Leak leak : leaks) {
            if (scenario == Scenario.SHORT_EXTRACT) {
                callFixedNumber(book, leak, maker, tally, consumer);
            } else {
                call(book, leak, maker, tally, consumer);
            }
        }
    }

    private void call(
            OrderBook book, Leak leak, ContactMaker maker, IncidentTally tally, Consumer<CausedContact> consumer) {
        LeakCalls calls = new LeakCalls(maker, scenario.leakCallers(), settings.reportedShare(), seed, tally, consumer);
        OrderBook.TouchVisitor visitor = (order, second) -> {
            Instant touchedAt = book.at(second);
            calls.touched(leak, MarketLayout.buyerId(book.buyer[order]), OrderBook.orderId(order), touchedAt);
        };
        if (scenario == Scenario.HIDDEN_LEAKER) {
            book.soldBy(sellersOfHidden(book), visitor);
        } else if (scenario == Scenario.ACCESSES) {
            accessed(book).accessesOf(leak.custodian(), visitor);
        } else {
            book.touchesOf(leak.custodian(), visitor);
        }
    }

    /**
     * Passes on the contacts of a fixed number of victims whose reports come before the end, or of all if there are
     * fewer.
     */
    private void callFixedNumber(
            OrderBook book, Leak leak, ContactMaker maker, IncidentTally tally, Consumer<CausedContact> consumer) {
        int[] touches = {0};
        book.touchesOf(leak.custodian(), (order, second) -> touches[0]++);
        int wanted = (int) Math.rint(leak.ratePerOrder() * touches[0]);
        Map<String, List<CausedContact>> byBuyer = new TreeMap<>();
        Leak everyOrder = new Leak(leak.custodian(), leak.from(), leak.to(), 1);
        call(book, everyOrder, maker, new IncidentTally(), caused -> {
            if (caused.contact().reportedAt().isBefore(settings.end())) {
                byBuyer.computeIfAbsent(caused.contact().buyerId(), buyer -> new ArrayList<>())
                        .add(caused);
            }
        });
        List<List<CausedContact>> victims = new ArrayList<>(byBuyer.values());
        int[] order =
                RandomStream.of(seed, "victims of", leak.custodian().toString()).shuffled(victims.size());
        for (int i = 0; i < Math.min(wanted, order.length); i++) {
            tally.count(true);
            victims.get(order[i]).forEach(consumer);
        }
    }

    /** Sellers without a recorded service provider, by index; they have the one that is not recorded. */
    private Set<Integer> sellersOfHidden(OrderBook book) {
        List<Volume> eligible = Volumes.of(book).sellers().stream()
                .filter(seller -> seller.orders() > 0 && book.layout().providerOfSeller()[seller.index()] < 0)
                .skip(LARGEST_NOT_HIDDEN)
                .limit(5L * SELLERS_OF_HIDDEN)
                .toList();
        if (eligible.size() < SELLERS_OF_HIDDEN) {
            throw new IllegalArgumentException("this market is too small to find " + SELLERS_OF_HIDDEN
                    + " sellers without a service provider in it");
        }
        int[] order =
                RandomStream.of(seed, "sellers of the unrecorded provider").shuffled(eligible.size());
        Set<Integer> sellers = new HashSet<>();
        for (int i = 0; i < SELLERS_OF_HIDDEN; i++) {
            sellers.add(eligible.get(order[i]).index());
        }
        return sellers;
    }
}

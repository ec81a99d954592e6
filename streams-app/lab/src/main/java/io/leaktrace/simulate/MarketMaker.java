package io.leaktrace.simulate;

import io.leaktrace.domain.OrderEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

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
            Scenario scenario,
            Function<LeakPlanner, List<Leak>> leaks,
            long seed,
            MarketOverrides overrides,
            CallHabits habits) {
        MarketMaker maker = new MarketMaker(scenario, scenario.settings().with(overrides), seed);
        return maker.make(leaks, overrides.leakRate(), habits);
    }

    private SimulatedMarket make(Function<LeakPlanner, List<Leak>> planned, Double leakRate, CallHabits habits) {
        checkDays();
        OrderBook book = OrderBookMaker.make(settings, layout(), seed);
        RandomStream choices = RandomStream.of(seed, "leaks", scenario.title());
        List<Leak> leaks = planned.apply(new LeakPlanner(settings, book, choices, leakRate));
        List<OrderEvent> storyEvents = List.of();
        List<CausedContact> storyContacts = List.of();
        if (scenario == Scenario.STORY && !leaks.isEmpty()) {
            ZhouStory story = ZhouStory.in(book.layout(), leaks, seed);
            storyEvents = story.events();
            storyContacts = story.contacts();
        }
        IncidentTally tally = new IncidentTally();
        List<CausedContact> drafts = new ArrayList<>();
        ContactMaker maker = new ContactMaker(habits, settings.start().getOffset(), CURRENCY);
        callBuyers(book, maker, tally, drafts::add);
        callVictims(book, leaks, maker, tally, drafts::add);
        SimulatedContacts contacts = SimulatedContacts.of(drafts, storyContacts, leaks, tally, settings.end());
        return new SimulatedMarket(scenario, settings, book, storyEvents, contacts);
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

    private void callBuyers(OrderBook book, ContactMaker maker, IncidentTally tally, Consumer<CausedContact> consumer) {
        long start = settings.start().toEpochSecond();
        BackgroundCalls calls = new BackgroundCalls(
                maker, rate(book.layout()), settings.reportedShare(), start, settings.days(), seed, tally, consumer);
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
        LeakCalls calls = new LeakCalls(maker, scenario.leakHabits(), settings.reportedShare(), seed, tally, consumer);
        for (Leak leak : leaks) {
            book.touchesOf(leak.custodian(), (order, second) -> {
                Instant touchedAt = book.at(second);
                calls.touched(leak, MarketLayout.buyerId(book.buyer[order]), OrderBook.orderId(order), touchedAt);
            });
        }
    }
}

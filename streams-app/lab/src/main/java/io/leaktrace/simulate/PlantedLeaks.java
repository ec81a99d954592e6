package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.JsonLines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Generator of leaks and background calls for existing orders in files, for example real ones. The contacts are
 * synthetic and must be called so wherever they are shown. The orders are read twice, so that large files need not fit
 * into memory; their touches are used unchanged.
 */
public final class PlantedLeaks {

    /** A longer history indicates a wrong time. */
    private static final int LONGEST_HISTORY_DAYS = 20 * 366;

    /** A leak starts within this part of its custodian's touches, so that some are before it and many after. */
    private static final double EARLIEST_START = 0.3;

    private static final double LATEST_START = 0.6;

    private final PlantedSettings settings;
    private final long seed;
    private final OrderHistory history;

    private PlantedLeaks(PlantedSettings settings, long seed, OrderHistory history) {
        this.settings = settings;
        this.seed = seed;
        this.history = history;
    }

    /**
     * Plants leaks on the orders of some files.
     *
     * @param orders files of order events as JSON Lines
     * @param badLines receives every line that was left out, once
     * @return the contacts reported before the last order event, and the leaks
     * @throws IllegalArgumentException if there are no orders, too few custodians to choose from, or a named custodian
     *     touched no order
     */
    public static SimulatedContacts plant(
            List<Path> orders, PlantedSettings settings, long seed, CallHabits habits, BadLineListener badLines)
            throws IOException {
        return plant(
                (events, bad) -> {
                    for (Path file : orders) {
                        JsonLines.readOrderEvents(file, events, bad);
                    }
                },
                orders.toString(),
                settings,
                seed,
                habits,
                badLines);
    }

    /** Order events that can be read more than once. */
    @FunctionalInterface
    public interface Orders {
        void read(Consumer<OrderEvent> events, BadLineListener badLines) throws IOException;
    }

    /**
     * Plants leaks on orders.
     *
     * @param orders read twice
     * @param name of the orders in messages
     * @param badLines receives every line that was left out, once
     * @return as {@link #plant(List, PlantedSettings, long, CallHabits, BadLineListener)}, with the same errors
     */
    public static SimulatedContacts plant(
            Orders orders,
            String name,
            PlantedSettings settings,
            long seed,
            CallHabits habits,
            BadLineListener badLines)
            throws IOException {
        OrderHistory history = new OrderHistory();
        orders.read(history::add, badLines);
        if (history.isEmpty()) {
            throw new IllegalArgumentException("there are no orders in " + name);
        }
        PlantedLeaks planted = new PlantedLeaks(settings, seed, history);
        Map<Custodian, Double> rates = planted.chosen();
        Map<Custodian, Map<String, Touch>> touches = new HashMap<>();
        orders.read(event -> addTouches(event, rates, touches), line -> {});
        return planted.contacts(rates, touches, habits);
    }

    private record Touch(String orderId, String buyerId, Instant at) implements Comparable<Touch> {

        @Override
        public int compareTo(Touch other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : orderId.compareTo(other.orderId);
        }
    }

    /** Leaking custodians with their rates: the named ones, and others chosen by the seed. */
    private SortedMap<Custodian, Double> chosen() {
        SortedMap<Custodian, Double> rates = new TreeMap<>(settings.named());
        for (Custodian named : settings.named().keySet()) {
            if (!history.touches().containsKey(named)) {
                throw new IllegalArgumentException(named + " touched none of these orders");
            }
        }
        List<Custodian> eligible = history.touches().entrySet().stream()
                .filter(touched -> touched.getValue() >= settings.leastTouches())
                .map(Map.Entry::getKey)
                .filter(custodian -> !rates.containsKey(custodian))
                .toList();
        if (eligible.size() < settings.leaks()) {
            throw new IllegalArgumentException("only " + eligible.size() + " custodians touched at least "
                    + settings.leastTouches() + " orders, not " + settings.leaks());
        }
        int[] order = RandomStream.of(seed, "planted leaks").shuffled(eligible.size());
        for (int i = 0; i < settings.leaks(); i++) {
            rates.put(eligible.get(order[i]), settings.ratePerOrder());
        }
        return rates;
    }

    /** Adds the touches of leaking custodians; of several touches of one order, the first counts. */
    private static void addTouches(
            OrderEvent event, Map<Custodian, Double> rates, Map<Custodian, Map<String, Touch>> touches) {
        for (Custodian custodian : event.custodians()) {
            if (rates.containsKey(custodian)) {
                touches.computeIfAbsent(custodian, c -> new HashMap<>())
                        .merge(
                                event.orderId(),
                                new Touch(event.orderId(), event.buyerId(), event.occurredAt()),
                                (a, b) -> a.at().isAfter(b.at()) ? b : a);
            }
        }
    }

    private SimulatedContacts contacts(
            Map<Custodian, Double> rates, Map<Custodian, Map<String, Touch>> touches, CallHabits habits) {
        IncidentTally tally = new IncidentTally();
        List<CausedContact> drafts = new ArrayList<>();
        ContactMaker maker = new ContactMaker(habits, CallerNumbers.usual(), settings.zone(), settings.currency());
        TrueCalls trueCalls = callBuyers(maker, habits, tally, drafts::add);
        LeakCalls calls = new LeakCalls(maker, LeakCallers.VARIED, settings.reportedShare(), seed, tally, drafts::add);
        List<Leak> leaks = new ArrayList<>();
        rates.forEach((custodian, rate) -> {
            List<Touch> inTime =
                    touches.get(custodian).values().stream().sorted().toList();
            Leak leak = new Leak(custodian, start(custodian, inTime), null, rate);
            leaks.add(leak);
            inTime.forEach(touch -> calls.touched(leak, touch.buyerId(), touch.orderId(), touch.at()));
        });
        return SimulatedContacts.of(drafts, List.of(), leaks, tally, history.last(), trueCalls);
    }

    private Instant start(Custodian custodian, List<Touch> inTime) {
        double part = RandomStream.of(seed, "start of planted leak", custodian.toString())
                .uniform(EARLIEST_START, LATEST_START);
        return inTime.get((int) (part * inTime.size())).at();
    }

    private TrueCalls callBuyers(
            ContactMaker maker, CallHabits habits, IncidentTally tally, Consumer<CausedContact> consumer) {
        ZoneOffset zone = settings.zone();
        Instant midnight =
                history.first().atOffset(zone).toLocalDate().atStartOfDay(zone).toInstant();
        long days = Duration.between(midnight, history.last()).toDays() + 1;
        if (days > LONGEST_HISTORY_DAYS) {
            throw new IllegalArgumentException("the orders span " + days + " days, from " + history.first() + " to "
                    + history.last() + ": one of these times is wrong");
        }
        double base = settings.backgroundPerBuyerDay();
        BackgroundCalls.Rate rate = (buyer, day, in7, in14) ->
                in14 > 0 ? base * BackgroundCalls.shoppingFactor(in7) : base * settings.idleShare();
        BackgroundHabits background = BackgroundHabits.informed(seed);
        BackgroundCalls calls = new BackgroundCalls(
                maker,
                background,
                rate,
                settings.reportedShare(),
                midnight.getEpochSecond(),
                (int) days,
                seed,
                tally,
                consumer);
        history.shoppers().forEach(calls::of);
        return TrueCalls.of(rate, midnight.getEpochSecond(), background, LeakCallers.VARIED, habits, seed);
    }
}

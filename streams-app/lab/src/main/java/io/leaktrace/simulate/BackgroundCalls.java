package io.leaktrace.simulate;

import java.util.function.Consumer;

/** Generator of scam calls without a leak in this market: random numbers, old leaks, data of other platforms. */
final class BackgroundCalls {

    /** Expected reported contacts per day of a buyer, given the numbers of recent orders. */
    @FunctionalInterface
    interface Rate {
        double reportedPerDay(String buyerId, int day, int ordersIn7Days, int ordersIn14Days);
    }

    private final ContactMaker maker;
    private final BackgroundHabits habits;
    private final Rate rate;
    private final double reportedShare;
    private final long start;
    private final int days;
    private final long seed;
    private final IncidentTally tally;
    private final Consumer<CausedContact> consumer;

    /** @param start local midnight of the first day, in seconds since 1970 */
    BackgroundCalls(
            ContactMaker maker,
            BackgroundHabits habits,
            Rate rate,
            double reportedShare,
            long start,
            int days,
            long seed,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        this.maker = maker;
        this.habits = habits;
        this.rate = rate;
        this.reportedShare = reportedShare;
        this.start = start;
        this.days = days;
        this.seed = seed;
        this.tally = tally;
        this.consumer = consumer;
    }

    /** Factor of the rate for recent shoppers, who are called somewhat more often: numbers in use are sold on. */
    static double shoppingFactor(int ordersIn7Days) {
        return switch (ordersIn7Days) {
            case 0 -> 1;
            case 1 -> 1.2;
            case 2 -> 1.4;
            case 3, 4 -> 1.6;
            default -> 2;
        };
    }

    /** Generates the reported contacts of one buyer for all days. */
    void of(Shopper shopper) {
        RandomStream random = RandomStream.of(seed, "background of", shopper.buyerId());
        long[] placedAt = shopper.placedAt();
        int before = 0;
        int before7 = 0;
        int before14 = 0;
        for (int day = 0; day < days; day++) {
            long midnight = start + (long) day * ContactMaker.DAY;
            before = advance(placedAt, before, midnight);
            before7 = advance(placedAt, before7, midnight - 7L * ContactMaker.DAY);
            before14 = advance(placedAt, before14, midnight - 14L * ContactMaker.DAY);
            double reportedPerDay = rate.reportedPerDay(shopper.buyerId(), day, before - before7, before - before14);
            for (int n = random.poisson(reportedPerDay / reportedShare); n > 0; n--) {
                boolean reported = random.chance(reportedShare);
                tally.count(reported);
                if (reported) {
                    maker.contacts(incident(shopper, midnight, random), random, consumer);
                }
            }
        }
    }

    private Incident incident(Shopper shopper, long midnight, RandomStream random) {
        long at = midnight + maker.secondOfDay(random);
        int orders = shopper.ordersBefore(at);
        BackgroundHabits.Source source = habits.source(random);
        boolean quotes = random.chance(source.quotes()) && orders > 0;
        return new Incident(
                shopper.buyerId(),
                at,
                source.disclosed(random),
                quotes ? shopper.orderIds().apply(random.below(orders)) : null,
                null,
                source.name());
    }

    private static int advance(long[] times, int from, long moment) {
        int at = from;
        while (at < times.length && times[at] < moment) {
            at++;
        }
        return at;
    }
}

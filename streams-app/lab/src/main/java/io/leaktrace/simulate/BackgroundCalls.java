package io.leaktrace.simulate;

import io.leaktrace.domain.Field;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Scam calls that no custodian is to blame for: numbers dialled by chance, old leaks, other platforms' data. */
final class BackgroundCalls {

    private static final double QUOTES_AN_ORDER = 0.02;

    /** How often such a caller happens to know a field. */
    private static final Map<Field, Double> KNOWS = new EnumMap<>(Map.of(
            Field.NAME, 0.35,
            Field.PHONE, 0.3,
            Field.ADDRESS, 0.1,
            Field.PRODUCT, 0.08,
            Field.ORDER_TIME, 0.05,
            Field.PRICE, 0.03,
            Field.TRACKING_NUMBER, 0.03,
            Field.ID_NUMBER, 0.04,
            Field.BANK_CARD, 0.03));

    /** Reported contacts a day of a buyer, given what he has ordered in the days before. */
    @FunctionalInterface
    interface Rate {
        double reportedPerDay(String buyerId, int day, int ordersIn7Days, int ordersIn14Days);
    }

    private final ContactMaker maker;
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
            Rate rate,
            double reportedShare,
            long start,
            int days,
            long seed,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        this.maker = maker;
        this.rate = rate;
        this.reportedShare = reportedShare;
        this.start = start;
        this.days = days;
        this.seed = seed;
        this.tally = tally;
        this.consumer = consumer;
    }

    /** Recent shopping draws somewhat more of these calls: a number that is used is sold on. */
    static double shoppingFactor(int ordersIn7Days) {
        return switch (ordersIn7Days) {
            case 0 -> 1;
            case 1 -> 1.2;
            case 2 -> 1.4;
            case 3, 4 -> 1.6;
            default -> 2;
        };
    }

    /** The contacts that one buyer reports over all days. */
    void of(Shopper shopper) {
        RandomStream random = RandomStream.of(seed, "background of", shopper.buyerId());
        long[] placedAt = shopper.placedAt();
        int before = 0;
        int before7 = 0;
        int before14 = 0;
        for (int day = 0; day < days; day++) {
            long midnight = start + (long) day * ContactMaker.DAY;
            before = advanced(placedAt, before, midnight);
            before7 = advanced(placedAt, before7, midnight - 7L * ContactMaker.DAY);
            before14 = advanced(placedAt, before14, midnight - 14L * ContactMaker.DAY);
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
        boolean quotes = random.chance(QUOTES_AN_ORDER) && orders > 0;
        return new Incident(
                shopper.buyerId(),
                at,
                known(random),
                quotes ? shopper.orderIds().apply(random.below(orders)) : null,
                null);
    }

    private static Set<Field> known(RandomStream random) {
        Set<Field> known = EnumSet.noneOf(Field.class);
        KNOWS.forEach((field, probability) -> {
            if (random.chance(probability)) {
                known.add(field);
            }
        });
        return known;
    }

    private static int advanced(long[] times, int from, long moment) {
        int at = from;
        while (at < times.length && times[at] < moment) {
            at++;
        }
        return at;
    }
}

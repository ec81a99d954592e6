package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import java.time.Instant;
import java.util.Set;
import java.util.function.Function;

/**
 * The true behaviour of the callers and reporters of a simulation, which scorers do not see.
 *
 * @param rate rate of the background
 * @param ofBackground what callers disclose who have no leaked data, of buyers who have ordered before
 * @param ofLeak what callers disclose who have a custodian's data; of one that does not leak, what they would disclose
 * @param reportedWithin probability that a contact is reported within a number of hours, by hours, up to 1
 */
public record TrueCalls(
        Rate rate, Disclosure ofBackground, Function<Custodian, Disclosure> ofLeak, double[] reportedWithin) {

    private static final int DELAYS_DRAWN = 20_000;

    /** The expected number of reported incidents per day of a buyer that no leak causes. */
    @FunctionalInterface
    public interface Rate {

        /**
         * Returns the rate; 0 for accounts that make up reports.
         *
         * @param ordersIn7Days number of the buyer's orders in the 7 days before
         */
        double perDay(String buyerId, Instant at, int ordersIn7Days, int ordersIn14Days);
    }

    /** What callers of one kind disclose. */
    @FunctionalInterface
    public interface Disclosure {

        /**
         * Returns the probability that a caller discloses exactly these fields, and names an order or does not.
         *
         * @param quoting whether the caller names an order: with leaked data the leaked one, otherwise any of the buyer's
         */
        double probability(Set<Field> disclosed, boolean quoting);
    }

    /**
     * Returns the behaviour by the parts of a simulation.
     *
     * @param start local midnight of the first day, in seconds since 1970
     */
    static TrueCalls of(
            BackgroundCalls.Rate rate,
            long start,
            BackgroundHabits background,
            LeakCallers leakCallers,
            CallHabits habits,
            long seed) {
        return new TrueCalls(
                (buyerId, at, in7, in14) -> {
                    int day = (int) Math.floorDiv(at.getEpochSecond() - start, (long) ContactMaker.DAY);
                    return rate.reportedPerDay(buyerId, day, in7, in14);
                },
                background::probability,
                custodian -> leakCallers.habits(custodian, seed)::probability,
                reportedWithin(habits, seed));
    }

    /** The shares of drawn delays, which have a density only as drawn. */
    private static double[] reportedWithin(CallHabits habits, long seed) {
        double[] within = new double[(int) (CallHabits.LONGEST_DELAY / 3600) + 1];
        RandomStream random = RandomStream.of(seed, "drawn delays");
        for (int i = 0; i < DELAYS_DRAWN; i++) {
            within[(int) ((habits.delay().seconds(random) + 3599) / 3600)] += 1.0 / DELAYS_DRAWN;
        }
        for (int hour = 1; hour < within.length; hour++) {
            within[hour] += within[hour - 1];
        }
        return within;
    }
}

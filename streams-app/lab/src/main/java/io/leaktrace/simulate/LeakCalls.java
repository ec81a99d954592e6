package io.leaktrace.simulate;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * Generator of the scam calls that leaks cause. Each touch has its own random numbers, seeded by custodian and order,
 * so that an additional leak does not change the victims of the others.
 */
final class LeakCalls {

    /** Maximum time from a touch to the call that it causes: 14 days, in seconds. */
    static final long LONGEST_LEAD = 14L * ContactMaker.DAY;

    private final ContactMaker maker;
    private final LeakHabits habits;
    private final double reportedShare;
    private final long seed;
    private final IncidentTally tally;
    private final Consumer<CausedContact> consumer;

    LeakCalls(
            ContactMaker maker,
            LeakHabits habits,
            double reportedShare,
            long seed,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        this.maker = maker;
        this.habits = habits;
        this.reportedShare = reportedShare;
        this.seed = seed;
        this.tally = tally;
        this.consumer = consumer;
    }

    /** Generates the contacts, if any, that a touch of an order causes. */
    void touched(Leak leak, String buyerId, String orderId, Instant touchedAt) {
        if (!leak.covers(touchedAt)) {
            return;
        }
        RandomStream random = RandomStream.of(seed, "leak of " + leak.custodian(), orderId);
        // The rate is that of reported victims; only a share of all victims reports.
        double draw = random.uniform();
        if (draw >= leak.ratePerOrder() / reportedShare) {
            return;
        }
        boolean reported = draw < leak.ratePerOrder();
        tally.count(reported);
        if (reported) {
            maker.contacts(incident(leak, buyerId, orderId, touchedAt.getEpochSecond(), random), random, consumer);
        }
    }

    private Incident incident(Leak leak, String buyerId, String orderId, long touchedAt, RandomStream random) {
        long wanted = touchedAt + habits.leadTime(random);
        return new Incident(
                buyerId,
                maker.byDay(wanted, touchedAt, touchedAt + LONGEST_LEAD, random),
                habits.disclosed(leak.custodian().role(), random),
                random.chance(habits.quotes()) ? orderId : null,
                leak.custodian());
    }
}

package io.leaktrace.simulate;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * The scam calls that leaks lead to. Each touch has random numbers of its own, drawn by who leaked which order, so that
 * one leak more changes nothing of the others' victims.
 */
final class LeakCalls {

    /** No call comes later than this after the touch it is due to: 14 days, in seconds. */
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

    /** An order came into a custodian's hands; if it leaks now, its buyer may be called. */
    void touched(Leak leak, String buyerId, String orderId, Instant touchedAt) {
        if (!leak.covers(touchedAt)) {
            return;
        }
        RandomStream random = RandomStream.of(seed, "leak of " + leak.custodian(), orderId);
        // Of those called, only a share reports it: the rate is that of the reports.
        double fate = random.uniform();
        if (fate >= leak.ratePerOrder() / reportedShare) {
            return;
        }
        boolean reported = fate < leak.ratePerOrder();
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
                habits.told(leak.custodian().role(), random),
                random.chance(habits.quotes()) ? orderId : null,
                leak.custodian());
    }
}

package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Generator of the scam calls that leaks cause. Each touch has its own random numbers, seeded by custodian and order,
 * so that an additional leak does not change the victims of the others.
 */
final class LeakCalls {

    private final ContactMaker maker;
    private final LeakCallers callers;
    private final Map<Custodian, LeakHabits> habits = new HashMap<>();
    private final double reportedShare;
    private final long seed;
    private final IncidentTally tally;
    private final Consumer<CausedContact> consumer;

    LeakCalls(
            ContactMaker maker,
            LeakCallers callers,
            double reportedShare,
            long seed,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        this.maker = maker;
        this.callers = callers;
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
        LeakHabits habitsOfLeak =
                habits.computeIfAbsent(leak.custodian(), custodian -> callers.habits(custodian, seed));
        return new Incident(
                buyerId,
                leak.archive() == null ? callAt(habitsOfLeak, touchedAt, random) : callInCampaign(leak, random),
                habitsOfLeak.disclosed(random),
                random.chance(habitsOfLeak.quotes()) ? orderId : null,
                leak.custodian(),
                null);
    }

    private long callAt(LeakHabits habitsOfLeak, long touchedAt, RandomStream random) {
        long wanted = touchedAt + habitsOfLeak.seconds(random);
        return habitsOfLeak.byDay()
                ? maker.byDay(wanted, touchedAt, touchedAt + habitsOfLeak.longestLead(), random)
                : wanted;
    }

    /** A call on any day of the campaign, whatever the age of the order; campaigns start at local midnight. */
    private long callInCampaign(Leak leak, RandomStream random) {
        int days = (int) Duration.between(leak.from(), leak.to()).toDays();
        return leak.from().getEpochSecond() + (long) random.below(days) * ContactMaker.DAY + maker.secondOfDay(random);
    }
}

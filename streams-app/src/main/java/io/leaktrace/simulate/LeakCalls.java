package io.leaktrace.simulate;

import io.leaktrace.domain.Field;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The scam calls that leaks lead to. Each touch has random numbers of its own, drawn by who leaked which order, so that
 * one leak more changes nothing of the others' victims.
 */
final class LeakCalls {

    /** No call comes later than this after the touch it is due to: 14 days, in seconds. */
    static final long LONGEST_LEAD = 14L * ContactMaker.DAY;

    private static final double QUICK = 0.8;
    private static final double QUICK_MEDIAN = ContactMaker.DAY;
    private static final double QUICK_SIGMA = 1.0;
    private static final double SLOW_MEAN = 5.0 * ContactMaker.DAY;

    private static final double KNOWS_A_FIELD = 0.6;
    private static final double QUOTES_THE_ORDER = 0.25;

    private final ContactMaker maker;
    private final double reportedShare;
    private final long seed;
    private final IncidentTally tally;
    private final Consumer<CausedContact> consumer;

    LeakCalls(
            ContactMaker maker,
            double reportedShare,
            long seed,
            IncidentTally tally,
            Consumer<CausedContact> consumer) {
        this.maker = maker;
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
        long wanted = touchedAt + leadTime(random);
        return new Incident(
                buyerId,
                maker.byDay(wanted, touchedAt, touchedAt + LONGEST_LEAD, random),
                known(leak.custodian().role().knows(), random),
                random.chance(QUOTES_THE_ORDER) ? orderId : null,
                leak.custodian());
    }

    /** Seconds from touch to call, above 0 and at most {@link #LONGEST_LEAD}. */
    static long leadTime(RandomStream random) {
        while (true) {
            double seconds =
                    random.chance(QUICK) ? random.logNormal(QUICK_MEDIAN, QUICK_SIGMA) : random.exponential(SLOW_MEAN);
            if (seconds <= LONGEST_LEAD) {
                return Math.max(1, (long) seconds);
            }
        }
    }

    private static Set<Field> known(Set<Field> fields, RandomStream random) {
        Set<Field> known = EnumSet.noneOf(Field.class);
        for (Field field : Field.values()) {
            if (fields.contains(field) && random.chance(KNOWS_A_FIELD)) {
                known.add(field);
            }
        }
        return known;
    }
}

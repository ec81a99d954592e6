package io.leaktrace.simulate;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.ScamContact;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/** Generator of the contacts that the victim of an incident reports: the first with the loss, and further ones. */
final class ContactMaker {

    static final int DAY = DayShape.SECONDS_OF_DAY;

    private static final int DAY_BEGINS = 8 * 3600;
    private static final int DAY_ENDS = 22 * 3600;

    private static final double CALLED_AGAIN = 0.25;
    private static final double CALLED_A_THIRD_TIME = 0.2;
    private static final long CALLED_AGAIN_WITHIN = 3L * DAY;

    private static final double LOSES_MONEY = 0.12;
    private static final double MEDIAN_LOSS = 3000;
    private static final double LOSS_SIGMA = 1.2;

    /** Ids are assigned once all contacts exist, in the order of their reports. */
    static final String NO_ID_YET = "";

    private final CallHabits habits;
    private final CallerNumbers numbers;
    private final int offset;
    private final String currency;

    /** @param zone local time of the buyers, who are called in the daytime */
    ContactMaker(CallHabits habits, CallerNumbers numbers, ZoneOffset zone, String currency) {
        this.habits = habits;
        this.numbers = numbers;
        this.offset = zone.getTotalSeconds();
        this.currency = currency;
    }

    /** A random second of the local day for a call. */
    int secondOfDay(RandomStream random) {
        return habits.hours().secondOfDay(random);
    }

    /**
     * Moves a call at night to the daytime, mostly of the same date; returns seconds since 1970.
     *
     * @param wanted seconds since 1970, above {@code after} and at most {@code latest}, as is the result
     */
    long byDay(long wanted, long after, long latest, RandomStream random) {
        long secondOfDay = Math.floorMod(wanted + offset, (long) DAY);
        if (secondOfDay >= DAY_BEGINS && secondOfDay < DAY_ENDS) {
            return wanted;
        }
        long moved = wanted - secondOfDay + secondOfDay(random);
        if (moved <= after) {
            moved += DAY;
        }
        if (moved > latest) {
            moved -= DAY;
        }
        return moved > after ? moved : wanted;
    }

    void contacts(Incident incident, RandomStream random, Consumer<CausedContact> consumer) {
        String caller = numbers.caller(incident, random);
        String impersonated = impersonated(random);
        int further = random.chance(CALLED_AGAIN) ? random.chance(CALLED_A_THIRD_TIME) ? 2 : 1 : 0;
        Loss loss = random.chance(LOSES_MONEY) ? loss(random) : null;
        long first = incident.firstContactAt();
        for (int i = 0; i <= further; i++) {
            long at = first;
            if (i > 0) {
                long wanted = first + (long) random.uniform(3600, CALLED_AGAIN_WITHIN);
                at = byDay(wanted, first, first + CALLED_AGAIN_WITHIN, random);
            }
            ScamContact contact = new ScamContact(
                    NO_ID_YET,
                    incident.buyerId(),
                    Instant.ofEpochSecond(at),
                    Instant.ofEpochSecond(at + habits.delay().seconds(random)),
                    channel(random),
                    caller,
                    impersonated,
                    incident.knows(),
                    incident.quotedOrderId(),
                    i == 0 ? loss : null);
            consumer.accept(new CausedContact(contact, incident.cause()));
        }
    }

    /** The contact with another id and other times. */
    static ScamContact copy(ScamContact c, String contactId, Instant contactedAt, Instant reportedAt) {
        return new ScamContact(
                contactId,
                c.buyerId(),
                contactedAt,
                reportedAt,
                c.channel(),
                c.caller(),
                c.impersonated(),
                c.disclosed(),
                c.quotedOrderId(),
                c.loss(),
                c.source(),
                c.details());
    }

    private static Channel channel(RandomStream random) {
        double u = random.uniform();
        return u < 0.8 ? Channel.CALL : u < 0.92 ? Channel.SMS : Channel.MESSAGE;
    }

    private static String impersonated(RandomStream random) {
        double u = random.uniform();
        return u < 0.7 ? "customer service" : u < 0.8 ? "courier" : u < 0.9 ? "bank" : null;
    }

    private Loss loss(RandomStream random) {
        long hundredths = 1 + (long) (100 * random.logNormal(MEDIAN_LOSS, LOSS_SIGMA));
        return new Loss(BigDecimal.valueOf(hundredths, 2), currency);
    }
}

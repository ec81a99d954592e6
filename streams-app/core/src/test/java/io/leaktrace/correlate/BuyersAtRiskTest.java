package io.leaktrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.domain.EventTime;
import io.leaktrace.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuyersAtRiskTest {

    private static long[] hours(List<Long> orders) {
        return orders.stream().mapToLong(hour -> hour).sorted().toArray();
    }

    /** In whatever order they are added, and if others are added and removed again. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 14})
    void ordersAddUpToThoseOfTheBuyer(int windowDays) {
        Random random = new Random(Seed.of("BuyersAtRiskTest"));
        for (int buyer = 0; buyer < 300; buyer++) {
            BuyersAtRisk risk = new BuyersAtRisk(windowDays * EventTime.DAY);
            List<Long> orders = new ArrayList<>();
            int days = 1 + random.nextInt(60);
            for (int i = random.nextInt(50); i >= 0; i--) {
                orders.add(500_000L + random.nextInt(days * 24));
            }
            Collections.shuffle(orders, random);
            List<Long> known = new ArrayList<>();
            for (long hour : orders) {
                risk.add(hours(known), hour);
                long removed = 500_000L + random.nextInt(days * 24);
                risk.add(hours(known), removed);
                risk.remove(hours(known), removed);
                known.add(hour);
            }
            BuyersAtRisk expected = new BuyersAtRisk(windowDays * EventTime.DAY);
            expected.addBuyer(hours(orders), 1);
            assertEquals(expected.takeChanges(), risk.takeChanges(), orders.toString());
        }
    }

    /** An order that is too long ago to interact with another one may be left out of what that one changes. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 14})
    void ordersThatDoNotInteractChangeNothingOfEachOther(int windowDays) {
        BuyersAtRisk with = new BuyersAtRisk(windowDays * EventTime.DAY);
        BuyersAtRisk without = new BuyersAtRisk(windowDays * EventTime.DAY);
        long apart = 1;
        while (with.interact(apart * EventTime.HOUR)) {
            apart++;
        }
        with.add(new long[] {500_000 - apart, 499_999}, 500_000);
        without.add(new long[] {499_999}, 500_000);
        assertEquals(without.takeChanges(), with.takeChanges());
    }
}

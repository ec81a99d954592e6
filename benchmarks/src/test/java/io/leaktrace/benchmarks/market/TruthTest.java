package io.leaktrace.benchmarks.market;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.EventTime;
import org.junit.jupiter.api.Test;

class TruthTest {

    private static final Market MARKET = new Market(7, 10_000, 500, 2_000);

    @Test
    void theSameSeedIsTheSameMarket() {
        String truth = Truth.of(MARKET).checksum();
        assertEquals(truth, Truth.of(new Market(7, 10_000, 500, 2_000)).checksum());
        assertNotEquals(truth, Truth.of(new Market(8, 10_000, 500, 2_000)).checksum());
    }

    @Test
    void everyOrderIsTouchedByFourDifferentCustodians() {
        for (long number = 0; number < MARKET.orders(); number++) {
            assertEquals(
                    4, MARKET.order(number).custodians().stream().distinct().count());
        }
        assertEquals(4 * MARKET.orders(), Truth.of(MARKET).exposures());
    }

    @Test
    void theBordersOfTheWindowAreInTheMarket() {
        assertTrue(hasLead(0, 0), "a contact in the moment of an order");
        assertTrue(hasLead(1, Market.WINDOW), "a contact exactly a window after an order");
    }

    private static boolean hasLead(int contactNumber, long lead) {
        Contact contact = MARKET.contact(contactNumber);
        for (long number = 0; number < MARKET.orders(); number++) {
            Order order = MARKET.order(number);
            if (order.buyer() == contact.buyer() && contact.contactedAt() - order.time() == lead) {
                return true;
            }
        }
        return false;
    }

    @Test
    void touchesAreCountedBackFromTheEnd() {
        assertEquals(10_000, MARKET.touchesWithin(15 * EventTime.DAY));
        assertEquals(4 * 10_000, MARKET.touchesWithin(2 * Market.SPAN));
    }
}

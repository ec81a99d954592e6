package io.leaktrace.localize;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.testing.Seed;
import io.leaktrace.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small random markets whose buyers each order from two sellers at once, with a virtual number for each order. */
class DialledTest {

    private static final int DAYS = 40;
    private static final int LEAK_FROM = 15;
    private static final int BUYERS = 3000;
    private static final Custodian LEAKY = seller("leaky");
    private static final Custodian INNOCENT = seller("innocent");

    private final Random random = new Random(Seed.of("DialledTest"));
    private final List<InputRecord> records = new ArrayList<>();

    /** Whether sellers see the real number too. */
    private boolean seesReal;

    private int contacts;

    private record Order(String buyer, String id) {}

    /**
     * Adds orders, and calls to their buyers: after orders that leak, and of others at any time.
     *
     * @param reused share of the other calls that reach the virtual number of an order, of any seller in two weeks
     */
    private void market(double leakRate, double reused, boolean isDialledKnown) {
        List<List<Order>> ordersOfDay = new ArrayList<>();
        for (int d = 1; d <= DAYS; d++) {
            List<Order> orders = new ArrayList<>();
            ordersOfDay.add(orders);
            for (int i = 0; i < 40; i++) {
                String buyer = "b" + random.nextInt(BUYERS);
                Instant placed = day(d).plus(Duration.ofMinutes(random.nextInt(24 * 60)));
                String id = "o" + d + "-" + i;
                orders.add(order(buyer, id, LEAKY, placed));
                orders.add(order(buyer, id + "b", INNOCENT, placed));
                for (int other = 0; other < 3; other++) {
                    orders.add(order("b" + random.nextInt(BUYERS), id + other, seller("s-" + other), placed));
                }
                if (d >= LEAK_FROM && random.nextDouble() < leakRate) {
                    call(buyer, placed.plus(Duration.ofHours(20)), isDialledKnown ? id : null, isDialledKnown);
                }
            }
            for (int i = 0; i < 8; i++) {
                Instant at = day(d).plus(Duration.ofMinutes(random.nextInt(24 * 60)));
                if (d > 1 && random.nextDouble() < reused) {
                    List<Order> from = ordersOfDay.get(d - 2 - random.nextInt(Math.min(d - 1, 13)));
                    Order reached = from.get(random.nextInt(from.size()));
                    call(reached.buyer, at, isDialledKnown ? reached.id : null, isDialledKnown);
                } else {
                    call("b" + random.nextInt(BUYERS), at, null, isDialledKnown);
                }
            }
        }
    }

    private Order order(String buyer, String id, Custodian seller, Instant placed) {
        records.add(
                seesReal
                        ? anOrder(id).by(buyer).from(seller).at(placed)
                        : anOrder(id)
                                .by(buyer)
                                .seenBy(seller, Field.PRODUCT, Field.PRICE, Field.NAME, Field.ADDRESS)
                                .at(placed));
        return new Order(buyer, id);
    }

    /** @param order of which the virtual number was dialled, or null */
    private void call(String buyer, Instant at, String order, boolean isDialledKnown) {
        Dialled dialled = order == null ? Dialled.REAL : Dialled.VIRTUAL;
        if (at.isBefore(day(DAYS))) {
            records.add(aContact("c" + contacts++)
                    .with(buyer)
                    .knowing(Field.NAME)
                    .with(new ContactDetails(null, isDialledKnown ? dialled : null, order, null, null))
                    .at(at));
        }
    }

    private List<Custodian> accused() {
        return new TestPipeline(ModelSettings.defaults(), 1)
                .run(records).alerts.stream()
                        .map(alert -> alert.custodian())
                        .distinct()
                        .toList();
    }

    @Test
    void aVirtualNumberTellsTwoSellersOfTheSameBuyersApart() {
        market(0.15, 0.05, true);
        assertEquals(List.of(LEAKY), accused());
    }

    @Test
    void withoutItTheyAreNotToldApart() {
        market(0.15, 0.05, false);
        assertTrue(!accused().equals(List.of(LEAKY)));
    }

    /** However many of the calls reach a virtual number, and whatever number sellers see. */
    @Test
    void reusedNumbersAccuseNobody() {
        for (boolean real : new boolean[] {false, true}) {
            for (double reused : new double[] {0.05, 0.3, 1}) {
                records.clear();
                seesReal = real;
                market(0, reused, true);
                assertEquals(List.of(), accused(), "reused " + reused + ", real " + real);
            }
        }
    }
}

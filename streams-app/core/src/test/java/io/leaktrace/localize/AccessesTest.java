package io.leaktrace.localize;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.testing.Seed;
import io.leaktrace.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Small random markets in which agents of a shop open its orders; a provider has the same orders as the shop. */
class AccessesTest {

    private static final int DAYS = 40;
    private static final int LEAK_FROM = 15;
    private static final int BUYERS = 3000;
    private static final Custodian SHOP = seller("shop");
    private static final Custodian PROVIDER = new Custodian(Role.SERVICE_PROVIDER, "erp");
    private static final ModelSettings NOT_LOGGED = ModelSettings.defaults();
    private static final ModelSettings LOGGED =
            NOT_LOGGED.withAccesses(new ModelSettings.Accesses(Set.of(Role.SELLER), Set.of(), 0.02));

    /** Decides whether an order's buyer is called. */
    private interface Leak {
        boolean hits(int agent);
    }

    private final Random random;
    private final List<InputRecord> records = new ArrayList<>();
    private int contacts;

    AccessesTest() {
        random = new Random(Seed.of("AccessesTest"));
    }

    private static Custodian agent(int number) {
        return seller("shop/agent-" + number);
    }

    /**
     * Adds the shop's orders and others, with calls.
     *
     * @param agents number of agents; each opens an equal part of the orders that are opened
     * @param opened share of the orders that are opened
     * @param leak of an order that agent −1 opened, nobody has
     */
    private void orders(int agents, double opened, double rate, Leak leak) {
        for (int d = 1; d <= DAYS; d++) {
            for (int i = 0; i < 60; i++) {
                String buyer = "b" + random.nextInt(BUYERS);
                Instant placed = day(d).plus(Duration.ofMinutes(random.nextInt(24 * 60)));
                String order = "o" + d + "-" + i;
                int agent = random.nextDouble() < opened ? random.nextInt(agents) : -1;
                Instant accessed = placed.plus(Duration.ofHours(3));
                records.add(anOrder(order).by(buyer).from(SHOP, PROVIDER).at(placed));
                if (agent >= 0) {
                    records.add(anOrder(order)
                            .event(OrderEventType.ACCESSED)
                            .by(buyer)
                            .from(agent(agent))
                            .at(accessed));
                }
                for (int other = 0; other < 3; other++) {
                    records.add(anOrder("other" + other + d + "-" + i)
                            .by("b" + random.nextInt(BUYERS))
                            .from(seller("s-" + other))
                            .at(placed));
                }
                if (d >= LEAK_FROM && random.nextDouble() < rate && leak.hits(agent)) {
                    call(buyer, accessed.plus(Duration.ofHours(20)), Field.PRODUCT, Field.PHONE);
                }
            }
            for (int i = 0; i < 3; i++) {
                call("b" + random.nextInt(BUYERS), day(d).plus(Duration.ofMinutes(random.nextInt(24 * 60))));
            }
        }
    }

    private void call(String buyer, Instant at, Field... known) {
        if (at.isBefore(day(DAYS))) {
            records.add(aContact("c" + contacts++).with(buyer).knowing(known).at(at));
        }
    }

    private TestPipeline run(ModelSettings model, int partitions) {
        return new TestPipeline(model, partitions).run(records);
    }

    private static List<Custodian> accused(TestPipeline found) {
        return found.alerts.stream().map(alert -> alert.custodian()).distinct().toList();
    }

    @Test
    void anAgentThatLeaksIsAccusedWithoutItsColleaguesAndItsShop() {
        orders(4, 1, 0.5, agent -> agent == 2);
        for (ModelSettings model : List.of(NOT_LOGGED, LOGGED)) {
            TestPipeline found = run(model, 1);
            assertEquals(List.of(agent(2)), accused(found));
            assertEquals(Suspect.Status.SUSPECT, found.of(agent(2)).status());
            assertNull(found.of(agent(2)).sharedWith());
            for (Evidence evidence : found.evidence) {
                double shares = evidence.touches().stream()
                        .mapToDouble(Evidence.Touch::share)
                        .sum();
                assertTrue(shares <= 1 + 1e-9, evidence.toString());
                assertEquals(1, shares + evidence.backgroundShare(), 1e-9);
            }
        }
    }

    /** The provider has the same orders: only if the shop's accesses are logged does the data tell them apart. */
    @Test
    void aShopOfWhichAllAgentsLeakIsAccusedItself() {
        orders(4, 0.5, 0.3, agent -> agent >= 0);
        TestPipeline found = run(LOGGED, 1);
        assertEquals(List.of(SHOP), accused(found));
        assertNull(found.of(SHOP).sharedWith());
    }

    @Test
    void anOnlyAgentIsNotToldFromItsShop() {
        orders(1, 0.5, 0.3, agent -> agent >= 0);
        TestPipeline found = run(LOGGED, 1);
        assertEquals(List.of(SHOP), accused(found));
        assertEquals(SHOP, found.of(agent(0)).sharedWith());
    }

    @Test
    void aShopThatOpensATenthOfItsOrdersIsNotAccusedOfTheOthers() {
        orders(1, 0.1, 0.08, agent -> true);
        TestPipeline notLogged = run(NOT_LOGGED, 1);
        TestPipeline logged = run(LOGGED, 1);
        assertEquals(List.of(PROVIDER), accused(logged));
        assertNull(logged.of(PROVIDER).sharedWith());
        assertTrue(
                logged.of(SHOP).evidence() < notLogged.of(SHOP).evidence()
                        || notLogged.of(SHOP).evidence() < 1,
                logged.of(SHOP) + " " + notLogged.of(SHOP));
        // Two weeks after the start of the leak, the two were not distinguished without the log.
        assertEquals(
                List.of(),
                notLogged.alerts.stream()
                        .filter(alert -> alert.at().isBefore(day(LEAK_FROM + 12)))
                        .toList());
    }

    @Test
    void resultsDoNotDependOnPartitionsAndArrival() {
        orders(3, 0.5, 0.3, agent -> agent == 1);
        TestPipeline one = run(LOGGED, 1);
        TestPipeline three = run(LOGGED, 3);
        assertEquals(one.suspects, three.suspects);
        assertEquals(one.alerts, three.alerts);
        assertEquals(one.evidence, three.evidence);
    }

    /** Only custodians of ACCESSED events have parts. */
    @Test
    void anIdWithASlashIsNoPartWithoutAccesses() {
        EpochData data = new AnEpoch().order(2, SHOP, agent(1)).endingAt(48);
        assertTrue(!data.parts().isPart(data.account(agent(1)).index()));
        AnEpoch accessed = new AnEpoch().access(2, SHOP, agent(1), seller("shop/agent-1/key-2"), seller("/x"));
        EpochData with = accessed.endingAt(48);
        int shop = with.account(SHOP).index();
        int agent = with.account(agent(1)).index();
        int key = with.account(seller("shop/agent-1/key-2")).index();
        assertTrue(with.parts().isPartOf(agent, shop) && with.parts().isPartOf(key, shop));
        assertTrue(with.parts().isPartOf(key, agent) && !with.parts().isPartOf(agent, key));
        assertTrue(!with.parts().isPart(shop)
                && !with.parts().isPart(with.account(seller("/x")).index()));
    }

    /** A whole goes before a part that is stronger by less than a factor of 20, and after one that is stronger. */
    @Test
    void aPartGoesBeforeItsWholeOnlyIfTheDataDistinguishThem() {
        EpochData data = new AnEpoch()
                .access(2, SHOP, agent(1))
                .access(3, SHOP, agent(2))
                .endingAt(48);
        int shop = data.account(SHOP).index();
        int close = data.account(agent(1)).index();
        int strong = data.account(agent(2)).index();
        double[] alone = new double[3];
        alone[shop] = 10;
        alone[close] = 10 + Math.log(19);
        alone[strong] = 10 + Math.log(21);
        double[] ranks = data.parts().ranks(alone);
        assertEquals(alone[close], ranks[shop]);
        assertEquals(alone[close], ranks[close]);
        assertEquals(alone[strong], ranks[strong]);
        assertTrue(shop < close, "of equal ranks, the whole is first");

        EpochData only = new AnEpoch().access(2, SHOP, agent(1)).endingAt(48);
        assertEquals(99, only.parts().ranks(new double[] {1, 99})[0], "the same orders");
    }
}

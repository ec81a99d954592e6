package io.leaktrace.localize;

import static io.leaktrace.testing.Given.DAY_1;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Suspect.Status;
import io.leaktrace.testing.Suspects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Information of decoys, computed by hand, and what is proposed in small markets. */
class DecoyPlannerTest {

    private static final ModelSettings MODEL = ModelSettings.defaults();
    private static final double THRESHOLD = 4.5;
    private static final Custodian ERP = new Custodian(Role.SERVICE_PROVIDER, "erp");
    private static final Custodian SHOP = seller("shop");
    private static final Custodian CLIENT = seller("client");
    private static final Custodian OTHER = seller("other");

    private final List<Suspect> suspects = new ArrayList<>();
    private final Map<Custodian, Double> alone = new HashMap<>();
    private final DecoyRoutes routes = new DecoyRoutes();
    private int orders;

    private void suspect(Custodian custodian, Status status, double score, double evidence, Custodian sharedWith) {
        suspects.add(Suspects.suspect(custodian, status, score, evidence, sharedWith, DAY_1));
    }

    private void orders(int number, Custodian... custodians) {
        for (int i = 0; i < number; i++) {
            routes.add("o" + orders++, List.of(custodians));
        }
    }

    private DecoyPlanner planner() {
        return new DecoyPlanner(suspects, alone::get, THRESHOLD, MODEL);
    }

    /**
     * Of two equally likely hypotheses, one causes a call with probability 1/2. With h the entropy of a coin: the first
     * observation tells h(1/4) − h(1/2)/2, two of them h(3/8) − h(1/4)/2 bits, since only whether any call came matters.
     */
    @Test
    void informationIsThatComputedByHand() {
        double[][] likelihood = {{0.5, 0.5}, {0, 1}};
        DecoyBelief now = DecoyBelief.of(new double[] {0.5, 0.5});
        assertEquals(1, now.entropy(), 1e-12);
        double one = coin(0.25) - coin(0.5) / 2;
        assertEquals(0.3113, one, 1e-4);
        assertEquals(one, now.information(likelihood), 1e-12);

        DecoyBelief then = now.after(List.of(new DecoyBelief.Way(1, likelihood)));
        assertEquals(1 - one, then.entropy(), 1e-12);
        double two = coin(0.375) - coin(0.25) / 2;
        assertEquals(two - one, then.information(likelihood), 1e-12);
    }

    /** An order that touches the suspect only every second time tells half as much. */
    @Test
    void anOrderTellsOnAverageOverItsRoutes() {
        double[][] likelihood = {{0.5, 0.5}, {0, 1}};
        DecoyBelief now = DecoyBelief.of(new double[] {0.5, 0.5});
        DecoyBelief then = now.after(List.of(new DecoyBelief.Way(0.5, null), new DecoyBelief.Way(0.5, likelihood)));
        assertEquals(now.information(likelihood) / 2, now.entropy() - then.entropy(), 1e-12);
    }

    private static double coin(double p) {
        return -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }

    /** ln 2 calls of a kind are expected: none comes with probability 1/2. */
    @Test
    void aCallWithFactsCountsBeforeOneWithout() {
        double ln2 = Math.log(2);
        assertArrayEquals(
                new double[] {0.25, 0.125, 0.375, 0.25},
                DecoyCalls.outcomes(new double[] {ln2, ln2 / 4, 3 * ln2 / 4}),
                1e-12);
        assertArrayEquals(new double[] {0, 0, 1}, DecoyCalls.outcomes(new double[] {0, 0}), 0);
    }

    @Test
    void callsOfAllKindsAddUp() {
        DecoyCalls calls = new DecoyCalls(List.of(Role.SELLER, Role.LOGISTICS_NODE), MODEL);
        double background = 0;
        double caused = 0;
        for (int kind = 0; kind < calls.kinds(); kind++) {
            background += calls.background(kind);
            caused += calls.caused(Role.SELLER, kind);
        }
        // Two calls a month, for 14 of 30 days.
        assertEquals(28.0 / 30, background, 1e-9);
        assertEquals(0.95 * 28 / 30, calls.background(DecoyCalls.WITHOUT_FACTS), 1e-9);
        assertEquals(1, caused, 1e-9);
    }

    /** All orders of the shop pass through its software, which serves other sellers too. */
    private void contestedPair() {
        suspect(SHOP, Status.WATCH, 0.4, 4.0, ERP);
        suspect(ERP, Status.CLEAR, 0.01, 1.5, null);
        alone.put(ERP, 4.0);
        suspect(CLIENT, Status.CLEAR, 0.001, 1.5, null);
        suspect(OTHER, Status.CLEAR, 0.001, 1.5, null);
        orders(50, SHOP, ERP, node("hub"));
        orders(40, CLIENT, ERP, node("hub"));
        orders(100, OTHER, node("hub"));
    }

    @Test
    void contestedCustodiansAreToldApartByOrdersThatTouchOneOfThem() {
        contestedPair();
        DecoyPlan plan = planner().plan(routes, Set.of(Role.SELLER), 20);
        Map<List<Custodian>, Integer> numbers = new HashMap<>();
        plan.proposals().forEach(proposal -> numbers.put(proposal.from(), proposal.orders()));
        assertEquals(Set.of(List.of(SHOP), List.of(CLIENT)), numbers.keySet());
        assertEquals(20, numbers.values().stream().mapToInt(number -> number).sum());
        DecoyPlan.Proposal first = plan.proposals().get(0);
        assertEquals(List.of(List.of(SHOP, ERP)), first.about());
        assertTrue(plan.gainedBits() > 0.6 * plan.openBits(), plan.toString());
        assertEquals(
                plan.gainedBits(),
                plan.proposals().stream().mapToDouble(DecoyPlan.Proposal::bits).sum(),
                1e-12);

        assertEquals(
                List.of(SHOP, ERP),
                plan.examined().stream().map(DecoyPlan.Examined::custodian).toList());
        for (DecoyPlan.Examined examined : plan.examined()) {
            assertTrue(examined.decoysToSee() > 0 && examined.decoysToSee() < 100, examined.toString());
            assertEquals(0.33, examined.probability(), 0.05, examined.toString());
            assertEquals(0.05, examined.leakRate(), 1e-9);
        }
    }

    /** The sample does not depend on the order in which orders are read, nor does the plan. */
    @Test
    void theOrderOfTheInputDoesNotMatter() {
        contestedPair();
        DecoyPlan plan = planner().plan(routes, Set.of(Role.SELLER), 10);
        DecoyPlanner again = planner();
        DecoyRoutes shuffled = new DecoyRoutes();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < orders; i++) {
            numbers.add(i);
        }
        Collections.shuffle(numbers, new Random(1));
        for (int i : numbers) {
            List<Custodian> custodians = new ArrayList<>(
                    i < 50
                            ? List.of(SHOP, ERP, node("hub"))
                            : i < 90 ? List.of(CLIENT, ERP, node("hub")) : List.of(OTHER, node("hub")));
            Collections.reverse(custodians);
            custodians.forEach(custodian -> shuffled.add("o" + i, List.of(custodian)));
        }
        assertEquals(plan, again.plan(shuffled, Set.of(Role.SELLER), 10));
        assertEquals(plan, again.plan(shuffled, Set.of(Role.SELLER), 10));
    }

    @Test
    void manyOrdersAreSampled() {
        DecoyRoutes few = new DecoyRoutes(100);
        for (int i = 0; i < 1000; i++) {
            few.add("order-" + i, List.of(i % 2 == 0 ? SHOP : OTHER));
        }
        int kept = few.routes().stream().mapToInt(DecoyRoutes.Route::orders).sum();
        assertTrue(kept > 25 && kept <= 100, "kept " + kept);
        assertEquals(2, few.routes().size());
    }

    /** Another suspect on the way would be an explanation of its own. */
    @Test
    void ifTheHubCanBeChosenItIsOneWithoutSuspicion() {
        suspect(SHOP, Status.WATCH, 0.3, 3.6, null);
        suspect(node("bad"), Status.CONFIRMED, 1, 30, null);
        orders(50, SHOP, node("bad"));
        orders(5, SHOP, node("good"));
        Set<Role> both = Set.of(Role.SELLER, Role.LOGISTICS_NODE);
        DecoyPlan plan = planner().plan(routes, both, 5);
        assertEquals(List.of(SHOP, node("good")), plan.proposals().get(0).from());
        DecoyPlan fixed = planner().plan(routes, Set.of(Role.SELLER), 5);
        assertEquals(List.of(SHOP), fixed.proposals().get(0).from());
        assertTrue(plan.gainedBits() > fixed.gainedBits(), plan + " " + fixed);
        assertEquals(List.of(List.of(SHOP)), plan.proposals().get(0).about());
    }

    /** An agent of the shop opens some of its orders: one orders from the shop, and may get the agent. */
    @Test
    void aPartOfACustodianIsNotChosen() {
        Custodian agent = seller("shop/agent-4");
        suspect(agent, Status.WATCH, 0.3, 3.6, null);
        orders(30, SHOP, agent);
        orders(10, SHOP);
        DecoyPlan plan = planner().plan(routes, Set.of(Role.SELLER), 5);
        DecoyPlan.Proposal proposal = plan.proposals().get(0);
        assertEquals(List.of(SHOP), proposal.from());
        assertEquals(List.of(new DecoyPlan.Touch(agent, 0.75)), proposal.touches());
    }

    /** The probability that a suspect leaks now is its score, whatever its evidence; such evidence is no sum of doubles. */
    @Test
    void aWatchedSuspectLeaksWithItsScore() {
        suspect(SHOP, Status.WATCH, 0.2, 3.6, null);
        alone.put(SHOP, 8.0);
        suspect(CLIENT, Status.SUSPECT, 0.9, 400, null);
        suspect(OTHER, Status.SUSPECT, 0.2, 30, null);
        DecoyPlan plan = planner().plan(routes, Set.of(Role.SELLER), 5);
        Map<Custodian, Double> probabilities = new HashMap<>();
        plan.examined().forEach(examined -> probabilities.put(examined.custodian(), examined.probability()));
        assertEquals(0.2, probabilities.get(SHOP), 1e-9);
        assertEquals(0.9, probabilities.get(CLIENT), 1e-9);
        assertEquals(0.2, probabilities.get(OTHER), 1e-9);
    }

    @Test
    void withoutSuspicionNothingIsProposed() {
        suspect(SHOP, Status.CLEAR, 0.001, 1.5, null);
        suspect(CLIENT, Status.DISMISSED, 0.9, 30, ERP);
        suspect(OTHER, Status.CONFIRMED, 0.9, 30, null);
        orders(10, SHOP);
        DecoyPlan plan = planner().plan(routes, Set.of(Role.SELLER), 20);
        assertEquals(List.of(), plan.examined());
        assertEquals(List.of(), plan.proposals());
        assertEquals(0, plan.openBits());
    }

    @Test
    void theNumberOfDecoysThatShowALeakFallsWithItsRate() {
        DecoysNeeded needed = new DecoysNeeded(MODEL, new AlertPolicy(THRESHOLD, 5));
        int before = Integer.MAX_VALUE;
        for (double rate : new double[] {0.005, 0.02, 0.05}) {
            int decoys = needed.of(known(rate, 2, 0, THRESHOLD));
            assertTrue(decoys < before, rate + ": " + decoys);
            before = decoys;
        }
        // With half a call per decoy, nine in ten leaks cause the two informed calls that are needed within eight
        // decoys.
        assertTrue(before >= 5 && before < 60, "decoys " + before);
        assertEquals(0, needed.of(known(0.05, 10, 5, THRESHOLD)));
        assertTrue(needed.of(known(0.05, 4, 5, 7)) > needed.of(known(0.05, 4, 5, THRESHOLD)));
        assertNull(needed.of(known(1e-6, 0, 0, THRESHOLD)));
    }

    private static DecoysNeeded.Known known(double rate, double evidence, int buyers, double required) {
        return new DecoysNeeded.Known(
                Role.SELLER,
                evidence,
                1,
                buyers,
                rate,
                rate / MODEL.reportedShare(),
                new HorizonBlame.Buyers(buyers, 0, 0),
                required);
    }
}

package io.leaktrace.decoys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import io.leaktrace.localize.DecoyPlan;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The proposal for the market of {@code demo}, followed. With the alerts on the three leakers dismissed, a seller has to
 * answer for calls after orders that a leaking hub handled, and cannot be distinguished from a service desk.
 */
class FollowedDecoysTest {

    private static final ModelSettings MODEL = ModelSettings.defaults();
    private static final Custodian SELLER = Custodian.parse("SELLER:s-159");
    private static final Custodian DESK = Custodian.parse("PLATFORM:desk-6");
    private static final Instant DISMISSED = Instant.parse("2014-07-20T00:00:00Z");
    private static final Instant END = Instant.parse("2014-08-03T06:00:00Z");
    private static final Duration MORE = Duration.ofDays(4);
    private static final int BUDGET = 20;

    private final List<InputRecord> history = new ArrayList<>();
    private final Map<String, List<OrderEvent>> orders = new TreeMap<>();

    @Test
    void theTwoAreToldApartByTheProposedOrders() {
        SimulatedMarket market = Scenario.STORY.market(1);
        market.orderEvents(history::add);
        market.scamContacts(history::add);
        market.truth()
                .forEach(leak -> history.add(
                        new LeakVerdict(leak.custodian(), Verdict.DISMISSED, "mei", DISMISSED, "they deny it", null)));
        history.removeIf(record -> !record.eventTime().isBefore(END));
        TestPipeline pipeline = new TestPipeline(MODEL, 1);
        sorted(history).forEach(pipeline::accept);
        List<InputRecord> then = market();
        // Closes the last epoch of the history.
        pipeline.accept(sorted(then).get(0));
        pipeline.await();
        Suspect before = pipeline.of(SELLER);
        assertEquals(Suspect.Status.WATCH, before.status(), before.toString());
        assertEquals(DESK, before.sharedWith());

        DecoyPlan plan = plan(pipeline);
        DecoyPlan.Proposal proposal = plan.proposals().stream()
                .filter(orders -> orders.about().contains(List.of(SELLER, DESK)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(plan));
        assertEquals(List.of(SELLER), proposal.from());
        assertTrue(proposal.orders() >= 4 && proposal.bits() > 0.3, plan.toString());

        then.remove(sorted(then).get(0));
        then.addAll(decoys(plan));
        sorted(then).forEach(pipeline::accept);
        pipeline.end();
        Suspect leaker = pipeline.of(SELLER);
        System.out.printf(
                "FollowedDecoysTest: %d orders from %s, %.2f of %.2f bits in all; evidence before %.1f, after %.1f%n",
                proposal.orders(), SELLER, plan.gainedBits(), plan.openBits(), before.evidence(), leaker.evidence());
        assertEquals(Suspect.Status.SUSPECT, leaker.status(), plan + " " + leaker);
        assertNull(leaker.sharedWith());
        assertTrue(leaker.reporters().decoys() >= 2, leaker.toString());
        assertTrue(leaker.evidence() > before.evidence() + 2, leaker.toString());
        Suspect innocent = pipeline.of(DESK);
        assertEquals(Suspect.Status.CLEAR, innocent.status(), innocent.toString());
        assertNull(innocent.sharedWith());
    }

    private DecoyPlan plan(TestPipeline known) {
        DecoyAdvice advice = new DecoyAdvice(MODEL);
        known.suspects.values().forEach(advice::add);
        known.explanations.values().forEach(advice::add);
        for (InputRecord record : history) {
            if (record instanceof OrderEvent event) {
                advice.add(event);
                orders.computeIfAbsent(event.orderId(), order -> new ArrayList<>())
                        .add(event);
            }
        }
        return advice.plan(BUDGET, List.of(Role.SELLER));
    }

    private static List<InputRecord> sorted(List<InputRecord> records) {
        return records.stream()
                .sorted(Comparator.comparing(InputRecord::eventTime).thenComparing(Object::toString))
                .toList();
    }

    /** The market goes on as in its last days. */
    private List<InputRecord> market() {
        List<InputRecord> more = new ArrayList<>();
        for (InputRecord record : history) {
            if (record.eventTime().isBefore(END.minus(MORE))) {
                continue;
            }
            if (record instanceof OrderEvent event) {
                more.add(new OrderEvent(
                        event.eventId() + "~",
                        event.orderId() + "~",
                        event.buyerId(),
                        event.type(),
                        event.occurredAt().plus(MORE),
                        event.custodians()));
            } else if (record instanceof ScamContact contact) {
                more.add(new ScamContact(
                        contact.contactId() + "~",
                        contact.buyerId(),
                        contact.contactedAt().plus(MORE),
                        contact.reportedAt().plus(MORE),
                        contact.channel(),
                        contact.caller(),
                        contact.impersonated(),
                        contact.disclosed(),
                        contact.quotedOrderId() == null ? null : contact.quotedOrderId() + "~",
                        contact.loss()));
            }
        }
        return more;
    }

    /**
     * The proposed orders, each as an earlier one from the same custodians, and the calls to them: some that disclose
     * nothing, and those that a leak of the seller at the suspected rate causes.
     */
    private List<InputRecord> decoys(DecoyPlan plan) {
        double rate = plan.examined().stream()
                .filter(examined -> examined.custodian().equals(SELLER))
                .mapToDouble(examined -> Math.min(1, examined.leakRate() / MODEL.reportedShare()))
                .findFirst()
                .orElseThrow();
        List<InputRecord> records = new ArrayList<>();
        int number = 0;
        double due = 0;
        for (DecoyPlan.Proposal proposal : plan.proposals()) {
            List<List<OrderEvent>> like = orders.values().stream()
                    .filter(events -> events.get(0).custodians().containsAll(proposal.from()))
                    .toList();
            for (int i = 0; i < proposal.orders(); i++) {
                number++;
                List<OrderEvent> events = like.get(i % like.size());
                String buyer = "decoy-" + number;
                Instant placedAt = END.plus(Duration.ofMinutes(20L * number));
                Duration shift = Duration.between(events.get(0).occurredAt(), placedAt);
                for (OrderEvent event : events) {
                    records.add(new OrderEvent(
                            event.eventId() + "-" + number,
                            "o-" + number,
                            buyer,
                            event.type(),
                            event.occurredAt().plus(shift),
                            event.custodians(),
                            Map.of(),
                            Map.of(),
                            true));
                }
                if (number % 3 == 0) {
                    records.add(call("dialled-" + number, buyer, placedAt.plus(Duration.ofHours(50)), Set.of()));
                }
                due += events.get(0).custodians().contains(SELLER) ? rate : 0;
                if (due >= 1) {
                    due--;
                    Set<Field> known = Set.of(Field.NAME, Field.PRODUCT, Field.ORDER_TIME);
                    records.add(call("call-" + number, buyer, placedAt.plus(Duration.ofHours(20 + number)), known));
                }
            }
        }
        return records;
    }

    private static ScamContact call(String id, String buyer, Instant at, Set<Field> disclosed) {
        return new ScamContact(
                id, buyer, at, at.plus(Duration.ofMinutes(30)), Channel.CALL, null, null, disclosed, null, null);
    }
}

package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.SETTINGS;
import static io.leaktrace.localize.AnEpoch.time;
import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.TouchColumns;
import io.leaktrace.testing.Seed;
import io.leaktrace.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What orders of decoys and calls to them are worth, computed by hand and on small random markets. */
class DecoysTest {

    private static final Custodian WATCHED = seller("watched");
    private static final Custodian HUB = node("hub");
    private static final int DAYS = 40;
    private static final int LEAK_FROM = 20;

    /** An order of a decoy at hour 2, and a call at hour 26 by a caller who knows these fields. */
    private static EpochData calledDecoy(Set<Field> known) {
        AnEpoch epoch = new AnEpoch().order(2, WATCHED);
        Exposures exposures = Exposures.none();
        exposures.decoys().touches().put(WATCHED, new TreeMap<>(Map.of(time(2) / SETTINGS.epoch(), 1)));
        exposures.decoys().atRisk().putAll(Map.of(time(2) / EventTime.HOUR, 1, time(2) / EventTime.HOUR + 336, -1));
        epoch.ledger.add(exposures);
        epoch.ledger.add(new ContactEvidence(
                "c",
                "decoy",
                time(26),
                time(27),
                Fields.bits(known),
                null,
                null,
                false,
                1,
                List.of(0, 24, 0, 0, 0),
                TouchColumns.of(List.of(new ContactTouch(WATCHED, "o", time(2)))),
                PastColumns.of(List.of()),
                0,
                null,
                null,
                ContactTraces.NONE,
                true));
        return epoch.endingAt(72);
    }

    @Test
    void aDecoyCountsInFullWhereRealBuyersCountByTheShareThatIsReported() {
        assertEquals(0.1, SETTINGS.reportedShare());
        EpochData data = calledDecoy(Set.of());
        double density = data.leadTimes().density(WATCHED.role(), time(26) - time(2));
        assertEquals(
                density * SETTINGS.noOrderQuoted() * SETTINGS.reliability(null) / 0.1,
                data.candidates().weight[0],
                1e-12);
        assertEquals(0, data.candidates().shoppingWeight[0], "shopping in general does not explain calls to decoys");

        Account account = data.account(WATCHED);
        int first = (int) (AnEpoch.FIRST_DAY - data.days().touchesFrom());
        assertEquals(1, account.touches()[first]);
        assertEquals(1, account.decoys()[first]);
        assertEquals(2, account.touchesFrom(0));
        // The real order is in the same six hours; of its contacts, only those reported by now count.
        double happened = data.leadTimes().reportedWithin(ReportingDelay.none())[0][69];
        double reported = data.leadTimes().reportedWithin(data.reportingDelay())[0][69];
        assertEquals(happened / 0.1 + reported, account.exposure()[first], 0.1);
        assertEquals(0.75, happened, 0.2);
    }

    /** A gamma prior with a mean of 2 calls in 30 days and a weight of 2 calls: of 30 days of a decoy. */
    @Test
    void callsToDecoysHaveARateOfTheirOwn() {
        assertEquals(2.0 / 30, Background.ofDecoys(0, 0, SETTINGS), 1e-12);
        assertEquals((2 + 12.0) / (30 + 90), Background.ofDecoys(12, 90, SETTINGS), 1e-12);

        // One decoy for 70 of the 72 hours, with one call after 24 hours: in the fifth of twelve epochs.
        EpochData data = calledDecoy(Set.of());
        double overall = (2 + 1) / (30 + 70 / 24.0);
        double average = (5 + 1) / (5 / overall + 70 / 24.0);
        double nearDays = 0;
        for (int epoch = 0; epoch < 12; epoch++) {
            nearDays += (epoch == 0 ? 4 / 24.0 : 0.25) * Math.pow(0.5, Math.abs(epoch - 4) * 0.25 / 3);
        }
        double rate = (5 + 1) / (5 / overall + nearDays);
        // One call on the day around it, where a tenth of one is expected.
        double wave = (30 + 1) / (30 + rate);
        double frailty = 1 / (1 + average * 1 * 2);
        Background background =
                Background.learn(data.columns(), new double[] {1}, data.atRisk(), data.decoysAtRisk(), SETTINGS);
        assertEquals(rate * wave * frailty, background.rate(data.columns(), 0, new double[] {1}), 1e-4);
        assertEquals(
                Background.learn(data.columns(), new double[0], data.atRisk(), data.decoysAtRisk(), SETTINGS)
                        .latestRate(data.atRisk()),
                background.latestRate(data.atRisk()));
    }

    /** Most callers of decoys know nothing. A caller who knows an order is worth 15 times as much as with a real buyer. */
    @Test
    void whatACallerOfADecoyKnowsWeighsMore() {
        BackgroundCallers none = BackgroundCallers.learn(new BackgroundCallers.Sample());
        DisclosureLikelihood.Habit habit = new DisclosureLikelihood(none, SETTINGS).new Habit(WATCHED.role());
        int facts = Fields.bits(Set.of(Field.PRODUCT, Field.PRICE, Field.NAME));
        assertEquals(0.2 / 0.95, habit.ratioOfDecoy(0, Fields.OF_ROLE), 1e-12);
        assertEquals(0.2 / 0.3, habit.ratio(0), 1e-12);
        double ratio = habit.ratio(facts);
        assertTrue(ratio > 1 && ratio < SETTINGS.knowledgeHigh(), ratio + "");
        assertEquals(ratio * 0.7 / 0.05, habit.ratioOfDecoy(facts, Fields.OF_ROLE), 1e-9);
        double most = habit.ratioOfDecoy(Fields.bits(WATCHED.role().knows()), Fields.OF_ROLE);
        assertTrue(most <= 10 * SETTINGS.knowledgeHigh(), most + "");

        // After 100 calls, 30 of which disclosed something, nothing is a little rarer than expected.
        BackgroundCallers.Sample sample = new BackgroundCallers.Sample();
        sample.add(0, 70);
        sample.add(Fields.bits(Set.of(Field.NAME)), 30);
        BackgroundCallers ofDecoys = none.ofDecoys(sample);
        assertEquals((20 * 0.95 + 70) / 120, ofDecoys.probability(0), 1e-12);
        assertEquals(none.probability(facts) / 0.7 * (20 * 0.05 + 30) / 120, ofDecoys.probability(facts), 1e-12);
    }

    @Test
    void twoInformedDecoysSufficeForAnAlertAndOneDoesNot() {
        AlertPolicy policy = new AlertPolicy(4, 5);
        assertEquals(3, policy.counted(new HorizonBlame.Buyers(1, 1, 1)));
        assertEquals(6, policy.counted(new HorizonBlame.Buyers(2, 2, 2)));
        assertEquals(5, policy.counted(new HorizonBlame.Buyers(3, 1, 1)), "with two real buyers");
        assertEquals(4, policy.counted(new HorizonBlame.Buyers(104, 100, 0)), "calls without facts do not count");
        assertEquals(1, new AlertPolicy(4, 1).counted(new HorizonBlame.Buyers(1, 1, 1)));
    }

    /** The orders of a small market: real ones of two sellers, with calls to any buyer, and those of decoys. */
    private static final class Market {
        final Random random;
        final List<InputRecord> records = new ArrayList<>();
        private int calls;
        private int decoys;

        Market(String test) {
            random = new Random(Seed.of("DecoysTest." + test));
        }

        Market real(int perDay, int callsPerDay) {
            for (int d = 1; d <= DAYS; d++) {
                for (int i = 0; i < perDay; i++) {
                    Custodian seller = i % 10 == 0 ? WATCHED : seller("s-" + i % 10);
                    records.add(anOrder("o" + d + "-" + i)
                            .by("b" + random.nextInt(1000))
                            .from(seller, HUB)
                            .at(minute(d)));
                }
                for (int i = 0; i < callsPerDay; i++) {
                    call("b" + random.nextInt(1000), minute(d), Duration.ofMinutes(random.nextInt(600)));
                }
            }
            return this;
        }

        private Instant minute(int day) {
            return day(day).plus(Duration.ofMinutes(random.nextInt(24 * 60)));
        }

        /**
         * Adds a number of decoys per day that order from a seller. Each is called at random, by callers who know
         * nothing or, one in 20, a name; from day 20 on, a share is also called by somebody who knows the order.
         */
        Market decoys(int perDay, Custodian seller, double callsPerMonth, ToDoubleFunction<Integer> leakOnDay) {
            for (int d = 1; d <= DAYS; d++) {
                for (int i = 0; i < perDay; i++) {
                    String decoy = "d" + decoys++;
                    Instant placed = minute(d);
                    records.add(anOrder("of-" + decoy)
                            .by(decoy)
                            .from(seller, HUB)
                            .ofDecoy()
                            .at(placed));
                    for (int later = d + 1; later <= DAYS; later++) {
                        if (random.nextDouble() < callsPerMonth / 30) {
                            boolean guesses = random.nextInt(20) == 0;
                            call(
                                    decoy,
                                    minute(later),
                                    Duration.ofHours(1),
                                    guesses ? new Field[] {Field.NAME} : new Field[0]);
                        }
                    }
                    if (random.nextDouble() < leakOnDay.applyAsDouble(d)) {
                        call(decoy, placed.plus(Duration.ofHours(20)), Duration.ofHours(1), Field.PRODUCT, Field.PRICE);
                    }
                }
            }
            return this;
        }

        private void call(String buyer, Instant at, Duration delay, Field... known) {
            if (at.plus(delay).isBefore(day(DAYS + 1))) {
                records.add(aContact("c" + calls++)
                        .with(buyer)
                        .knowing(known)
                        .reportedAfter(delay)
                        .at(at));
            }
        }

        TestPipeline run(int partitions) {
            return new TestPipeline(SETTINGS, partitions).run(records);
        }
    }

    /** A seller with 6 decoys a day leaks; a fifth of these is called, and no real victim reports. */
    @Test
    void aFewInformedCallsToDecoysAccuseASmallSeller() {
        Market market = new Market("aFewInformedCallsToDecoysAccuseASmallSeller")
                .real(60, 3)
                .decoys(6, WATCHED, 4, day -> day >= LEAK_FROM ? 0.2 : 0)
                .decoys(6, seller("s-3"), 4, day -> 0);
        TestPipeline found = market.run(3);
        assertEquals(Set.of(WATCHED), accused(found));
        Alert first = found.alerts.get(0);
        assertTrue(first.at().isBefore(day(LEAK_FROM + 14)), first.toString());
        assertTrue(first.reporters().decoys() >= 2, first.toString());
        assertTrue(found.of(WATCHED).exposures() > 28 * 11, "with the orders of decoys");
        assertTrue(found.explanations.get(WATCHED).incidents().get(0).decoy());
        assertTrue(found.evidence.stream()
                .allMatch(evidence -> evidence.decoy() == evidence.buyerId().startsWith("d")));
        assertEquals(market.run(1).alerts, found.alerts, "whatever the number of partitions");
    }

    /** Random calls, three times as many as the prior expects, and twice as many as that for ten days. */
    @Test
    void decoysThatAreCalledAtRandomAccuseNobody() {
        Market market = new Market("decoysThatAreCalledAtRandomAccuseNobody").real(60, 3);
        for (Custodian seller : List.of(WATCHED, seller("s-3"), seller("s-4"))) {
            market.decoys(8, seller, 6, day -> 0);
        }
        for (int i = 0; i < 400; i++) {
            market.call("d" + market.random.nextInt(900), market.minute(25 + i / 40), Duration.ofHours(1));
        }
        TestPipeline found = market.run(1);
        assertEquals(Set.of(), accused(found));
        for (Suspect suspect : found.everySuspect) {
            assertTrue(suspect.evidence() < 3, suspect.toString());
        }
    }

    /** One caller who knows an order of a decoy is seen, and accuses nobody. */
    @Test
    void oneInformedCallAccusesNobody() {
        Market market = new Market("oneInformedCallAccusesNobody").real(60, 3).decoys(2, WATCHED, 2, day -> 0);
        double before = most(market.run(1));
        market.call(
                "d" + 2 * LEAK_FROM,
                day(LEAK_FROM + 2),
                Duration.ofHours(1),
                Field.PRODUCT,
                Field.PRICE,
                Field.ADDRESS);
        TestPipeline found = market.run(1);
        assertEquals(Set.of(), accused(found));
        assertTrue(most(found) > before, "evidence is " + most(found) + ", and was " + before);
    }

    /** The highest evidence against the watched seller in the days after the call. */
    private static double most(TestPipeline found) {
        return found.everySuspect.stream()
                .filter(suspect -> suspect.custodian().equals(WATCHED))
                .filter(suspect -> suspect.asOf().isAfter(day(LEAK_FROM + 2))
                        && suspect.asOf().isBefore(day(LEAK_FROM + 6)))
                .mapToDouble(Suspect::evidence)
                .max()
                .orElseThrow();
    }

    /** Nothing that is found of the market and of other sellers changes with decoys that are called at random. */
    @Test
    void ordersAndCallsOfDecoysAreNotPartOfTheMarket() {
        Market market = new Market("ordersAndCallsOfDecoysAreNotPartOfTheMarket").real(60, 20);
        TestPipeline without = market.run(1);
        market.decoys(10, seller("only-decoys"), 9, day -> 0);
        TestPipeline with = market.run(1);
        assertEquals(without.epochs.size(), with.epochs.size());
        for (int i = 0; i < with.epochs.size(); i++) {
            Epoch before = without.epochs.get(i);
            Epoch after = with.epochs.get(i);
            assertEquals(before.backgroundPerBuyerDay(), after.backgroundPerBuyerDay(), "epoch " + i);
            assertEquals(before.wave(), after.wave());
            assertEquals(before.unmatched(), after.unmatched());
        }
        for (int i = 0; i < 10; i++) {
            Custodian seller = i == 0 ? WATCHED : seller("s-" + i);
            assertEquals(without.of(seller), with.of(seller));
        }
        assertFalse(with.of(seller("only-decoys")).exposures() == 0);
    }

    /** Decoys that are never called lower the evidence against their custodians. */
    @Test
    void decoysThatAreNeverCalledSpeakForTheirCustodians() {
        Market market = new Market("decoysThatAreNeverCalledSpeakForTheirCustodians").real(60, 20);
        TestPipeline without = market.run(1);
        TestPipeline with =
                market.decoys(10, seller("only-decoys"), 0, day -> 0).run(1);
        double before = without.of(HUB).evidence();
        double after = with.of(HUB).evidence();
        assertTrue(after <= before + 1e-9, "evidence against the hub is " + after + ", and was " + before);
    }

    private static Set<Custodian> accused(TestPipeline found) {
        return Set.copyOf(found.alerts.stream().map(Alert::custodian).toList());
    }
}

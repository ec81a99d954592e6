package io.leaktrace.localize;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.Suspect;
import io.leaktrace.testing.Seed;
import io.leaktrace.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Orders of twenty sellers through four nodes; the seeds of the random markets are printed. */
class StolenArchivesTest {

    private static final int DAYS = 60;
    private static final int BUYERS = 4_000;
    private static final int CAMPAIGN_FROM = 46;
    private static final int CAMPAIGN_DAYS = 10;
    private static final int COPIED_UNTIL = 40;
    private static final Custodian ROBBED = seller("s-7");
    private static final Custodian REGION = node("n-1");

    /** It has the same orders as {@link #ROBBED}, as a shop and its agent. */
    private static final Custodian AGENT = seller("agent");

    private final Random random;
    private final List<InputRecord> records = new ArrayList<>();
    private final List<InputRecord> ordersOfAgent = new ArrayList<>();
    private final TreeMap<String, Instant> boughtFromRobbed = new TreeMap<>();
    private final TreeMap<String, Instant> ofRegion = new TreeMap<>();
    private int contacts;

    StolenArchivesTest() {
        random = new Random(Seed.of("StolenArchivesTest"));
        for (int d = 1; d <= DAYS; d++) {
            for (int i = 0; i < 120; i++) {
                int number = random.nextInt(BUYERS);
                String buyer = "b" + number;
                Custodian from = seller("s-" + random.nextInt(20));
                Custodian region = node("n-" + number % 4);
                Instant placed = day(d).plus(Duration.ofMinutes(random.nextInt(24 * 60)));
                String order = "o" + d + "-" + i;
                records.add(anOrder(order).by(buyer).from(from, region).at(placed));
                if (from.equals(ROBBED)) {
                    ordersOfAgent.add(anOrder(order).by(buyer).from(AGENT).at(placed.plusSeconds(60)));
                }
                if (from.equals(ROBBED) && d <= COPIED_UNTIL) {
                    boughtFromRobbed.putIfAbsent(buyer, placed);
                }
                if (region.equals(REGION)) {
                    ofRegion.putIfAbsent(buyer, placed);
                }
            }
            for (int i = 0; i < 20; i++) {
                call(
                        "b" + random.nextInt(BUYERS),
                        day(d).plus(Duration.ofMinutes(random.nextInt(24 * 60))),
                        backgroundCaller());
            }
        }
    }

    /** Every fourth background caller knows an order. */
    private Field[] backgroundCaller() {
        return random.nextInt(4) == 0
                ? some(0.5, Field.PRODUCT, Field.PRICE, Field.NAME, Field.PHONE)
                : some(0.6, Field.NAME, Field.PHONE);
    }

    private Field[] some(double probability, Field... fields) {
        return Stream.of(fields)
                .filter(field -> random.nextDouble() < probability)
                .toArray(Field[]::new);
    }

    private void call(String buyer, Instant at, Field... known) {
        records.add(aContact("c" + contacts++)
                .with(buyer)
                .knowing(known)
                .reportedAfter(Duration.ofMinutes(random.nextInt(600)))
                .at(at));
    }

    private Instant inCampaign() {
        return day(CAMPAIGN_FROM).plus(Duration.ofMinutes(random.nextInt(CAMPAIGN_DAYS * 24 * 60)));
    }

    private TestPipeline run(int partitions) {
        return new TestPipeline(ModelSettings.defaults(), partitions).run(records);
    }

    private static Set<Custodian> alerted(TestPipeline pipeline) {
        return pipeline.alerts.stream().map(Alert::custodian).collect(Collectors.toSet());
    }

    private void callBuyersOfTheRobbed() {
        boughtFromRobbed.keySet().stream()
                .limit(40)
                .forEach(buyer -> call(
                        buyer,
                        inCampaign(),
                        some(0.7, Field.PRODUCT, Field.ORDER_TIME, Field.PRICE, Field.ADDRESS, Field.NAME)));
    }

    @Test
    void ordersThatWereCopiedOnceAreFoundWhenTheyAreCalledThrough() {
        callBuyersOfTheRobbed();
        TestPipeline found = run(1);

        assertEquals(Set.of(ROBBED), alerted(found));
        Alert raised = found.alerts.get(0);
        assertEquals(LeakKind.ARCHIVE, raised.kind());
        assertFalse(raised.at().isAfter(day(CAMPAIGN_FROM + CAMPAIGN_DAYS)), raised.toString());
        Suspect suspect = found.of(ROBBED);
        assertEquals(LeakKind.ARCHIVE, suspect.kind());
        assertTrue(suspect.onset().isAfter(day(CAMPAIGN_FROM - 4)), suspect.toString());
        assertTrue(suspect.onset().isBefore(day(CAMPAIGN_FROM + 5)), suspect.toString());
        assertTrue(suspect.copied().from().isBefore(day(15)), suspect.toString());
        // The span is of whole weeks, and ends a week late in one market of 20: some victims ordered again by then.
        assertFalse(suspect.copied().to().isAfter(day(COPIED_UNTIL + 9)), suspect.toString());
        assertTrue(suspect.reporters().falseToFall() > 0, suspect.toString());
        assertEquals(found.everySuspect, run(3).everySuspect, "partitions change nothing");
    }

    /** Also if its victims are called from the first days on, which is evidence of a leak of today. */
    @Test
    void ofTwoThatLostTheSameOrdersNeitherIsAccused() {
        records.addAll(ordersOfAgent);
        callBuyersOfTheRobbed();
        boughtFromRobbed.values().removeIf(placed -> placed.isBefore(day(20)));
        boughtFromRobbed.forEach((buyer, placed) -> {
            if (random.nextInt(4) == 0) {
                call(buyer, placed.plus(Duration.ofMinutes(random.nextInt(14 * 24 * 60))), Field.PRODUCT, Field.NAME);
            }
        });
        TestPipeline pipeline = run(1);

        assertEquals(Set.of(), alerted(pipeline), pipeline.alerts.toString());
        Suspect first = pipeline.of(ROBBED).attributed() > 0 ? pipeline.of(ROBBED) : pipeline.of(AGENT);
        assertEquals(first.custodian().equals(ROBBED) ? AGENT : ROBBED, first.sharedWith(), first.toString());
    }

    /** Six times the calls to the buyers of a region, by callers who know what background callers know. */
    @Test
    void aRegionalWaveIsNoArchive() {
        ofRegion.keySet().stream().limit(400).forEach(buyer -> call(buyer, inCampaign(), backgroundCaller()));

        TestPipeline found = run(1);
        assertEquals(Set.of(), alerted(found), found.alerts.toString());
    }

    @Test
    void theComponentCanBeSwitchedOff() {
        callBuyersOfTheRobbed();
        TestPipeline pipeline =
                new TestPipeline(ModelSettings.defaults().without(Set.of(ModelComponent.ARCHIVES)), 1).run(records);

        assertEquals(Set.of(), alerted(pipeline));
        assertNull(pipeline.of(ROBBED).copied());
    }

    @Test
    void aWaveIsFoundOnTheDaysThatItLasts() {
        double[] expected = {1, 1, 1, 1, 1};

        assertEquals(0, CallWaves.scan(new double[] {1, 0, 1, 1, 1}, expected));
        double twoDays = 20 * Math.log(20 / 2.5) - 20 + 2.5;
        assertEquals(twoDays, CallWaves.scan(new double[] {1, 10, 10, 1, 0}, expected), 1e-12);
    }
}

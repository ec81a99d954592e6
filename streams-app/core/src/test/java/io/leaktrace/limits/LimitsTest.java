package io.leaktrace.limits;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.correlate.Correlator;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.testing.Seed;
import io.leaktrace.testing.TestPipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is far too much of something, and that it ends well. {@code mvn verify -Plimits} has the sizes that
 * docs/reliability.md states.
 */
@Tag("alone")
class LimitsTest {

    private static final long WINDOW = 14 * EventTime.DAY;
    private static final int MAX_TOUCHES = 1000;
    private static final int CUSTODIANS = Integer.getInteger("limits.custodians", 20_000);
    private static final int ORDERS = Integer.getInteger("limits.orders", 20_000);
    private static final int CONTACTS = Integer.getInteger("limits.contacts", 20_000);

    private final long seed = Seed.of("LimitsTest");
    private final Random random = new Random(seed);

    private static Correlator correlator() {
        return new Correlator(
                new CorrelateSettings(WINDOW, 6 * EventTime.HOUR, 0, 180), 0, new InMemoryCorrelatorStore());
    }

    private static List<ContactEvidence> contacts(List<Correlation> said) {
        return said.stream()
                .filter(ContactEvidence.class::isInstance)
                .map(ContactEvidence.class::cast)
                .toList();
    }

    @Test
    void aBuyerWithFarTooManyOrders() {
        Correlator correlator = correlator();
        int orders = ORDERS;
        long step = WINDOW / orders;
        List<ContactEvidence> sent = new ArrayList<>();
        List<ContactEvidence> ofOthers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < orders; i++) {
            Instant at = day(10).plusMillis(i * step);
            sent.addAll(contacts(correlator.accept(
                    anOrder("o" + i).by("robot").from(seller("s"), node("hub")).at(at))));
            if (i == orders / 2) {
                sent.addAll(
                        contacts(correlator.accept(aContact("c").with("robot").at(at.plusMillis(1)))));
                correlator.accept(anOrder("other").by("li").from(seller("s")).at(at.plusMillis(2)));
            }
        }
        ofOthers.addAll(contacts(correlator.accept(aContact("c2").with("li").at(day(10).plusMillis(orders * step)))));
        long micros = Duration.ofNanos(System.nanoTime() - start).toNanos() / 1000 / orders;
        System.out.printf(
                "LimitsTest: %d µs an order of a buyer with %,d, evidence sent %d times%n",
                micros, orders, sent.size());
        assertTrue(sent.size() <= MAX_TOUCHES + 1, "evidence is sent again only while it changes: " + sent.size());
        assertEquals(MAX_TOUCHES, sent.get(sent.size() - 1).touches().size());
        assertEquals(1, ofOthers.get(0).touches().size(), "nobody else notices");
    }

    @Test
    void aContactWithTenThousandTouchesKeepsTheNearest() {
        Correlator correlator = correlator();
        List<Integer> orders = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            orders.add(i);
        }
        Collections.shuffle(orders, random);
        for (int i : orders) {
            Custodian[] twenty = new Custodian[20];
            Arrays.setAll(twenty, n -> seller("s-" + n));
            correlator.accept(anOrder("o" + i).by("wang").from(twenty).at(day(10).plus(Duration.ofMinutes(i))));
        }
        Instant contactedAt = day(10).plus(Duration.ofMinutes(500));
        ContactEvidence evidence = contacts(
                        correlator.accept(aContact("c").with("wang").at(contactedAt)))
                .get(0);
        assertEquals(MAX_TOUCHES, evidence.touches().size(), "seed " + seed);
        Instant first = Instant.ofEpochMilli(evidence.touches().get(0).touchedAt());
        assertEquals(day(10).plus(Duration.ofMinutes(450)), first);
    }

    @Test
    void aCustodianInEveryOrderIsNotAccused() {
        TestPipeline pipeline = new TestPipeline(ModelSettings.defaults(), 1);
        Custodian everywhere = new Custodian(Role.PLATFORM, "p");
        for (int d = 1; d <= 40; d++) {
            for (int i = 0; i < 60; i++) {
                Instant at = day(d).plus(Duration.ofMinutes(24 * i));
                Custodian seller = seller("s-" + i % 6);
                String buyer = "b" + random.nextInt(3000);
                pipeline.accept(
                        anOrder(d + "-" + i).by(buyer).from(seller, everywhere).at(at));
                if (d > 15 && i % 6 == 0 && random.nextDouble() < 0.2) {
                    pipeline.accept(aContact("c" + d + "-" + i).with(buyer).at(at.plus(Duration.ofMinutes(20))));
                }
            }
        }
        pipeline.end();
        assertEquals(seller("s-0"), pipeline.ranking().get(0).custodian(), "seed " + seed);
        assertTrue(pipeline.alerts.stream().noneMatch(alert -> alert.custodian().equals(everywhere)), "seed " + seed);
    }

    /** A book of so many custodians and contacts over 33 days; gives the seconds that the last epoch took. */
    private double secondsToSolve(int custodians, int contacts) {
        ModelSettings daily = ModelSettings.defaults().withEpoch(EventTime.DAY);
        MarketBook book = new MarketBook(daily, new Localizer(daily, "limits"), 1, true);
        int days = 33;
        long firstDay = EventTime.dayOf(day(1).toEpochMilli());
        List<Custodian> all = new ArrayList<>();
        for (int i = 0; i < custodians; i++) {
            all.add(i % 20 == 0 ? node("n" + i) : seller("s" + i));
        }
        double seconds = 0;
        int contact = 0;
        for (int d = 0; d < days; d++) {
            long today = (firstDay + d) * EventTime.DAY;
            Exposures exposures = Exposures.none();
            for (Custodian custodian : all) {
                exposures.touches().put(custodian, new TreeMap<>(Map.of(firstDay + d, 5)));
            }
            exposures.orders().put(firstDay + d, custodians);
            exposures.atRisk().get(1).put((firstDay + d) * 24, 10 * custodians);
            book.accept(exposures);
            for (; contact < (long) contacts * (d + 1) / days; contact++) {
                book.accept(evidence(contact, today, all));
            }
            book.accept(
                    new Progress(0, today + EventTime.DAY, today + EventTime.DAY - 1, d == days - 1, new TreeMap<>()));
            while (book.closable().isPresent()) {
                long start = System.nanoTime();
                EpochResult solution = book.close();
                seconds = (System.nanoTime() - start) / 1e9;
                assertEquals(custodians, solution.suspects().size());
                assertTrue(solution.alerts().isEmpty(), "nobody leaks; seed " + seed);
            }
        }
        return seconds;
    }

    private ContactEvidence evidence(int number, long today, List<Custodian> all) {
        long at = today + random.nextInt((int) EventTime.DAY - 2);
        TreeSet<Long> times = new TreeSet<>();
        for (int i = 0; i < 8; i++) {
            times.add(at - WINDOW + (long) (random.nextDouble() * 2 * WINDOW));
        }
        List<ContactTouch> touches = new ArrayList<>();
        times.forEach(time ->
                touches.add(new ContactTouch(all.get(random.nextInt(all.size())), "o" + number + "-" + time, time)));
        return new ContactEvidence(
                "c" + number,
                "b" + number,
                at,
                at + 1,
                0,
                null,
                null,
                false,
                1,
                List.of(100, 100, 0, 0, 0),
                touches,
                List.of());
    }

    @Test
    void anEpochWithManyContacts() {
        double seconds = secondsToSolve(2100, CONTACTS * 33 / 28);
        System.out.printf("LimitsTest: an epoch with %,d contacts in its horizon takes %.2f s%n", CONTACTS, seconds);
    }

    @Test
    void manyCustodians() {
        double seconds = secondsToSolve(CUSTODIANS, 5000);
        Runtime runtime = Runtime.getRuntime();
        long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
        System.out.printf(
                "LimitsTest: an epoch with %,d custodians takes %.2f s; %,d MB of heap in use%n",
                CUSTODIANS, seconds, heap);
    }
}

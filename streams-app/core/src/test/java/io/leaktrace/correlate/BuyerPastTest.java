package io.leaktrace.correlate;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The custodians that touched a buyer's orders long before a contact, by week. */
class BuyerPastTest {

    private static final int MEMORY_DAYS = 180;

    private static final CorrelateSettings SETTINGS =
            new CorrelateSettings(14 * EventTime.DAY, 6 * EventTime.HOUR, 0, MEMORY_DAYS);

    /** Blocks of the buyer log are smaller than a week of these orders, so that they expire. */
    private static OrderEvent filler(Instant time) {
        return anOrder("o".repeat(3_000) + time)
                .by("filler")
                .from(seller("filler"))
                .at(time);
    }

    private static void fill(Correlator correlator, int fromDay, int untilDay) {
        for (int d = fromDay; d < untilDay; d++) {
            correlator.accept(filler(day(d)));
        }
    }

    private static ContactEvidence only(List<Correlation> correlations) {
        List<ContactEvidence> evidence = correlations.stream()
                .filter(ContactEvidence.class::isInstance)
                .map(ContactEvidence.class::cast)
                .toList();
        assertEquals(1, evidence.size(), evidence.toString());
        return evidence.get(0);
    }

    /** Bits of the weeks of some days, relative to the week of another. */
    private static int weeks(int contactDay, int... touchDays) {
        int bits = 0;
        for (int touchDay : touchDays) {
            bits |= 1
                    << (int) (EventTime.weekOf(day(contactDay).toEpochMilli())
                            - EventTime.weekOf(day(touchDay).toEpochMilli()));
        }
        return bits;
    }

    @Test
    void touchesAreKnownByWeekForTheMemoryRoundedUpToWeeks() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        int contactDay = 230;
        // Day 41 is in week 27 before that of the contact, the first that is forgotten; 182 days are 26 weeks.
        int[] before = {229, 228, 225, 210, 200, 170, 80, 48, 41, 30};
        TreeMap<Integer, Custodian> sellers = new TreeMap<>();
        for (int d = 1; d <= contactDay; d++) {
            int touchDay = d;
            correlator.accept(filler(day(d)));
            if (Arrays.stream(before).anyMatch(other -> other == touchDay)) {
                Custodian seller = seller("s-" + d);
                sellers.put(d, seller);
                correlator.accept(anOrder("o" + d).from(seller, node("hub")).at(day(d)));
            }
        }
        ContactEvidence evidence =
                only(correlator.accept(aContact("c").at(day(contactDay).plusMillis(1))));

        List<PastCustodian> expected = new ArrayList<>();
        sellers.tailMap(48).forEach((d, seller) -> expected.add(new PastCustodian(seller, weeks(contactDay, d))));
        expected.add(new PastCustodian(node("hub"), weeks(contactDay, 229, 228, 225, 210, 200, 170, 80, 48)));
        expected.sort(Comparator.comparing(PastCustodian::custodian));
        assertEquals(expected, evidence.past());
        assertEquals(1, Integer.bitCount(weeks(contactDay, 48)));
        assertEquals(1 << 26, weeks(contactDay, 48), "the first week of the memory");
    }

    /** All records of the past are compared with what each contact is expected to know. */
    @Test
    void orderOfArrivalPartitionsBlocksAndRestartsDoNotChangeThePast() throws IOException {
        long seed = Seed.of("BuyerPastTest.orderOfArrivalPartitionsBlocksAndRestartsDoNotChangeThePast");
        Random random = new Random(seed);
        CorrelateSettings settings =
                new CorrelateSettings(3 * EventTime.DAY, 6 * EventTime.HOUR, 10 * EventTime.DAY, 180);
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Instant time = day(1).plus(Duration.ofMinutes(i * 66 + random.nextInt(66)));
            String buyer = "b" + random.nextInt(40);
            records.add(
                    i % 25 == 0
                            ? aContact("c" + i).with(buyer).at(time)
                            : anOrder("o".repeat(random.nextInt(300)) + i)
                                    .by(buyer)
                                    .from(
                                            random.nextInt(8) == 0
                                                    ? new Custodian[0]
                                                    : new Custodian[] {
                                                        seller("s" + random.nextInt(60)), node("n" + i % 7)
                                                    })
                                    .at(time));
        }
        Map<String, List<PastCustodian>> expected = new TreeMap<>();
        records.forEach(record -> {
            if (record instanceof ScamContact contact) {
                expected.put(contact.contactId(), expectedPast(contact, records));
            }
        });
        for (int partitions : new int[] {1, 3}) {
            for (boolean restarts : new boolean[] {false, true}) {
                TreeMap<Long, Object> byArrival = new TreeMap<>();
                for (Object record : records) {
                    long late = random.nextInt(4) == 0 ? random.nextInt(9 * 24 * 60) * EventTime.MINUTE : 0;
                    byArrival.put((knownAt(record) + late) * records.size() + byArrival.size(), record);
                }
                Map<String, List<PastCustodian>> found =
                        past(settings, List.copyOf(byArrival.values()), partitions, restarts);
                expected.forEach((id, past) ->
                        assertEquals(past, found.get(id), id + ", " + partitions + ", " + restarts + ", seed " + seed));
            }
        }
    }

    private static long knownAt(Object record) {
        return record instanceof OrderEvent event
                ? event.occurredAt().toEpochMilli()
                : ((ScamContact) record).reportedAt().toEpochMilli();
    }

    private static List<PastCustodian> expectedPast(ScamContact contact, List<Object> records) {
        TreeMap<Custodian, Integer> weeks = new TreeMap<>();
        for (Object record : records) {
            if (record instanceof OrderEvent event
                    && event.buyerId().equals(contact.buyerId())
                    && event.occurredAt().isBefore(contact.contactedAt())) {
                long week = EventTime.weekOf(contact.contactedAt().toEpochMilli())
                        - EventTime.weekOf(event.occurredAt().toEpochMilli());
                if (week <= 26) {
                    event.custodians().forEach(custodian -> weeks.merge(custodian, 1 << week, (a, b) -> a | b));
                }
            }
        }
        return weeks.entrySet().stream()
                .map(entry -> new PastCustodian(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Returns the past of each contact by its id, as last emitted. */
    private static Map<String, List<PastCustodian>> past(
            CorrelateSettings settings, List<Object> records, int partitions, boolean restarts) throws IOException {
        Map<String, List<PastCustodian>> found = new TreeMap<>();
        InMemoryCorrelatorStore[] stores = new InMemoryCorrelatorStore[partitions];
        Correlator[] correlators = new Correlator[partitions];
        for (int i = 0; i < partitions; i++) {
            stores[i] = new InMemoryCorrelatorStore();
            correlators[i] = new Correlator(settings, i, stores[i]);
        }
        int processed = 0;
        for (Object record : records) {
            String buyer = record instanceof OrderEvent event ? event.buyerId() : ((ScamContact) record).buyerId();
            int partition = Math.floorMod(buyer.hashCode(), partitions);
            if (restarts && processed++ % 100 == 0) {
                correlators[partition].save();
                stores[partition] = copy(stores[partition]);
                correlators[partition] = new Correlator(settings, partition, stores[partition]);
            }
            List<Correlation> correlations = record instanceof OrderEvent event
                    ? correlators[partition].accept(event)
                    : correlators[partition].accept((ScamContact) record);
            correlations.forEach(correlation -> {
                if (correlation instanceof ContactEvidence contact) {
                    found.put(contact.contactId(), contact.past());
                }
            });
        }
        assertTrue(correlators[0].pastBytes() > 0, "some have expired");
        return found;
    }

    /** Also after a restart. Blocks are small, so that entries expire soon. */
    @Test
    void aContactThatComesAgainHasThePastThatIsReadForItThen() throws IOException {
        Random random = new Random(Seed.of("BuyerPastTest.aContactThatComesAgain"));
        CorrelateSettings settings = new CorrelateSettings(6 * EventTime.DAY, 6 * EventTime.HOUR, EventTime.DAY, 28);
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator running = new Correlator(settings, 0, new InMemoryCorrelatorStore());
        Correlator restarted = new Correlator(settings, 0, store);
        int again = 0;
        for (int i = 0; i < 10_000; i++) {
            Instant time = day(1).plus(Duration.ofMinutes(30L * i));
            Instant earlier = time.minus(Duration.ofMinutes(random.nextInt(14 * 24 * 60)));
            String buyer = "b" + random.nextInt(12);
            int what = random.nextInt(1_000);
            Object record;
            if (what < 2) {
                record = new Erasure(buyer, earlier);
            } else if (what < 60) {
                record = aContact("c" + i).with(buyer).at(what < 10 ? time : earlier);
            } else {
                record = anOrder("o".repeat(random.nextInt(1_500)) + i)
                        .by(buyer)
                        .from(seller("s" + i % 500))
                        .at(what < 300 ? earlier : time);
            }
            List<Correlation> expected = accept(restarted, record);
            assertEquals(expected, accept(running, record), "record " + i);
            boolean hasContact = expected.stream().anyMatch(ContactEvidence.class::isInstance);
            again += hasContact && record instanceof OrderEvent ? 1 : 0;
            if (random.nextInt(4) == 0) {
                restarted.save();
                running.save();
                restarted = new Correlator(settings, 0, store);
            }
        }
        assertTrue(again > 500, again + " times");
    }

    @Test
    void aContactComesAgainWithoutWhatIsTooManyOrdersBack() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        for (int i = 0; i < BuyerPast.MAX_EVENTS - 10; i++) {
            correlator.accept(
                    anOrder("o" + i).from(seller(i < 10 ? "first" : "later")).at(day(1).plusSeconds(i)));
        }
        fill(correlator, 2, 60);
        ContactEvidence contact = only(correlator.accept(aContact("c").at(day(60))));
        PastCustodian later = new PastCustodian(seller("later"), weeks(60, 1));
        assertEquals(List.of(new PastCustodian(seller("first"), weeks(60, 1)), later), contact.past());
        for (int i = 0; i < 20; i++) {
            contact = only(
                    correlator.accept(anOrder("after" + i).from(seller("after")).at(day(61).plusSeconds(i))));
        }
        assertEquals(List.of(later), contact.past());
    }

    @Test
    void aContactComesAgainWithoutErasedWeeks() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        correlator.accept(anOrder("o1").from(seller("erased")).at(day(1)));
        fill(correlator, 2, 60);
        correlator.accept(anOrder("o2").from(seller("s")).at(day(60)));
        ContactEvidence contact = only(correlator.accept(aContact("c").at(day(61))));
        assertEquals(
                List.of(
                        new PastCustodian(seller("erased"), weeks(61, 1)),
                        new PastCustodian(seller("s"), weeks(61, 60))),
                contact.past());
        correlator.accept(new Erasure("zhou", day(30)));
        contact = only(correlator.accept(anOrder("o3").from(seller("s")).at(day(62))));
        assertEquals(List.of(new PastCustodian(seller("s"), weeks(61, 60))), contact.past());
    }

    private static List<Correlation> accept(Correlator correlator, Object record) {
        if (record instanceof OrderEvent event) {
            return correlator.accept(event);
        }
        return record instanceof ScamContact contact ? correlator.accept(contact) : correlator.accept((Erasure) record);
    }

    private static InMemoryCorrelatorStore copy(InMemoryCorrelatorStore store) throws IOException {
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        store.write(new DataOutputStream(saved));
        InMemoryCorrelatorStore copy = new InMemoryCorrelatorStore();
        copy.read(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
        return copy;
    }

    /** Whether the orders are still in the buyer log or have expired from it. */
    @Test
    void thePastHasWhatACustodianSawOfTheOrders() {
        int nameAndPrice = Fields.bits(Set.of(Field.NAME, Field.PRICE));
        for (int contactDay : new int[] {30, 100}) {
            Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
            correlator.accept(anOrder("o1")
                    .seenBy(seller("s-1"), Field.NAME)
                    .from(seller("s-2"))
                    .at(day(2)));
            correlator.accept(anOrder("o2")
                    .seenBy(seller("s-1"), Field.PRICE)
                    .seenBy(seller("s-2"))
                    .at(day(9)));
            fill(correlator, 10, contactDay);
            assertEquals(contactDay == 100, correlator.pastBytes() > 0);
            assertEquals(
                    List.of(
                            new PastCustodian(seller("s-1"), weeks(contactDay, 2, 9), nameAndPrice),
                            new PastCustodian(seller("s-2"), weeks(contactDay, 2, 9))),
                    only(correlator.accept(aContact("c").at(day(contactDay)))).past());
        }
    }

    /** Also the second one, when the contact is already known to have had orders before its window. */
    @Test
    void anOrderMoreThanAWindowBeforeAContactEmitsItsEvidenceAgainIfItComesLate() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        correlator.accept(aContact("c").at(day(40)));
        for (int d : new int[] {20, 12, 19}) {
            Custodian seller = seller("s-" + d);
            ContactEvidence evidence =
                    only(correlator.accept(anOrder("o" + d).from(seller).at(day(d))));
            assertTrue(evidence.past().contains(new PastCustodian(seller, weeks(40, d))), evidence.toString());
        }
    }

    @Test
    void aBuyerWithVeryManyOrdersHasTheSamePastWhetherTheyHaveExpiredOrNot() {
        for (boolean expires : new boolean[] {false, true}) {
            Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
            for (int i = 0; i < BuyerPast.MAX_EVENTS + 10; i++) {
                correlator.accept(anOrder("o" + i)
                        .from(i < 10 ? seller("not-read") : seller("read"))
                        .at(day(1).plusSeconds(i)));
                if (i % 100 == 0 && i > 1_500) {
                    correlator.accept(aContact("c" + i).at(day(1).plusSeconds(i)));
                }
            }
            int contactDay = expires ? 60 : 20;
            fill(correlator, 2, contactDay);
            ContactEvidence evidence = only(correlator.accept(aContact("c").at(day(contactDay))));
            assertEquals(
                    List.of(new PastCustodian(seller("read"), weeks(contactDay, 1))), evidence.past(), "" + expires);
        }
    }

    @Test
    void theCustodiansWithTheLatestTouchesAreKeptIfThereAreTooMany() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        for (int week = 0; week < 15; week++) {
            Custodian[] sellers = new Custodian[100];
            int number = week;
            Arrays.setAll(sellers, i -> seller(100 + number + "-" + i));
            correlator.accept(anOrder("o" + week).from(sellers).at(day(1 + 7 * week)));
        }
        ContactEvidence evidence = only(correlator.accept(aContact("c").at(day(106))));
        assertEquals(BuyerPast.MAX_CUSTODIANS, evidence.past().size());
        assertEquals(
                "105", evidence.past().get(0).custodian().id().substring(0, 3), "the first of the last ten orders");
    }

    @Test
    void anErasureErasesTheWeeksThatBeginBeforeItAlsoInTheStore() throws IOException {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        for (int d : new int[] {20, 60, 62, 68}) {
            fill(correlator, d == 20 ? 1 : d - 2, d);
            correlator.accept(anOrder("o" + d).from(seller("s-" + d)).at(day(d)));
            correlator.accept(anOrder("p" + d).by("li").from(seller("s-" + d)).at(day(d)));
        }
        fill(correlator, 69, 130);
        correlator.save();
        // Days 60 and 62 are in the week that began with day 56; day 68 is in the next one.
        assertEquals(weeks(62, 56), weeks(62, 60));
        correlator.accept(new Erasure("zhou", day(61)));
        correlator.save();
        for (Correlator after : List.of(correlator, new Correlator(SETTINGS, 0, copy(store)))) {
            assertEquals(
                    List.of(new PastCustodian(seller("s-68"), weeks(130, 68))),
                    only(after.accept(aContact("c").at(day(130)))).past());
            assertEquals(
                    4,
                    only(after.accept(aContact("d").with("li").at(day(130))))
                            .past()
                            .size());
        }
    }

    @Test
    void withoutAMemoryThereIsNoPastAndAnEarlierOneIsRemoved() {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        fill(correlator, 1, 60);
        correlator.save();
        assertTrue(pastBlocks(store) > 0);

        CorrelateSettings off = new CorrelateSettings(SETTINGS.window(), SETTINGS.epoch(), 0, 0);
        Correlator without = new Correlator(off, 0, store);
        assertEquals(0, pastBlocks(store));
        fill(without, 60, 130);
        without.accept(anOrder("o").from(seller("s")).at(day(129)));
        without.save();
        assertEquals(0, pastBlocks(store));
        assertEquals(0, without.pastBytes());
        assertEquals(List.of(), only(without.accept(aContact("c").at(day(130)))).past());
    }

    @Test
    void thePastExpiresWithTheMemoryAlsoInTheStore() {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        for (int i = 0; i < 48_000; i++) {
            correlator.accept(anOrder("o".repeat(300) + i)
                    .by("b" + i % 50)
                    .from(seller("s" + i % 90), node("n"), node("m"))
                    .at(day(1).plus(Duration.ofMinutes(18L * i))));
        }
        correlator.save();
        int blocks = pastBlocks(store);
        assertEquals(blocks * (long) BuyerLog.BLOCK_BYTES, correlator.pastBytes());
        // Of 600 days, 24 blocks; 189 days of these are between retention and memory, and up to 28 wait for their span.
        assertTrue(blocks >= 7 && blocks <= 10, blocks + " blocks");
    }

    private static int pastBlocks(InMemoryCorrelatorStore store) {
        int[] count = {0};
        store.past().blocks((block, number) -> count[0]++);
        return count[0];
    }

    /** Of 4 custodians in each of 3 events of an order, as docs/performance.md states. */
    @Test
    void aPastTouchTakesFewBytes() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        Random random = new Random(Seed.of("BuyerPastTest.aPastTouchTakesFewBytes"));
        int orders = 6_000;
        for (int i = 0; i < orders; i++) {
            String buyer = "b" + random.nextInt(1_000);
            Custodian[] custodians = {
                seller("s" + random.nextInt(2_000)),
                node("n" + random.nextInt(100)),
                node("n" + random.nextInt(100)),
                seller("platform")
            };
            for (OrderEventType type :
                    List.of(OrderEventType.PLACED, OrderEventType.ARRIVED, OrderEventType.DELIVERED)) {
                correlator.accept(anOrder("o" + i)
                        .by(buyer)
                        .event(type)
                        .from(custodians)
                        .at(day(1).plus(Duration.ofMinutes(14L * i + type.ordinal()))));
            }
        }
        fill(correlator, 62, 110);
        double perTouch = correlator.pastBytes() / (12.0 * orders);
        System.out.printf("BuyerPastTest: %.1f bytes a past touch%n", perTouch);
        assertTrue(perTouch < 7, perTouch + " bytes");
    }
}

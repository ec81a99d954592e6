package io.leaktrace.correlate;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.hour;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CorrelatorTest {

    private static final CorrelateSettings SETTINGS =
            new CorrelateSettings(14 * EventTime.DAY, 6 * EventTime.HOUR, 0, 180);

    /** Adds up what correlators say, as the localizer does. */
    private static final class Heard {
        final TreeMap<String, ContactEvidence> contacts = new TreeMap<>();
        final TreeMap<Custodian, TreeMap<Long, Integer>> touches = new TreeMap<>();
        final TreeMap<Custodian, TreeMap<Long, Integer>> accesses = new TreeMap<>();
        final TreeMap<Long, Integer> orders = new TreeMap<>();
        final List<TreeMap<Long, Integer>> atRisk = new ArrayList<>();
        final TreeMap<Custodian, TreeMap<Long, Integer>> decoyTouches = new TreeMap<>();
        final TreeMap<Custodian, TreeMap<Long, Integer>> decoyAccesses = new TreeMap<>();
        final TreeMap<Long, Integer> decoysAtRisk = new TreeMap<>();
        final List<Progress> progress = new ArrayList<>();

        Heard() {
            for (int i = 0; i < 5; i++) {
                atRisk.add(new TreeMap<>());
            }
        }

        Heard add(List<Correlation> said) {
            for (Correlation correlation : said) {
                if (correlation instanceof ContactEvidence contact) {
                    contacts.put(contact.contactId(), contact);
                } else if (correlation instanceof Exposures exposures) {
                    sumTouches(touches, exposures.touches());
                    sumTouches(accesses, exposures.accesses());
                    sumTouches(decoyTouches, exposures.decoys().touches());
                    sumTouches(decoyAccesses, exposures.decoys().accesses());
                    sum(decoysAtRisk, exposures.decoys().atRisk());
                    sum(orders, exposures.orders());
                    for (int i = 0; i < 5; i++) {
                        sum(atRisk.get(i), exposures.atRisk().get(i));
                    }
                } else if (correlation instanceof Progress said1) {
                    progress.add(said1);
                }
            }
            return this;
        }

        private static void sumTouches(
                TreeMap<Custodian, TreeMap<Long, Integer>> into,
                SortedMap<Custodian, SortedMap<Long, Integer>> changes) {
            changes.forEach(
                    (custodian, buckets) -> sum(into.computeIfAbsent(custodian, c -> new TreeMap<>()), buckets));
            into.values().removeIf(Map::isEmpty);
        }

        private static void sum(TreeMap<Long, Integer> into, SortedMap<Long, Integer> changes) {
            changes.forEach((at, change) -> into.merge(at, change, (a, b) -> a + b == 0 ? null : a + b));
        }

        InputCounts counts() {
            return countsByEpoch().values().stream().reduce(InputCounts.NONE, InputCounts::plus);
        }

        SortedMap<Long, InputCounts> countsByEpoch() {
            TreeMap<Long, InputCounts> sums = new TreeMap<>();
            progress.forEach(
                    said -> said.counts().forEach((epoch, counted) -> sums.merge(epoch, counted, InputCounts::plus)));
            return sums;
        }

        String all() {
            return contacts + "\n" + touches + "\n" + orders + "\n" + atRisk + "\n" + decoyTouches + "\n"
                    + decoysAtRisk;
        }
    }

    private static Heard hear(List<?> records) {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        Heard heard = new Heard();
        records.forEach(record -> heard.add(accept(correlator, record)));
        return heard.add(correlator.atEnd());
    }

    private static List<Correlation> accept(Correlator correlator, Object record) {
        if (record instanceof OrderEvent event) {
            return correlator.accept(event);
        }
        return record instanceof ScamContact contact ? correlator.accept(contact) : correlator.accept((Erasure) record);
    }

    @Test
    void aContactIsExplainedByTheTouchesOfTheWindowBeforeIt() {
        Heard heard = hear(List.of(
                anOrder("old").from(seller("s-0")).at(day(1)),
                anOrder("o1").from(seller("s-1"), node("hub")).at(day(10)),
                anOrder("o2").by("li").from(seller("s-2")).at(day(11)),
                aContact("c1").at(day(16))));

        ContactEvidence evidence = heard.contacts.get("c1");
        assertEquals(
                List.of(
                        new ContactTouch(node("hub"), "o1", day(10).toEpochMilli()),
                        new ContactTouch(seller("s-1"), "o1", day(10).toEpochMilli())),
                evidence.touches());
        assertEquals(1, evidence.recentOrders());
    }

    /** All that a custodian had seen of an order before the contact, in whatever order its events arrive. */
    @Test
    void aTouchHasWhatItsCustodianSawOfTheOrder() {
        int nameAndAddress = Fields.bits(Set.of(Field.NAME, Field.ADDRESS));
        List<InputRecord> records = new ArrayList<>(List.of(
                anOrder("o1")
                        .seenBy(seller("s-1"), Field.NAME)
                        .from(node("hub"))
                        .at(day(10)),
                anOrder("o1")
                        .event(OrderEventType.PAID)
                        .seenBy(seller("s-1"), Field.ADDRESS)
                        .seenBy(node("masked"))
                        .at(day(11)),
                anOrder("o1")
                        .event(OrderEventType.DELIVERED)
                        .seenBy(seller("s-1"), Field.PHONE)
                        .seenBy(node("hub"), Field.NAME)
                        .at(day(13)),
                anOrder("o2").seenBy(seller("s-1"), Field.PRODUCT).at(day(11)),
                aContact("c1").at(day(12))));
        Random random = new Random(Seed.of("CorrelatorTest.aTouchHasWhatItsCustodianSawOfTheOrder"));
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    List.of(
                            touch(node("hub"), "o1", 10, Fields.OF_ROLE),
                            touch(seller("s-1"), "o1", 10, nameAndAddress),
                            touch(node("masked"), "o1", 11, 0),
                            touch(seller("s-1"), "o2", 11, Fields.bits(Set.of(Field.PRODUCT)))),
                    hear(records).contacts.get("c1").touches(),
                    records.toString());
            Collections.shuffle(records, random);
        }
    }

    /** The first mark that a custodian was given of the order, in whatever order its events arrive. */
    @Test
    void aTouchHasTheFirstMarkOfItsCustodian() {
        List<InputRecord> records = new ArrayList<>(List.of(
                anOrder("o1").from(seller("s-1"), node("hub")).at(day(9)),
                anOrder("o1")
                        .event(OrderEventType.PAID)
                        .marked(seller("s-1"), "J.")
                        .at(day(10)),
                anOrder("o1")
                        .event(OrderEventType.DELIVERED)
                        .marked(seller("s-1"), "K.")
                        .seenBy(node("hub"))
                        .at(day(11)),
                anOrder("o2").marked(seller("s-1"), "K.").at(day(11)),
                anOrder("o2")
                        .event(OrderEventType.PAID)
                        .marked(node("later"), "J.")
                        .at(day(13)),
                aContact("c1").returning("J.").at(day(12)),
                aContact("c2").at(day(12).plusSeconds(1))));
        Random random = new Random(Seed.of("CorrelatorTest.aTouchHasTheFirstMarkOfItsCustodian"));
        for (int i = 0; i < 20; i++) {
            Heard heard = hear(records);
            int first = heard.contacts.get("c1").disclosedMark();
            List<Integer> marks = heard.contacts.get("c1").touches().stream()
                    .map(ContactTouch::mark)
                    .toList();
            assertEquals(List.of(0, first, marks.get(2), 0), marks, records.toString());
            assertTrue(first != 0 && marks.get(2) != 0 && first != marks.get(2), records.toString());
            assertEquals(0, heard.contacts.get("c2").disclosedMark());
            Collections.shuffle(records, random);
        }
    }

    /** The role's default is the widest: an event without fields is not narrowed by another one. */
    @Test
    void anEventThatDoesNotSayWhatWasSeenStandsForTheRole() {
        ContactEvidence evidence = hear(List.of(
                        anOrder("o1").seenBy(seller("s-1"), Field.NAME).at(day(10)),
                        anOrder("o1")
                                .event(OrderEventType.PAID)
                                .from(seller("s-1"))
                                .at(day(11)),
                        aContact("c1").at(day(12))))
                .contacts
                .get("c1");
        assertEquals(List.of(touch(seller("s-1"), "o1", 10, Fields.OF_ROLE)), evidence.touches());
    }

    /**
     * A touch has the first access before the contact, and the whole has the accesses of its parts. They are counted
     * once, in whatever order the events arrive; a part in another event is none.
     */
    @Test
    void aTouchHasTheFirstAccessOfItsCustodian() {
        Custodian agent = seller("s-1/agent-4");
        List<InputRecord> records = new ArrayList<>(List.of(
                anOrder("o1").from(seller("s-1"), node("a/b")).at(day(9)),
                anOrder("o1")
                        .event(OrderEventType.ACCESSED)
                        .seenBy(agent, Field.NAME)
                        .at(day(10)),
                anOrder("o1").event(OrderEventType.ACCESSED).from(agent).at(day(11)),
                anOrder("o2").from(seller("s-1")).at(day(10)),
                anOrder("o2").event(OrderEventType.ACCESSED).from(seller("s-1")).at(day(13)),
                aContact("c1").at(day(12))));
        Random random = new Random(Seed.of("CorrelatorTest.aTouchHasTheFirstAccessOfItsCustodian"));
        for (int i = 0; i < 20; i++) {
            Heard heard = hear(records);
            assertEquals(
                    List.of(
                            touch(node("a/b"), "o1", 9, Fields.OF_ROLE),
                            accessed(seller("s-1"), "o1", 9, 10),
                            touch(seller("s-1"), "o2", 10, Fields.OF_ROLE),
                            accessed(agent, "o1", 10, 10)),
                    heard.contacts.get("c1").touches(),
                    records.toString());
            long bucket = day(1).toEpochMilli() / SETTINGS.epoch();
            long perDay = EventTime.DAY / SETTINGS.epoch();
            assertEquals(
                    new TreeMap<>(Map.of(
                            agent,
                            new TreeMap<>(Map.of(bucket + 9 * perDay, 1)),
                            seller("s-1"),
                            new TreeMap<>(Map.of(bucket + 9 * perDay, 1, bucket + 12 * perDay, 1)))),
                    heard.accesses,
                    records.toString());
            assertEquals(Map.of(bucket + 9 * perDay, 1), heard.touches.get(agent));
            Collections.shuffle(records, random);
        }
    }

    private static ContactTouch accessed(Custodian custodian, String order, int onDay, int accessedOn) {
        return new ContactTouch(
                custodian,
                order,
                day(onDay).toEpochMilli(),
                Fields.OF_ROLE,
                0,
                day(accessedOn).toEpochMilli());
    }

    /** Each whole saw what its parts saw, and has their mark; two parts of one event are two touches and one whole. */
    @Test
    void aWholeHasTheTouchesOfItsPartsAndOfTheirParts() {
        OrderEvent event = anOrder("o1")
                .event(OrderEventType.ACCESSED)
                .seenBy(seller("s-1/shop/agent"), Field.NAME)
                .seenBy(seller("s-1/other"), Field.PHONE)
                .at(day(10));
        ContactEvidence evidence =
                hear(List.of(event, aContact("c1").at(day(12)))).contacts.get("c1");
        int name = Fields.bits(Set.of(Field.NAME));
        int phone = Fields.bits(Set.of(Field.PHONE));
        assertEquals(
                List.of("s-1 " + (name | phone), "s-1/other " + phone, "s-1/shop " + name, "s-1/shop/agent " + name),
                evidence.touches().stream()
                        .map(touch -> touch.custodian().id() + " " + touch.saw())
                        .toList());
        assertEquals(
                anOrder("o1").from(seller("s-1/a")).at(day(10)),
                anOrder("o1").from(seller("s-1/a")).at(day(10)).withWholes(),
                "no access");
    }

    /** An order that was placed before the window, but opened in it, is among the touches. */
    @Test
    void anAccessWithinTheWindowIsATouchOfAnOlderOrder() {
        Instant contact = day(20);
        Instant placed = contact.minusMillis(SETTINGS.window() + EventTime.HOUR);
        ContactEvidence evidence = hear(List.of(
                        anOrder("o1").from(seller("s-1"), node("n")).at(placed),
                        anOrder("o1")
                                .event(OrderEventType.ACCESSED)
                                .from(seller("s-1"))
                                .at(day(19)),
                        aContact("c1").at(contact)))
                .contacts
                .get("c1");
        assertEquals(
                List.of(new ContactTouch(
                        seller("s-1"), "o1", placed.toEpochMilli(), Fields.OF_ROLE, 0, day(19).toEpochMilli())),
                evidence.touches());
    }

    /** The access that is erased was the first one; the second remains, and outlives a restart. */
    @Test
    void anAccessOutlivesARestartAndAnErasure() throws IOException {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        Heard heard = new Heard();
        for (int d : new int[] {9, 10}) {
            heard.add(correlator.accept(anOrder("o1")
                    .event(OrderEventType.ACCESSED)
                    .marked(seller("s-1"), "J.")
                    .at(day(d))));
        }
        heard.add(correlator.accept(new Erasure("zhou", day(10))));
        Correlator again = restarted(correlator, store);
        heard.add(again.accept(aContact("c1").at(day(12)))).add(again.atEnd());

        ContactTouch touch = heard.contacts.get("c1").touches().get(0);
        assertEquals(accessed(seller("s-1"), "o1", 10, 10).accessedAt(), touch.accessedAt());
        assertTrue(touch.mark() != 0);
        assertEquals(Map.of(day(10).toEpochMilli() / SETTINGS.epoch(), 1), heard.accesses.get(seller("s-1")));
    }

    /** Of three contacts; an erasure rewrites the log, and a restart reads it. */
    @Test
    void theDialledNumberOutlivesARestartAndAnErasure() throws IOException {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        correlator.accept(anOrder("old").from(seller("s-1")).at(day(8)));
        correlator.accept(aContact("old")
                .with(new ContactDetails("J.", Dialled.VIRTUAL, "old", null, null))
                .at(day(9)));
        correlator.accept(anOrder("o1").from(seller("s-1")).at(day(10)));
        correlator.accept(aContact("real")
                .with(new ContactDetails("J.", Dialled.REAL, null, null, null))
                .at(day(10)));
        correlator.accept(aContact("virtual")
                .with(new ContactDetails(null, Dialled.VIRTUAL, null, null, null))
                .at(day(10)));
        correlator.accept(aContact("order")
                .with(new ContactDetails("J.", null, "o1", null, null))
                .at(day(10)));
        List<Correlation> erased = correlator.accept(new Erasure("zhou", day(10)));
        Correlator again = restarted(correlator, store);
        Heard heard = new Heard()
                .add(erased)
                .add(again.accept(anOrder("o1")
                        .event(OrderEventType.PAID)
                        .from(seller("s-2"))
                        .at(hour(9, 23))));

        assertEquals(Set.of("real", "virtual", "order"), heard.contacts.keySet());
        assertEquals(Dialled.REAL, heard.contacts.get("real").dialled());
        assertNull(heard.contacts.get("real").dialledOrderId());
        assertEquals(Dialled.VIRTUAL, heard.contacts.get("virtual").dialled());
        assertNull(heard.contacts.get("virtual").dialledOrderId());
        assertEquals(Dialled.VIRTUAL, heard.contacts.get("order").dialled(), "one that stands for an order");
        assertEquals("o1", heard.contacts.get("order").dialledOrderId());
        assertTrue(heard.contacts.get("order").disclosedMark() != 0);
        assertEquals(0, heard.contacts.get("order").disclosed());
        List<byte[]> blocks = new ArrayList<>();
        store.recent().blocks((block, number) -> blocks.add(block));
        assertFalse(new String(blocks.get(0), StandardCharsets.ISO_8859_1).contains("old"), "erased");
    }

    /** Saves a correlator, and restores another one from what its store wrote. */
    private static Correlator restarted(Correlator correlator, InMemoryCorrelatorStore store) throws IOException {
        correlator.save();
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        store.write(new DataOutputStream(saved));
        InMemoryCorrelatorStore restored = new InMemoryCorrelatorStore();
        restored.read(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
        return new Correlator(SETTINGS, 0, restored);
    }

    private static ContactTouch touch(Custodian custodian, String order, int onDay, int saw) {
        return new ContactTouch(custodian, order, day(onDay).toEpochMilli(), saw);
    }

    /** Header 8; back, kind, time 1 each; buyer 8, event 4, order 3, a custodian 1 each; what all saw: 2 and 1 each. */
    @Test
    void anOrderThatDoesNotSayWhatWasSeenTakesNoMoreBytes() {
        OrderEvent without = anOrder("o1").from(seller("s-1"), node("hub")).at(day(10));
        OrderEvent with = anOrder("o1")
                .from(seller("s-1"))
                .seenBy(node("hub"), Field.NAME)
                .at(day(10));
        assertEquals(8 + 3 + 8 + 4 + 3 + 2, bytesInLog(without));
        assertEquals(bytesInLog(without) + 2 + 2, bytesInLog(with));
        OrderEvent marked = anOrder("o1")
                .from(seller("s-1"))
                .marked(node("hub"), "a long text of which a hash is kept")
                .at(day(10));
        assertEquals(bytesInLog(without) + 2 + 2 + 4, bytesInLog(marked));
    }

    /** Header 8; back, kind, time 1 each; buyer 8; strings 1 + 2, 1 + 4, 1; delay of an hour 4, fields 1; traces below. */
    @Test
    void aContactWithoutTracesTakesNoMoreBytes() {
        int without = bytesInLog(aContact("c1").at(day(10)));
        assertEquals(8 + 3 + 8 + 3 + 5 + 4 + 1 + 1, without);
        assertEquals(without, bytesInLog(aContact("c1").losing(LOSS).at(day(10))));
        // The bit takes 3 bytes more, caller 1 + 2, payee 1, link 1, loss 1 + 11.
        assertEquals(
                without + 3 + 3 + 1 + 1 + 12,
                bytesInLog(aContact("c1").calledBy("n1").losing(LOSS).at(day(10))));
    }

    private static int bytesInLog(Object record) {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        accept(correlator, record);
        correlator.save();
        return onlyBlock(store).length;
    }

    private static byte[] onlyBlock(InMemoryCorrelatorStore store) {
        List<byte[]> blocks = new ArrayList<>();
        store.recent().blocks((block, number) -> blocks.add(block));
        assertEquals(1, blocks.size());
        return blocks.get(0);
    }

    private static final Loss LOSS = new Loss(new BigDecimal("9892.00"), "CNY");

    /** In every combination, beside a mark; the contact before the erasure leaves no byte of them. */
    @Test
    void tracesReachTheEvidenceAndOutliveARestartButNotAnErasure() {
        for (int given = 0; given < 32; given++) {
            ContactTraces traces = new ContactTraces(
                    (given & 1) != 0 ? "caller-1" : null,
                    (given & 2) != 0 ? "payee-1" : null,
                    (given & 4) != 0 ? "link-1" : null,
                    (given & 8) != 0 ? LOSS : null);
            ContactDetails details =
                    new ContactDetails((given & 16) != 0 ? "J." : null, null, null, traces.payee(), traces.link());
            InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
            Heard heard = new Heard();
            for (Object record : List.of(
                    aContact("c0")
                            .with(details)
                            .calledBy(traces.caller())
                            .losing(traces.loss())
                            .at(day(9)),
                    anOrder("o1").from(seller("s")).at(day(9)),
                    aContact("c1")
                            .with(details)
                            .calledBy(traces.caller())
                            .losing(traces.loss())
                            .at(day(11)),
                    anOrder("o2").from(seller("s")).at(day(10)))) {
                Correlator restarted = new Correlator(SETTINGS, 0, store);
                heard.add(accept(restarted, record));
                restarted.save();
            }
            assertEquals(traces, heard.contacts.get("c0").traces());
            assertEquals(traces, heard.contacts.get("c1").traces());
            assertEquals((given & 16) != 0, heard.contacts.get("c1").disclosedMark() != 0);

            Correlator restarted = new Correlator(SETTINGS, 0, store);
            heard.contacts.clear();
            heard.add(accept(restarted, new Erasure("zhou", day(10))));
            restarted.save();
            assertEquals(Set.of("c1"), heard.contacts.keySet());
            assertEquals(traces, heard.contacts.get("c1").traces());
            accept(restarted, new Erasure("zhou", day(20)));
            restarted.save();
            String left = new String(onlyBlock(store), StandardCharsets.ISO_8859_1);
            for (String trace : List.of("caller-1", "payee-1", "link-1", "9892", "zhou")) {
                assertFalse(left.contains(trace), trace);
            }
            new Correlator(SETTINGS, 0, store).accept(aContact("c2").at(day(12)));
        }
    }

    /** Of a buyer with two orders, of which the first is erased. */
    @Test
    void whatACustodianSawOutlivesARestartAndAnErasure() throws IOException {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        correlator.accept(anOrder("old").seenBy(seller("s-1"), Field.PHONE).at(day(9)));
        correlator.accept(anOrder("o1")
                .seenBy(seller("s-1"), Field.NAME)
                .marked(node("hub"), "J.")
                .at(day(10)));
        correlator.accept(aContact("c0").returning("J.").quoting("o1").at(day(11)));
        correlator.accept(new Erasure("zhou", day(10)));
        Correlator again = restarted(correlator, store);
        Heard heard = new Heard().add(again.accept(aContact("c1").at(day(12))));

        int mark = heard.contacts.get("c1").touches().get(0).mark();
        assertTrue(mark != 0);
        assertEquals(
                List.of(
                        new ContactTouch(node("hub"), "o1", day(10).toEpochMilli(), Fields.OF_ROLE, mark),
                        touch(seller("s-1"), "o1", 10, Fields.bits(Set.of(Field.NAME)))),
                heard.contacts.get("c1").touches());
        // A late event of the order emits the other contact again, with its mark.
        heard.add(again.accept(
                anOrder("o1").event(OrderEventType.PAID).from(seller("s-2")).at(hour(10, 1))));
        assertEquals(mark, heard.contacts.get("c0").disclosedMark());
        assertEquals("o1", heard.contacts.get("c0").quotedOrderId());
    }

    @Test
    void anOrderThatComesAfterTheContactItExplainsIsFoundAllTheSame() {
        OrderEvent order = anOrder("o1").from(seller("s-1")).at(day(10));
        ScamContact contact = aContact("c1").at(day(11));

        assertEquals(
                hear(List.of(order, contact)).all(),
                hear(List.of(contact, order)).all());
    }

    @Test
    void aTouchAfterTheContactIsToldForTheNegativeControl() {
        Heard heard = hear(List.of(
                aContact("c1").at(day(10)), anOrder("o1").from(seller("s-1")).at(day(12))));

        assertEquals(1, heard.contacts.get("c1").touches().size());
    }

    @Test
    void whatComesTwiceCountsOnce() {
        OrderEvent order = anOrder("o1").from(seller("s-1")).at(day(10));
        ScamContact contact = aContact("c1").at(day(11));
        Heard once = hear(List.of(order, contact));
        Heard twice = hear(List.of(order, order, contact, contact, order));

        assertEquals(once.all(), twice.all());
        assertEquals(3, twice.counts().duplicate());
        assertEquals(1, twice.counts().orderEvents());
    }

    @Test
    void aCustodianTouchesAnOrderWhenItFirstDoes() {
        OrderEvent arrived =
                anOrder("o1").event(OrderEventType.ARRIVED).from(node("n")).at(hour(10, 2));
        OrderEvent delivered =
                anOrder("o1").event(OrderEventType.DELIVERED).from(node("n")).at(hour(10, 20));

        for (List<OrderEvent> order : List.of(List.of(arrived, delivered), List.of(delivered, arrived))) {
            Heard heard = hear(order);
            long bucket = hour(10, 2).toEpochMilli() / SETTINGS.epoch();
            assertEquals(Map.of(node("n"), Map.of(bucket, 1)), heard.touches);
        }
    }

    @Test
    void buyersAtRiskAreCountedByHowMuchTheyShoppedOfLate() {
        Heard heard = hear(List.of(
                anOrder("o1").from(seller("s")).at(hour(1, 0)),
                anOrder("o2").from(seller("s")).at(hour(3, 0))));
        long first = hour(1, 0).toEpochMilli() / EventTime.HOUR;

        assertEquals(Map.of(first + 7 * 24 + 48, 1, first + 14 * 24 + 48, -1), heard.atRisk.get(0));
        assertEquals(Map.of(first, 1, first + 48, -1, first + 7 * 24, 1, first + 7 * 24 + 48, -1), heard.atRisk.get(1));
        assertEquals(Map.of(first + 48, 1, first + 7 * 24, -1), heard.atRisk.get(2));
    }

    /** Its orders are counted apart, and its contacts are a decoy's, also those that came before it was known. */
    @Test
    void aBuyerIsADecoyIfAnyOfItsOrderEventsSaysSo() {
        List<InputRecord> records = List.of(
                aContact("too-early").at(day(3)),
                aContact("before").at(day(19)),
                anOrder("o1").from(seller("s-1")).at(day(20)),
                aContact("between").at(day(21)),
                anOrder("of-li").by("li").from(seller("s-1")).at(day(21)),
                anOrder("o2").from(seller("s-1"), node("hub")).ofDecoy().at(day(22)),
                anOrder("o3").from(seller("s-2")).at(day(23)),
                aContact("after").at(day(40)),
                aContact("of-li").with("li").at(day(40)));
        long bucket = EventTime.DAY / SETTINGS.epoch();
        long day20 = EventTime.dayOf(day(20).toEpochMilli()) * bucket;
        for (boolean reversed : new boolean[] {false, true}) {
            List<InputRecord> arrived = new ArrayList<>(records);
            if (reversed) {
                // As far as they are within the retention.
                Collections.reverse(arrived.subList(2, 7));
            }
            Heard heard = hear(arrived);
            assertEquals(
                    List.of("after", "before", "between"),
                    heard.contacts.values().stream()
                            .filter(ContactEvidence::decoy)
                            .map(ContactEvidence::contactId)
                            .toList());
            assertEquals(Map.of(day20 + bucket, 1), heard.orders);
            assertEquals(Map.of(seller("s-1"), Map.of(day20 + bucket, 1)), heard.touches);
            assertEquals(
                    Map.of(
                            seller("s-1"), Map.of(day20, 1, day20 + 2 * bucket, 1),
                            seller("s-2"), Map.of(day20 + 3 * bucket, 1),
                            node("hub"), Map.of(day20 + 2 * bucket, 1)),
                    heard.decoyTouches);
            long hour = day(20).toEpochMilli() / EventTime.HOUR;
            // At risk for two weeks after each order.
            assertEquals(Map.of(hour, 1, hour + (3 + 14) * 24, -1), heard.decoysAtRisk);
            Heard ofLi =
                    hear(List.of(anOrder("of-li").by("li").from(seller("s-1")).at(day(21))));
            assertEquals(ofLi.atRisk, heard.atRisk, "decoys are in no stratum");
            assertEquals(List.of(0, 0, 0, 0, 0), heard.contacts.get("of-li").hoursAtRisk());
        }
    }

    /** With the only event that says so, it is forgotten that the buyer is a decoy. */
    @Test
    void anErasedDecoyIsADecoyIfARemainingEventSaysSo() throws IOException {
        for (boolean saysSoAgain : new boolean[] {false, true}) {
            InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
            Correlator correlator = new Correlator(SETTINGS, 0, store);
            Heard heard = new Heard();
            heard.add(correlator.accept(
                    anOrder("o1").from(seller("s-1")).ofDecoy().at(day(10))));
            heard.add(correlator.accept(
                    anOrder("o2").from(seller("s-2")).decoy(saysSoAgain).at(day(12))));
            heard.add(correlator.accept(aContact("c").at(day(13))));
            assertTrue(heard.contacts.get("c").decoy());
            correlator.save();
            correlator = new Correlator(SETTINGS, 0, copy(store));
            heard.add(correlator.accept(new Erasure("zhou", day(11))));
            assertEquals(saysSoAgain, heard.contacts.get("c").decoy());
            heard.add(correlator.atEnd());
            long bucket = day(12).toEpochMilli() / SETTINGS.epoch();
            assertEquals(saysSoAgain ? Map.of() : Map.of(bucket, 1), heard.orders);
            assertEquals(Map.of(bucket, 1), (saysSoAgain ? heard.decoyTouches : heard.touches).get(seller("s-2")));
            assertEquals(
                    Set.of(seller("s-1")),
                    saysSoAgain ? Set.of(seller("s-1")) : heard.decoyTouches.keySet(),
                    "what is counted stays");
        }
    }

    @Test
    void progressIsDeclaredAtEachBoundaryOfEpochs() {
        Correlator correlator = new Correlator(SETTINGS, 3, new InMemoryCorrelatorStore());
        Heard heard = new Heard();
        heard.add(correlator.accept(anOrder("o1").from(seller("s")).at(hour(1, 1))));
        heard.add(correlator.accept(anOrder("o2").from(seller("s")).at(hour(1, 5))));
        heard.add(correlator.accept(anOrder("o3").from(seller("s")).at(hour(1, 7))));

        assertEquals(2, heard.progress.size());
        assertEquals(hour(1, 6).toEpochMilli(), heard.progress.get(1).reached());
        assertEquals(3, heard.progress.get(1).partition());
    }

    @Test
    void afterTheEndARecordTakesTheWordBack() {
        Correlator correlator = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        Heard heard = new Heard();
        heard.add(correlator.accept(anOrder("o1").from(seller("s")).at(hour(1, 1))));
        heard.add(correlator.atEnd());
        assertTrue(correlator.atEnd().isEmpty(), "said once");
        heard.add(correlator.accept(anOrder("o2").from(seller("s")).at(hour(1, 2))));

        assertEquals(
                List.of(false, true, false),
                heard.progress.stream().map(Progress::atEnd).toList());
    }

    /** However far the task has read, a record counts in the epoch it belongs to. */
    @Test
    void recordsAreCountedInTheirOwnEpoch() {
        CorrelateSettings lenient = new CorrelateSettings(SETTINGS.window(), SETTINGS.epoch(), EventTime.HOUR, 180);
        Correlator correlator = new Correlator(lenient, 0, new InMemoryCorrelatorStore());
        Heard heard = new Heard();
        heard.add(correlator.accept(anOrder("o1").from(seller("s")).at(hour(1, 5))));
        heard.add(
                correlator.accept(anOrder("o2").from(seller("s")).at(hour(1, 6).plusSeconds(60))));
        heard.add(correlator.accept(
                aContact("c1").reportedAfter(Duration.ZERO).at(hour(1, 5).plusSeconds(60))));
        heard.add(correlator.accept(anOrder("o3").from(seller("s")).at(hour(1, 13))));
        heard.add(correlator.accept(aContact("c2").reportedAfter(Duration.ZERO).at(hour(1, 4))));
        heard.add(correlator.atEnd());

        long first = hour(1, 0).toEpochMilli() / SETTINGS.epoch();
        assertEquals(
                Map.of(
                        first,
                        new InputCounts(1, 1, 0, 0, 0, 0),
                        first + 1,
                        new InputCounts(1, 0, 0, 0, 0, 0),
                        first + 2,
                        new InputCounts(1, 1, 1, 0, 0, 0)),
                heard.countsByEpoch());
    }

    /** As the first record of its partition it would be remembered, and teach that reports take years. */
    @Test
    void aContactThatWasReportedAfterTheRetentionIsExpiredWhereverItStands() {
        Heard heard = hear(
                List.of(aContact("c1").reportedAfter(Duration.ofDays(5_000)).at(day(1))));

        assertEquals(1, heard.counts().expired());
        assertEquals(0, heard.counts().scamContacts());
    }

    /** Each would have all the touches of the buyer, again after each order. */
    @Test
    void ofABuyerWithFarTooManyContactsTheFirstHaveEvidence() {
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 3 * Correlator.MAX_CONTACTS; i++) {
            records.add(aContact("c" + i).at(day(10).plusSeconds(i)));
        }
        for (int i = 0; i < 50; i++) {
            records.add(anOrder("o" + i).from(seller("s")).at(day(9).plusSeconds(i)));
        }
        Heard heard = hear(records);

        assertEquals(3 * Correlator.MAX_CONTACTS, heard.counts().scamContacts());
        assertEquals(50, heard.counts().orderEvents());
        assertEquals(Correlator.MAX_CONTACTS, heard.contacts.size());
        assertTrue(
                heard.contacts.values().stream()
                        .allMatch(contact -> contact.touches().isEmpty()),
                "none is made again");
    }

    @Test
    void recordsOfAClosedEpochAreLateAndThoseBeforeTheRetentionExpired() {
        Heard heard = hear(List.of(
                anOrder("o1").from(seller("s")).at(day(60)),
                anOrder("o2").from(seller("s")).at(day(59)),
                anOrder("o3").from(seller("s")).at(day(1)),
                aContact("c1").at(day(2))));

        assertEquals(1, heard.counts().late());
        assertEquals(2, heard.counts().expired());
    }

    /** Whatever the order of arrival within the retention, and wherever the task is restarted, the sums are the same. */
    @Test
    void orderOfArrivalAndRestartsChangeNothing() {
        long seed = Seed.of("CorrelatorTest.orderOfArrivalAndRestartsChangeNothing");
        Random random = new Random(seed);
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String buyer = "b" + random.nextInt(60);
            Instant time = day(1).plus(Duration.ofMinutes(random.nextInt(14 * 24 * 60)));
            if (random.nextInt(10) == 0) {
                records.add(aContact("c" + i).with(buyer).at(time));
            } else {
                // A third of the events of some buyers say that they are decoys.
                boolean decoy = buyer.endsWith("7") && random.nextInt(3) == 0;
                records.add(anOrder("o" + random.nextInt(900) + buyer)
                        .by(buyer)
                        .from(seller("s" + random.nextInt(20)), node("n" + random.nextInt(5)))
                        .withEventId("e" + i)
                        .decoy(decoy)
                        .at(time));
            }
        }
        String expected = hear(records).all();
        Collections.shuffle(records, random);
        assertEquals(expected, hear(records).all(), "shuffled");
        assertTrue(hear(records).decoyTouches.size() > 20, expected);

        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        Heard committed = new Heard();
        List<List<Correlation>> uncommitted = new ArrayList<>();
        int commitAt = 0;
        InMemoryCorrelatorStore saved = copy(store);
        for (int i = 0; i < records.size(); i++) {
            uncommitted.add(accept(correlator, records.get(i)));
            if (random.nextInt(50) == 0) {
                correlator.save();
                saved = copy(store);
                uncommitted.forEach(committed::add);
                uncommitted.clear();
                commitAt = i + 1;
            } else if (random.nextInt(70) == 0) {
                store = copy(saved);
                correlator = new Correlator(SETTINGS, 0, store);
                uncommitted.clear();
                i = commitAt - 1;
            }
        }
        uncommitted.forEach(committed::add);
        committed.add(correlator.atEnd());
        assertEquals(expected, committed.all(), "restarted");
    }

    @Test
    void anOrderBeforeTheWindowIsKnownForTwoWindowsAndTwoDaysBeforeTheReport() {
        record Case(String what, boolean expected, Object... records) {}
        ScamContact contact = aContact("c1").at(day(40));
        for (Case given : List.of(
                new Case("none", false, contact),
                new Case("in the window", false, anOrder("o").from(seller("s")).at(day(26)), contact),
                new Case("before it", true, anOrder("o").from(seller("s")).at(hour(25, 23)), contact),
                new Case(
                        "before it, and another within",
                        true,
                        anOrder("o").from(seller("s")).at(day(20)),
                        anOrder("p").from(seller("s")).at(day(30)),
                        contact),
                new Case("without custodians", false, anOrder("o").at(day(20)), contact),
                new Case(
                        "by another buyer",
                        false,
                        anOrder("o").by("li").from(seller("s")).at(day(20)),
                        contact),
                new Case("just known", true, anOrder("o").from(seller("s")).at(hour(10, 1)), contact),
                new Case("too old", false, anOrder("o").from(seller("s")).at(day(10)), contact),
                new Case("late", true, contact, anOrder("o").from(seller("s")).at(day(20))),
                new Case(
                        "and an order after the contact",
                        true,
                        anOrder("o").from(seller("s")).at(day(20)),
                        contact,
                        anOrder("p").from(seller("s")).at(day(45))),
                new Case(
                        "erased",
                        false,
                        anOrder("o").from(seller("s")).at(day(20)),
                        contact,
                        new Erasure("zhou", day(30))),
                new Case(
                        "not erased",
                        true,
                        anOrder("o").from(seller("s")).at(day(19)),
                        anOrder("p").from(seller("s")).at(day(21)),
                        contact,
                        new Erasure("zhou", day(20))))) {
            ContactEvidence evidence = hear(List.of(given.records)).contacts.get("c1");
            assertEquals(given.expected, evidence.orderedBeforeWindow(), given.what);
        }
    }

    /** The source is kept in the log beside other marks of the contact, and in what an erasure writes again. */
    @Test
    void theSourceOfAContactReachesItsEvidence() {
        for (ReportSource source :
                new ReportSource[] {null, ReportSource.BUYER, ReportSource.PLATFORM, ReportSource.POLICE}) {
            InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
            Heard heard = new Heard();
            for (Object record : List.of(
                    anOrder("before the window").from(seller("s")).at(day(10)),
                    aContact("c1").from(source).at(day(30)),
                    anOrder("after the contact").from(seller("s")).at(hour(30, 2)),
                    new Erasure("zhou", day(12)))) {
                Correlator restarted = new Correlator(SETTINGS, 0, store);
                heard.contacts.clear();
                heard.add(accept(restarted, record));
                restarted.save();
                heard.contacts.values().forEach(contact -> {
                    assertEquals(source, contact.source());
                    assertEquals(!(record instanceof Erasure), contact.orderedBeforeWindow());
                });
                assertEquals(
                        record instanceof OrderEvent order && order.orderId().startsWith("before") ? 0 : 1,
                        heard.contacts.size());
            }
        }
    }

    /** Also if orders arrive more than a window late, or after a restart. */
    @Test
    void orderOfArrivalAndRestartsDoNotChangeWhatIsKnownFromBeforeTheWindow() {
        Random random = new Random(Seed.of("CorrelatorTest.whatIsKnownFromBeforeTheWindow"));
        CorrelateSettings settings =
                new CorrelateSettings(3 * EventTime.DAY, 6 * EventTime.HOUR, 30 * EventTime.DAY, 180);
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            String buyer = "b" + random.nextInt(60);
            Instant time = day(1).plus(Duration.ofMinutes(random.nextInt(25 * 24 * 60)));
            records.add(
                    i % 6 == 0
                            ? aContact("c" + i).with(buyer).at(time)
                            : anOrder("o" + i).by(buyer).from(seller("s")).at(time));
        }
        Heard sorted = new Heard();
        Correlator correlator = new Correlator(settings, 0, new InMemoryCorrelatorStore());
        records.sort(Comparator.comparing(CorrelatorTest::knownAt));
        for (Object record : records) {
            sorted.add(accept(correlator, record));
        }
        assertEquals(
                2,
                sorted.contacts.values().stream()
                        .map(ContactEvidence::orderedBeforeWindow)
                        .distinct()
                        .count());
        Collections.shuffle(records, random);
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Heard shuffled = new Heard();
        for (Object record : records) {
            Correlator restarted = new Correlator(settings, 0, store);
            shuffled.add(accept(restarted, record));
            restarted.save();
        }
        sorted.contacts.forEach((id, contact) -> assertEquals(
                contact.orderedBeforeWindow(), shuffled.contacts.get(id).orderedBeforeWindow(), id));
    }

    /** After a restart nothing is remembered beside the log, so that every record is answered by a walk through it. */
    @Test
    void whatIsRememberedOfABuyerTellsWhatAWalkThroughTheLogWould() {
        long seed = Seed.of("CorrelatorTest.whatIsRememberedOfABuyerTellsWhatAWalkThroughTheLogWould");
        Random random = new Random(seed);
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            // One buyer has more events than are remembered, two have many; few contacts reach these three.
            int part = random.nextInt(10);
            String buyer = "b" + (part < 5 ? 0 : part < 7 ? 1 + random.nextInt(2) : random.nextInt(150));
            int minutes = i * 72 + random.nextInt(72);
            boolean late = random.nextInt(10) == 0;
            Instant time = day(40).plus(Duration.ofMinutes(late ? minutes - random.nextInt(35 * 24 * 60) : minutes));
            int kind = random.nextInt(100);
            if (kind < 3) {
                records.add(aContact("c" + i).with("b" + random.nextInt(150)).at(time));
            } else if (kind < 4) {
                records.add(new Erasure(buyer, time.minus(Duration.ofHours(random.nextInt(72)))));
            } else {
                // Some events come twice, orders have several, some after weeks, and long ids make for blocks that are
                // soon forgotten.
                int before = random.nextInt(random.nextInt(10) == 0 ? 400 : 40);
                records.add(anOrder("o" + (i - before) / 4 + buyer + "x".repeat(500))
                        .by(buyer)
                        .from(seller("s" + random.nextInt(20)), node("n" + random.nextInt(5)))
                        .withEventId("e" + (i - random.nextInt(3)) + buyer)
                        .decoy(random.nextInt(100) == 0)
                        .at(time));
            }
        }
        assertRestartsTellTheSame(records, 0);
    }

    /** Of the hour of a remembered event, 16 bits are kept; so much later, it must not seem to be of a few hours ago. */
    @Test
    void anEventOfManyYearsAgoIsNotTakenForARecentOne() {
        Instant old = day(1);
        Instant later = old.plus(Duration.ofHours((1 << 16) + 5));
        assertRestartsTellTheSame(
                List.of(
                        anOrder("o1").from(seller("s")).at(old),
                        anOrder("o2").from(seller("s")).at(later),
                        anOrder("o3").from(seller("s")).at(later.plus(Duration.ofDays(1)))),
                0);
    }

    /** Its first event is a minute too old, in an hour that begins before the look-back and ends within it. */
    @Test
    void anOrderThatBeganJustBeforeTheLookBackBeginsWithItsNextEvent() {
        Instant first = day(40).plus(Duration.ofMinutes(29));
        Instant lookBackBegins = day(40).plus(Duration.ofMinutes(30));
        assertRestartsTellTheSame(
                List.of(
                        anOrder("o1").from(seller("s")).at(first),
                        anOrder("o1").from(node("n")).withEventId("delivered").at(first.plus(Duration.ofDays(10))),
                        anOrder("o2").from(seller("s")).at(lookBackBegins.plusMillis(SETTINGS.lookBack()))),
                0);
    }

    @Test
    void ofSomebodyWithVeryManyOrdersNoMoreIsRememberedThanAWalkWouldSee() {
        List<Object> records = new ArrayList<>();
        records.add(anOrder("a").from(seller("s")).at(day(40)));
        for (int i = 0; i < BuyerHistory.MAX_SCANNED - 2; i++) {
            records.add(anOrder("late" + i).from(seller("s")).at(day(20)));
        }
        int restartsFrom = records.size();
        for (int i = 1; i < 8; i++) {
            records.add(anOrder("b" + i).from(seller("s")).at(hour(40, i)));
        }
        assertRestartsTellTheSame(records, restartsFrom);
    }

    /** Two correlators, one of which is restarted before every record from one on, say the same after every record. */
    private static void assertRestartsTellTheSame(List<Object> records, int restartsFrom) {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator remembering = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
        Correlator restarted = new Correlator(SETTINGS, 0, store);
        for (int i = 0; i < records.size(); i++) {
            if (i >= restartsFrom) {
                restarted.save();
                restarted = new Correlator(SETTINGS, 0, store);
            }
            Object record = records.get(i);
            assertEquals(accept(restarted, record), accept(remembering, record), "record " + i + ", " + record);
        }
        assertEquals(restarted.atEnd(), remembering.atEnd());
    }

    @Test
    void anErasedBuyerIsForgottenAlsoByTheStoreAndCountsStay() {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        Heard heard = new Heard();
        for (int i = 0; i < 2_000; i++) {
            heard.add(correlator.accept(
                    anOrder("order-" + i + "-of-zhou").from(seller("s-1")).at(day(10))));
            heard.add(correlator.accept(anOrder("order-" + i + "-of-li")
                    .by("li")
                    .from(seller("s-1"))
                    .at(day(10))));
        }
        heard.add(correlator.accept(aContact("contact-of-zhou").at(hour(10, 1))));
        correlator.save();
        assertTrue(text(store).contains("order-17-of-zhou") && text(store).contains("contact-of-zhou"));

        heard.add(correlator.accept(new Erasure("zhou", hour(10, 3))));
        correlator.save();
        assertFalse(text(store).contains("zhou"));
        assertTrue(text(store).contains("order-17-of-li"));

        for (Correlator before : List.of(correlator, new Correlator(SETTINGS, 0, copy(store)))) {
            Heard after = new Heard();
            after.add(before.accept(anOrder("new").from(seller("s-2")).at(hour(10, 3))));
            after.add(before.accept(aContact("later").at(hour(10, 4))));
            after.add(before.accept(aContact("of-li").with("li").at(hour(10, 4))));
            after.add(before.atEnd());
            assertEquals(
                    List.of(new ContactTouch(seller("s-2"), "new", hour(10, 3).toEpochMilli())),
                    after.contacts.get("later").touches());
            assertEquals(
                    BuyerHistory.MAX_SCANNED - 1,
                    after.contacts.get("of-li").touches().size(),
                    1);
            assertEquals(Map.of(day(10).toEpochMilli() / SETTINGS.epoch(), 1), after.touches.get(seller("s-2")));
            assertNull(after.touches.get(seller("s-1")), "counted before, and not again");
        }
        assertEquals(
                4_000,
                heard.touches.get(seller("s-1")).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
    }

    @Test
    void anIdOfAnOrderIsStoredWithItsNumberAndErased() {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        List<String> ids = List.of(
                "123456789",
                "o-123456789",
                "o-000123456789",
                "0",
                "o-",
                "订单-1",
                "20261127000000123456789",
                "9".repeat(40),
                "x".repeat(300) + "7");
        ids.forEach(id -> correlator.accept(anOrder(id).from(seller("s")).at(day(10))));
        ContactEvidence evidence = new Heard()
                .add(correlator.accept(aContact("c").at(hour(10, 1))))
                .contacts
                .get("c");
        correlator.save();
        List<String> sorted = ids.stream().sorted().toList();
        assertEquals(
                sorted, evidence.touches().stream().map(ContactTouch::orderId).toList());
        evidence = new Heard()
                .add(new Correlator(SETTINGS, 0, copy(store))
                        .accept(aContact("d").at(hour(10, 1))))
                .contacts
                .get("d");
        assertEquals(
                sorted, evidence.touches().stream().map(ContactTouch::orderId).toList());

        byte[] number = new byte[10];
        int length = EntryBytes.putVarint(number, 0, 123456789);
        String written = new String(number, 0, length, StandardCharsets.ISO_8859_1);
        assertTrue(text(store).contains("o-" + written));
        correlator.accept(new Erasure("zhou", hour(10, 3)));
        correlator.save();
        assertFalse(text(store).contains(written));
        assertFalse(text(store).contains("o-"));
        assertEquals(
                List.of(),
                new Heard()
                        .add(new Correlator(SETTINGS, 0, copy(store))
                                .accept(aContact("e").at(hour(10, 4))))
                        .contacts
                        .get("e")
                        .touches());
    }

    /** The order is counted once, where what is left of it begins, and later events still know its id. */
    @Test
    void anErasureLeavesWhatIsFromItsTimeOn() {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        Heard heard = new Heard();
        for (Object record : List.of(
                anOrder("over").from(seller("s-0")).at(day(8)),
                anOrder("goes-on").from(seller("s-1"), node("n-1")).at(day(9)),
                aContact("c-early").at(day(10)),
                anOrder("goes-on")
                        .event(OrderEventType.ARRIVED)
                        .from(node("n-1"), node("n-2"))
                        .at(day(12)),
                aContact("c-late").quoting("goes-on").at(day(13)))) {
            heard.add(accept(correlator, record));
        }
        assertEquals(4, heard.contacts.get("c-late").touches().size());

        heard.add(correlator.accept(new Erasure("zhou", day(11))));
        correlator.save();
        assertFalse(text(store).contains("c-early"));
        assertFalse(text(store).contains("over"));
        List<ContactTouch> left = List.of(
                new ContactTouch(node("n-1"), "goes-on", day(12).toEpochMilli()),
                new ContactTouch(node("n-2"), "goes-on", day(12).toEpochMilli()));
        assertEquals(left, heard.contacts.get("c-late").touches(), "sent again without what is forgotten");
        long bucket = day(12).toEpochMilli() / SETTINGS.epoch();
        assertEquals(
                Map.of(day(8).toEpochMilli() / SETTINGS.epoch(), 1, bucket, 1), heard.orders, "an order counts once");
        assertEquals(Map.of(bucket, 1), heard.touches.get(node("n-1")));
        assertEquals(Map.of(day(9).toEpochMilli() / SETTINGS.epoch(), 1), heard.touches.get(seller("s-1")));

        for (Correlator after : List.of(correlator, new Correlator(SETTINGS, 0, copy(store)))) {
            Heard later = new Heard();
            later.add(after.accept(anOrder("goes-on")
                    .event(OrderEventType.DELIVERED)
                    .from(node("n-2"), node("n-3"))
                    .at(day(14))));
            later.add(after.accept(aContact("c-last").at(day(15))));
            later.add(after.accept(aContact("c-late").at(day(13))));
            later.add(after.atEnd());
            assertEquals(
                    List.of("goes-on", "goes-on", "goes-on"),
                    later.contacts.get("c-last").touches().stream()
                            .map(ContactTouch::orderId)
                            .toList());
            assertEquals(Map.of(), later.orders, "it has been counted");
            assertEquals(1, later.counts().duplicate(), "a contact that is left is known");
        }
    }

    /** Evidence is as if erased records had never existed; orders without remaining events count for other buyers. */
    @Test
    void afterAnErasureWhatIsLeftIsAllThereIs() {
        Random random = new Random(Seed.of("CorrelatorTest.afterAnErasureWhatIsLeftIsAllThereIs"));
        for (int round = 0; round < 30; round++) {
            // In half of the rounds, some events say that the buyer is a decoy, from 15 days before on.
            List<Object> records = recordsOfOneBuyer(random, round % 2 == 0 ? 0 : 0.08);
            int at = random.nextInt(records.size());
            Instant before = day(5).plus(Duration.ofHours(random.nextInt(15 * 24)));
            InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
            Correlator correlator = new Correlator(SETTINGS, 0, store);
            Correlator other = new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore());
            Heard heard = new Heard();
            List<Object> left = new ArrayList<>();
            List<Object> forgotten = new ArrayList<>();
            for (int i = 0; i < records.size(); i++) {
                if (i == at) {
                    forgotten.addAll(asOthers(ordersBefore(before, left), decoySince(left)));
                    left.removeIf(record -> knownAt(record).isBefore(before));
                    heard.contacts.values().removeIf(contact -> contact.reportedAt() < before.toEpochMilli());
                    heard.add(correlator.accept(new Erasure("zhou", before)));
                    correlator.save();
                    correlator = new Correlator(SETTINGS, 0, store);
                }
                left.add(records.get(i));
                heard.add(accept(correlator, records.get(i)));
            }
            heard.add(correlator.atEnd());
            Heard expected = hear(left);
            assertEquals(expected.contacts, heard.contacts, "round " + round);
            forgotten.forEach(record -> expected.add(accept(other, record)));
            expected.add(other.atEnd());
            assertEquals(expected.orders, heard.orders, "round " + round);
            assertEquals(expected.atRisk, heard.atRisk, "round " + round);
            assertEquals(expected.decoysAtRisk, heard.decoysAtRisk, "round " + round);
            for (TreeMap<Long, Integer> counts : heard.touches.values()) {
                assertTrue(counts.values().stream().allMatch(count -> count > 0), counts.toString());
            }
            for (TreeMap<Long, Integer> counts : heard.decoyTouches.values()) {
                assertTrue(counts.values().stream().allMatch(count -> count > 0), counts.toString());
            }
        }
    }

    /** Since when the buyer is a decoy, by these records. */
    private static long decoySince(List<Object> records) {
        long first = records.stream()
                .filter(record -> record instanceof OrderEvent event && event.decoy())
                .mapToLong(record -> ((OrderEvent) record).occurredAt().toEpochMilli())
                .min()
                .orElse(Long.MAX_VALUE);
        return first == Long.MAX_VALUE
                ? first
                : -Math.floorDiv(15 * EventTime.DAY - first, EventTime.HOUR) * EventTime.HOUR;
    }

    /** Erased events of a buyer that was a decoy, as those of another buyer and, from this time on, another decoy. */
    private static List<OrderEvent> asOthers(List<OrderEvent> events, long decoySince) {
        // An order is a decoy's if its first event is: all its events follow it.
        Map<String, Instant> placed = new HashMap<>();
        events.forEach(event ->
                placed.merge(event.orderId(), event.occurredAt(), (one, other) -> one.isBefore(other) ? one : other));
        return events.stream()
                .map(event -> {
                    boolean decoy = placed.get(event.orderId()).toEpochMilli() >= decoySince;
                    return new OrderEvent(
                            event.eventId(),
                            event.orderId(),
                            decoy ? "decoy" : "buyer",
                            event.type(),
                            event.occurredAt(),
                            event.custodians(),
                            Map.of(),
                            Map.of(),
                            decoy);
                })
                .toList();
    }

    /** Events of orders that have none from this time on. */
    private static List<OrderEvent> ordersBefore(Instant time, List<Object> records) {
        List<OrderEvent> events = records.stream()
                .filter(OrderEvent.class::isInstance)
                .map(OrderEvent.class::cast)
                .toList();
        List<String> goOn = events.stream()
                .filter(event -> !event.occurredAt().isBefore(time))
                .map(OrderEvent::orderId)
                .toList();
        return events.stream().filter(event -> !goOn.contains(event.orderId())).toList();
    }

    /** Of twenty days, in the order of their times but for some that come up to a day late. */
    private static List<Object> recordsOfOneBuyer(Random random, double decoys) {
        TreeMap<Long, Object> byArrival = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            int minute = random.nextInt(20 * 24 * 60);
            Instant time = day(3).plus(Duration.ofMinutes(minute));
            long arrival = time.toEpochMilli() + (random.nextInt(5) == 0 ? random.nextInt(86_400_000) : 0);
            if (i % 6 == 0) {
                byArrival.put(arrival, aContact("c" + i).at(time));
            } else {
                byArrival.put(
                        arrival,
                        anOrder("o" + (minute / (2 * 24 * 60) + random.nextInt(3)))
                                .withEventId("e" + i)
                                .from(seller("s" + random.nextInt(3)), node("n" + random.nextInt(3)))
                                .decoy(random.nextDouble() < decoys)
                                .at(time));
            }
        }
        return List.copyOf(byArrival.values());
    }

    private static Instant knownAt(Object record) {
        return record instanceof OrderEvent event ? event.occurredAt() : ((ScamContact) record).reportedAt();
    }

    /** With a hash that is the same everywhere, an id that collides with a victim's can be looked for. */
    @Test
    void theHashOfBuyersHasASecretKeyThatIsKept() {
        byte[] zhou = "zhou".getBytes(StandardCharsets.UTF_8);
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        long hash = new Correlator(SETTINGS, 0, store).buyerHash(zhou);
        assertEquals(hash, new Correlator(SETTINGS, 0, copy(store)).buyerHash(zhou));
        assertNotEquals(hash, new Correlator(SETTINGS, 0, new InMemoryCorrelatorStore()).buyerHash(zhou));
    }

    @Test
    void blocksAreForgottenOnceAllTheirEntriesAreOlderThanTheRetention() {
        InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
        Correlator correlator = new Correlator(SETTINGS, 0, store);
        int most = 0;
        for (int i = 0; i < 40_000; i++) {
            Instant time = day(1).plus(Duration.ofMinutes(5L * i));
            correlator.accept(anOrder("order-number-" + i)
                    .by("b" + i % 500)
                    .from(seller("s"))
                    .at(time));
            if (i % 100 == 0) {
                correlator.save();
                most = Math.max(most, blockCount(store));
            }
        }
        // 31 days of one order in five minutes, some 50 bytes each.
        assertTrue(most < 40, "at most " + most + " blocks");
        Heard heard = new Heard().add(correlator.accept(aContact("c").with("b7").at(day(139))));
        assertTrue(heard.contacts.get("c").touches().size() > 1);
    }

    /** What a restart would find. */
    private static InMemoryCorrelatorStore copy(InMemoryCorrelatorStore store) {
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        InMemoryCorrelatorStore copy = new InMemoryCorrelatorStore();
        try {
            store.write(new DataOutputStream(saved));
            copy.read(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    /** All blocks as text, to look for names in. */
    private static String text(InMemoryCorrelatorStore store) {
        StringBuilder text = new StringBuilder();
        store.recent().blocks((block, number) -> text.append(new String(block, StandardCharsets.ISO_8859_1)));
        return text.toString();
    }

    private static int blockCount(InMemoryCorrelatorStore store) {
        int[] count = {0};
        store.recent().blocks((block, number) -> count[0]++);
        return count[0];
    }
}

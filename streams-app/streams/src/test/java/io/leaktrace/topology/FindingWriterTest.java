package io.leaktrace.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Unmatched;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FindingWriterTest {

    private static final int DAYS = 10;
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Custodian SELLER = new Custodian(Role.SELLER, "s-1");

    private TopologyTestDriver driver;
    private KeyValueStore<String, byte[]> kept;
    private FindingWriter store;
    private Findings findings;

    /** A store as the pipeline has it, on disk. */
    @BeforeEach
    void open() {
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in");
        topology.addProcessor("keep", Idle::new, "in");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(Findings.STORE), Serdes.String(), Serdes.ByteArray()),
                "keep");
        driver = new TopologyTestDriver(topology, new Properties());
        kept = driver.getKeyValueStore(Findings.STORE);
        store = new FindingWriter(kept, DAYS);
        findings = new Findings(kept);
    }

    /** Has the store; the test writes to it itself. */
    private static final class Idle implements Processor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {
            throw new IllegalStateException("nothing is sent");
        }
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private static Instant day(int day) {
        return START.plus(Duration.ofDays(day));
    }

    private static Suspect suspect(int day) {
        return new Suspect(
                "m",
                SELLER,
                Suspect.Status.WATCH,
                0.1,
                1,
                5,
                4,
                3,
                2,
                0.1,
                0,
                0.2,
                null,
                null,
                null,
                0,
                new Reporters(4, 3, 2, false),
                LeakKind.ARCHIVE,
                new Suspect.Copied(day(0), day(1)),
                3,
                day(day));
    }

    private static Epoch epoch(int day) {
        return new Epoch(
                "m",
                day(day - 1),
                day(day),
                false,
                null,
                InputCounts.NONE,
                Unmatched.NONE,
                1,
                1,
                0,
                0,
                0.001,
                1,
                1,
                0,
                5.1);
    }

    private static Evidence evidence(String contact, int day, boolean settled) {
        return evidence(contact, day, settled, ContactTraces.NONE);
    }

    private static Evidence evidence(String contact, int day, boolean settled, ContactTraces traces) {
        return new Evidence(
                contact,
                "zhou",
                day(day),
                day(day),
                Set.of(),
                null,
                List.of(new Evidence.Touch(SELLER, "o", day(day - 1), 0.8)),
                0.2,
                settled,
                day(day),
                ReportSource.POLICE,
                traces,
                true);
    }

    @Test
    void contactsWithTracesAreFoundUntilTheirBuyerIsErased() {
        ContactTraces traces = new ContactTraces("n1", "p1", "l1", new Loss(new BigDecimal("12.50"), "CNY"));
        Evidence traced = evidence("c2", 2, false, traces);
        store.write(evidence("c1", 1, false));
        store.write(traced);
        store.write(evidence("c3", 3, true, new ContactTraces(null, null, "l1", null)));

        assertEquals(
                List.of("c2", "c3"),
                findings.tracedEvidence().stream().map(Evidence::contactId).toList());
        assertEquals(
                traced.withoutOrders(new HashMap<>()), findings.tracedEvidence().get(0));
        assertEquals(traced, findings.evidenceOf(traced.contactKey()).orElseThrow());

        store.deleteBuyer("zhou", day(20).toEpochMilli());
        assertEquals(List.of(), findings.tracedEvidence());
        assertTrue(findings.evidenceOf(traced.contactKey()).isEmpty());
    }

    private static Alert alert(String id, Alert.Change change, int day) {
        return new Alert(
                id,
                "m",
                SELLER,
                change,
                day(day),
                0.9,
                6,
                5.1,
                4,
                3,
                50,
                new Reporters(4, 3, 2, false),
                LeakKind.LEAKS_NOW);
    }

    @Test
    void whatIsTooOldIsForgottenAndNothingElse() {
        for (int day = 1; day <= 30; day++) {
            store.write(suspect(day));
            store.write(epoch(day));
            store.write(evidence("c" + day, day, false));
        }
        // Blamed anew when it left the horizon, and known by the same time.
        store.write(evidence("c5", 5, true));
        store.write(alert("resolved", Alert.Change.RAISED, 2));
        store.write(alert("resolved", Alert.Change.RESOLVED, 4));
        store.write(alert("open", Alert.Change.RAISED, 2));

        store.deleteBefore(day(30).toEpochMilli());

        assertEquals(11, findings.epochs().size(), "days 20 to 30");
        assertEquals(day(20), findings.epochs().get(0).end());
        assertEquals(day(20), findings.historyOfSuspect(SELLER).get(0).asOf());
        assertEquals(11, findings.historyOfSuspect(SELLER).size());
        assertEquals(11, findings.evidenceOfBuyer("zhou").size());
        assertEquals(11, findings.evidenceAgainst(SELLER).size());
        assertTrue(findings.evidenceOf("c19").isEmpty());
        assertEquals(day(30), findings.suspectOf(SELLER).orElseThrow().asOf());
        assertEquals(
                List.of("open"), findings.alerts().stream().map(Alert::alertId).toList());

        store.deleteBefore(day(60).toEpochMilli());

        assertEquals(1, count("suspect"), "the latest of each custodian stays");
        assertEquals(1, count("alert"), "and what is not over");
        assertEquals(2, count(""), "nothing is left behind of the rest");
    }

    @Test
    void anErasedBuyerLeavesNoTrace() {
        store.write(evidence("c1", 1, false));
        store.write(evidence("c2", 3, false));

        store.deleteBuyer("zhou", day(2).toEpochMilli());
        assertEquals(
                List.of("c2"),
                findings.evidenceOfBuyer("zhou").stream()
                        .map(Evidence::contactId)
                        .toList());
        // Reported a day later, and explained by an order of a day before.
        store.deleteBuyer("zhou", day(3).toEpochMilli());

        assertEquals(0, count(""));
    }

    private int count(String prefix) {
        int count = 0;
        try (KeyValueIterator<String, byte[]> all = kept.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                count += entry.key.startsWith(prefix) ? 1 : 0;
            }
        }
        return count;
    }
}

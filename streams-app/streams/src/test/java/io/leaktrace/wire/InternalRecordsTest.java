package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.TouchColumns;
import io.leaktrace.domain.Verdict;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class InternalRecordsTest {

    private static final Path RELEASED = Path.of("../../schemas/released");

    @Test
    void everyReleaseIsNamedSoThatItsStateCanBeRead() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASED)) {
            assertEquals(
                    folders.map(folder -> folder.getFileName().toString())
                            .sorted()
                            .toList(),
                    InternalRecords.RELEASES);
        }
    }

    @Test
    void whatEachReleaseWroteIsRead() throws IOException {
        for (String release : InternalRecords.RELEASES) {
            Schema written = new Schema.Parser()
                    .parse(RELEASED.resolve(release).resolve("Correlation.avsc").toFile());
            Schema verdict = written.getField("body").schema().getTypes().stream()
                    .filter(type -> type.getName().equals("VerdictGiven"))
                    .findFirst()
                    .orElseThrow();
            GenericRecord body = new GenericRecordBuilder(verdict)
                    .set("custodian", "SELLER:s-17")
                    .set("verdict", "CONFIRMED")
                    .set("at", 7L)
                    .set("expiresAt", null)
                    .build();
            GenericRecord record =
                    new GenericRecordBuilder(written).set("body", body).build();
            ByteBuffer bytes = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), written).encode(record);

            Correlation read = InternalRecords.readCorrelation(bytes.array());

            assertEquals(new VerdictGiven(Custodian.parse("SELLER:s-17"), Verdict.CONFIRMED, 7, null), read, release);
        }
    }

    @Test
    void aContactOfReleaseWithoutSourcesHasNone() throws IOException {
        Schema written = new Schema.Parser()
                .parse(RELEASED.resolve("0.1.0/Correlation.avsc").toFile());
        Schema contact = written.getField("body").schema().getTypes().stream()
                .filter(type -> type.getName().equals("ContactEvidence"))
                .findFirst()
                .orElseThrow();
        GenericRecord body = new GenericRecordBuilder(contact)
                .set("contactId", "c1")
                .set("buyerId", "zhou")
                .set("contactedAt", 7L)
                .set("reportedAt", 8L)
                .set("disclosed", 1)
                .set("quotedOrderId", null)
                .set("recentOrders", 2)
                .set("hoursAtRisk", List.of(1, 2, 3, 4, 5))
                .set("touches", List.of())
                .build();
        GenericRecord record =
                new GenericRecordBuilder(written).set("body", body).build();
        ByteBuffer bytes = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), written).encode(record);

        assertEquals(contact(null, false, List.of()), InternalRecords.readCorrelation(bytes.array()));
    }

    private static ContactEvidence contact(ReportSource source, boolean orderedBeforeWindow, List<PastCustodian> past) {
        return new ContactEvidence(
                "c1", "zhou", 7, 8, 1, null, source, orderedBeforeWindow, 2, List.of(1, 2, 3, 4, 5), List.of(), past);
    }

    @Test
    void whatIsWrittenIsRead() {
        for (Correlation correlation : List.of(
                contact(null, false, List.of()),
                contact(
                        ReportSource.PLATFORM,
                        true,
                        List.of(new PastCustodian(Custodian.parse("SELLER:s-17"), 1 << 30 | 1))),
                contactWithSaw(ContactTraces.NONE),
                contactWithSaw(new ContactTraces("n1", "p1", "l1", new Loss(new BigDecimal("9892.00"), "CNY"))),
                contactWithSaw(new ContactTraces(null, "p1", null, null)),
                new Exposures(
                        counts(1, 2),
                        new TreeMap<>(Map.of(3L, 4)),
                        Exposures.none().atRisk(),
                        counts(1, 1)),
                exposuresOfDecoys(),
                new BuyerErased("zhou", 7),
                new VerdictGiven(Custodian.parse("SELLER:s-17"), Verdict.DISMISSED, 7, 9L))) {
            assertEquals(correlation, InternalRecords.readCorrelation(InternalRecords.write(correlation)));
        }
    }

    private static Exposures exposuresOfDecoys() {
        Exposures exposures = Exposures.none();
        exposures.touches().put(Custodian.parse("SELLER:s-17"), new TreeMap<>(Map.of(7L, 1, 8L, -1)));
        exposures.orders().put(7L, 2);
        exposures.atRisk().get(3).put(9L, 1);
        exposures.decoys().touches().put(Custodian.parse("SELLER:s-18"), new TreeMap<>(Map.of(7L, 3)));
        exposures.decoys().atRisk().putAll(Map.of(9L, 1, 345L, -1));
        return exposures;
    }

    private static SortedMap<Custodian, SortedMap<Long, Integer>> counts(long bucket, int count) {
        return new TreeMap<>(Map.of(Custodian.parse("SELLER:s-17/a"), new TreeMap<>(Map.of(bucket, count))));
    }

    private static ContactEvidence contactWithSaw(ContactTraces traces) {
        Custodian seller = Custodian.parse("SELLER:s-17");
        return new ContactEvidence(
                "c1",
                "zhou",
                7,
                8,
                1,
                null,
                null,
                false,
                2,
                List.of(1, 2, 3, 4, 5),
                TouchColumns.of(List.of(
                        new ContactTouch(seller, "o1", 4, 0b1001, -7),
                        new ContactTouch(seller, "o2", 5),
                        new ContactTouch(seller, "o3", 6, 0, 0, 7))),
                PastColumns.of(List.of(new PastCustodian(seller, 3, 0b1111, 1))),
                -7,
                Dialled.VIRTUAL,
                "o1",
                traces,
                true);
    }

    @Test
    void stateOfALaterVersionIsToldFromNonsense() {
        byte[] later = InternalRecords.write(new BuyerErased("zhou", 7));
        later[3] ^= 1;
        SerializationException refused =
                assertThrows(SerializationException.class, () -> InternalRecords.readCorrelation(later));
        assertTrue(refused.getMessage().contains("another version"), refused.getMessage());
    }
}
